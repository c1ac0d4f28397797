// SPDX-License-Identifier: GPL-2.0-or-later
//
// vm_flags written through a pointer to it.
// KNOWN-IMPRECISE: an access is one that names the field; what a pointer kept
// in a variable, or handed to a callee, points to is not followed.
// XFAIL: *
// RUN: %check --kernel 6.1 %s -- %cflags -DFAKE_PLAIN_VM_FLAGS | FileCheck %s --implicit-check-not=warning:
#include <linux/mm.h>

static vm_fault_t fault_by_address(struct vm_fault *vmf) {
  unsigned long *flags = &vmf->vma->vm_flags;

  *flags &= ~VM_IO;
  // CHECK: guarded-by-pointer.c:[[#@LINE-1]]:{{[0-9]+}}: warning: writing vm_area_struct.vm_flags needs mmap_lock held for write, but fault_by_address() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}

static void set_bit_of(unsigned long *word, unsigned long bit) { *word |= bit; }

static vm_fault_t fault_by_callee(struct vm_fault *vmf) {
  set_bit_of(&vmf->vma->vm_flags, VM_IO);
  // CHECK: guarded-by-pointer.c:[[#@LINE-1]]:3: warning: set_bit_of() needs mmap_lock held for write, but fault_by_callee() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}

static int ok_mmap(struct file *file, struct vm_area_struct *vma) {
  unsigned long *flags = &vma->vm_flags;

  *flags |= VM_IO;
  set_bit_of(&vma->vm_flags, VM_IO);
  return 0;
}

const struct vm_operations_struct ops = {.fault = fault_by_address};
const struct vm_operations_struct callee_ops = {.fault = fault_by_callee};
const struct file_operations fops = {.mmap = ok_mmap};
// CHECK: 2 findings; 1 file analyzed, 0 failed
