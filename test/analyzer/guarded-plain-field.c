// SPDX-License-Identifier: GPL-2.0-or-later
//
// vm_flags as a plain field, as it was up to 6.2.
// RUN: %check --kernel 6.1 %s -- %cflags -DFAKE_PLAIN_VM_FLAGS | FileCheck %s --implicit-check-not=warning:
#include <linux/mm.h>

static vm_fault_t fault(struct vm_fault *vmf) {
  vmf->vma->vm_flags |= VM_IO;
  // CHECK: guarded-plain-field.c:[[#@LINE-1]]:{{[0-9]+}}: warning: writing vm_area_struct.vm_flags needs mmap_lock held for write, but fault() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}

static vm_fault_t ok_fault(struct vm_fault *vmf) {
  unsigned long flags = vmf->vma->vm_flags | VM_IO;

  return flags & VM_WRITE ? VM_FAULT_NOPAGE : VM_FAULT_SIGBUS;
}

static int ok_mmap(struct file *file, struct vm_area_struct *vma) {
  vma->vm_flags |= VM_IO | VM_PFNMAP;
  return 0;
}

const struct vm_operations_struct ops = {.fault = fault};
const struct vm_operations_struct ok_ops = {.fault = ok_fault};
const struct file_operations ok_fops = {.mmap = ok_mmap};
// CHECK: 1 finding; 1 file analyzed, 0 failed
