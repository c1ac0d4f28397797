// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Tables inside tables, and tables without a name.
#include <linux/mm.h>

struct gadget_type {
  const char *name;
  struct {
    struct vm_operations_struct vm;
    struct file_operations file;
  } ops;
  const struct vm_operations_struct *other;
};

static vm_fault_t fault(struct vm_fault *vmf) {
  vm_flags_set(vmf->vma, VM_IO);
  // CHECK: ops-nested-init.c:[[#@LINE-1]]:3: warning: vm_flags_set() needs mmap_lock held for write, but fault() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}
static vm_fault_t dotted(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  // CHECK: ops-nested-init.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but dotted() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_LOCKED;
}
static vm_fault_t literal(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  // CHECK: ops-nested-init.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but literal() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_LOCKED;
}
static vm_fault_t in_an_array(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  // CHECK: ops-nested-init.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but in_an_array() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_LOCKED;
}
static vm_fault_t in_a_function(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  // CHECK: ops-nested-init.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but in_a_function() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_LOCKED;
}
static vm_fault_t ok_mkwrite(struct vm_fault *vmf) {
  needs_locked(vmf->vma->vm_mm);
  return VM_FAULT_LOCKED;
}
static int ok_mmap(struct file *file, struct vm_area_struct *vma) {
  static const struct vm_operations_struct local_ops = {
      .fault = in_a_function,
  };

  vma->vm_ops = &local_ops;
  needs_write(vma);
  return 0;
}

const struct gadget_type type = {
    .name = "gadget",
    .ops =
        {
            .vm = {.fault = fault, .page_mkwrite = ok_mkwrite},
            .file = {.mmap = ok_mmap},
        },
    .other = &(const struct vm_operations_struct){.fault = literal},
};
const struct gadget_type dots = {
    .ops.vm.fault = dotted,
    .ops.file.mmap = ok_mmap,
};
const struct vm_operations_struct array[] = {
    [1] = {.fault = in_an_array},
    {.page_mkwrite = ok_mkwrite},
};
// CHECK: 5 findings; 1 file analyzed, 0 failed
