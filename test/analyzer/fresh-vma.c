// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// A VMA nobody else can see yet needs no lock.
#include <linux/mm.h>

void insert(struct mm_struct *mm, struct vm_area_struct *vma);

static vm_fault_t fault(struct vm_fault *vmf) {
  struct vm_area_struct *vma = vm_area_alloc(vmf->vma->vm_mm);

  if (!vma)
    return VM_FAULT_SIGBUS;
  ACCESS_PRIVATE(vma, __vm_flags) = VM_IO;
  ACCESS_PRIVATE(vmf->vma, __vm_flags) = VM_IO;
  // CHECK: fresh-vma.c:[[#@LINE-1]]:3: warning: writing vm_area_struct.{{(__)?}}vm_flags needs mmap_lock held for write, but fault() is entered with it held for read [mmap-write-in-fault]
  vm_area_free(vma);
  return VM_FAULT_NOPAGE;
}

static vm_fault_t ok_fault(struct vm_fault *vmf) {
  struct vm_area_struct *vma = vm_area_alloc(vmf->vma->vm_mm);

  if (!vma)
    return VM_FAULT_SIGBUS;
  vm_flags_init(vma, VM_IO);
  ACCESS_PRIVATE(vma, __vm_flags) |= VM_PFNMAP;
  vm_area_free(vma);
  return VM_FAULT_NOPAGE;
}

void ok_before_it_is_locked(struct mm_struct *mm) {
  struct vm_area_struct *vma = vm_area_alloc(mm);

  if (!vma)
    return;
  mmap_read_lock(mm);
  mmap_read_unlock(mm);
  vma->__vm_flags = VM_IO;
  mmap_write_lock(mm);
  insert(mm, vma);
  mmap_write_unlock(mm);
}

const struct vm_operations_struct ops = {.fault = fault};
const struct vm_operations_struct ok_ops = {.fault = ok_fault};
// CHECK: 1 finding; 1 file analyzed, 0 failed
