// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// The whole path, one note for each step.
#include <linux/mm.h>

static void inner(struct vm_area_struct *vma) { vm_flags_set(vma, VM_IO); }

static vm_fault_t fault(struct vm_fault *vmf) {
  inner(vmf->vma);
  return VM_FAULT_NOPAGE;
}
const struct vm_operations_struct table = {
    .fault = fault,
};
// CHECK: notes.c:10:3: warning: inner() needs mmap_lock held for write, but fault() is entered with it held for read [mmap-write-in-fault]
// CHECK: notes.c:14:{{[0-9]+}}: note: fault is vm_operations_struct.fault of table, set here; entered with mmap_lock held for read ({{.+}})
// CHECK: notes.c:10:3: note: fault calls inner
// CHECK: notes.c:7:{{[0-9]+}}: note: inner calls vm_flags_set
// CHECK: {{(asserts|claims|must be called).*}} mmap_lock {{(is )?}}held for write

void local(struct vm_area_struct *vma) {
  mmap_read_lock(vma->vm_mm);
  needs_write(vma);
  mmap_read_unlock(vma->vm_mm);
}
// CHECK: notes.c:[[#@LINE-3]]:3: warning: needs_write() needs mmap_lock held for write, but local() holds it for read [mmap-write-in-fault]
// CHECK: notes.c:[[#@LINE-5]]:3: note: acquired here for read
// CHECK: note: local calls needs_write
// CHECK: {{(asserts|claims|must be called).*}} mmap_lock {{(is )?}}held for write

static vm_fault_t writer(struct vm_fault *vmf) {
  vmf->vma->__vm_flags = 0;
  return 0;
}
const struct vm_operations_struct writer_table = {.fault = writer};
// CHECK: notes.c:[[#@LINE-4]]:{{[0-9]+}}: warning: writing vm_area_struct.{{(__)?}}vm_flags needs mmap_lock held for write, but writer() is entered with it held for read [mmap-write-in-fault]
// CHECK: notes.c:[[#@LINE-2]]:{{[0-9]+}}: note: writer is vm_operations_struct.fault of writer_table, set here
// CHECK: note: writer writes vm_area_struct.{{(__)?}}vm_flags
// CHECK: 3 findings; 1 file analyzed, 0 failed
