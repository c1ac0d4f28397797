// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// An ops table of the device's own, copied by struct assignment.
#include <linux/mm.h>

struct gadget_ops {
  void (*look)(struct mm_struct *mm);
  void (*change)(struct mm_struct *mm);
};
struct gadget {
  struct vm_operations_struct vm_ops;
  struct gadget_ops ops;
  const struct gadget_ops *shared;
};

static vm_fault_t plain_fault(struct vm_fault *vmf) {
  vm_flags_set(vmf->vma, VM_IO);
  // CHECK: ops-copy.c:[[#@LINE-1]]:3: warning: vm_flags_set() needs mmap_lock held for write, but plain_fault() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}
static vm_fault_t replaced_mkwrite(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  // CHECK: ops-copy.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but replaced_mkwrite() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_LOCKED;
}
static vm_fault_t ok_mkwrite(struct vm_fault *vmf) {
  needs_locked(vmf->vma->vm_mm);
  return VM_FAULT_LOCKED;
}
static void ok_open(struct vm_area_struct *vma) { needs_write(vma); }

static const struct vm_operations_struct template_ops = {
    .open = ok_open,
    .fault = plain_fault,
    .page_mkwrite = ok_mkwrite,
};

static int ok_mmap(struct file *file, struct vm_area_struct *vma) {
  struct gadget *g = file->private_data;

  g->vm_ops = template_ops;
  g->vm_ops.page_mkwrite = replaced_mkwrite;
  vma->vm_ops = &g->vm_ops;
  needs_write(vma);
  return 0;
}
const struct file_operations fops = {.mmap = ok_mmap};

static void look(struct mm_struct *mm) { needs_locked(mm); }
static void change(struct mm_struct *mm) {
  needs_write_mm(mm);
  // CHECK: ops-copy.c:[[#@LINE-1]]:3: warning: needs_write_mm() needs mmap_lock held for write, but change() is entered with it held for read [mmap-write-in-fault]
}
static const struct gadget_ops template = {look, change};

void gadget_init(struct gadget *g) {
  g->ops = template;
  g->shared = &template;
}

void run_for_read(struct gadget *g, struct mm_struct *mm) {
  mmap_read_lock(mm);
  g->ops.look(mm);
  g->ops.change(mm);
  mmap_read_unlock(mm);
}

void ok_run(struct gadget *g, struct mm_struct *mm) {
  mmap_write_lock(mm);
  g->ops.look(mm);
  g->shared->change(mm);
  mmap_write_unlock(mm);
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
