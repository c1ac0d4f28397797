// SPDX-License-Identifier: GPL-2.0-or-later
//
// A fault is entered with mmap_lock held for read: always before there were
// per-VMA locks, and later wherever the table has no map_pages.
// RUN: %check --kernel 6.1 %s -- %cflags | FileCheck %s --implicit-check-not=warning:
// RUN: %check --kernel 6.12 %s -- %cflags | FileCheck %s --implicit-check-not=warning:
#include <linux/mm.h>

static vm_fault_t fault(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  // CHECK: no-vma-lock.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but fault() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}

static vm_fault_t ok_fault(struct vm_fault *vmf) {
  needs_locked(vmf->vma->vm_mm);
  return VM_FAULT_NOPAGE;
}

const struct vm_operations_struct ops = {.fault = fault};
const struct vm_operations_struct ok_ops = {.fault = ok_fault};
// CHECK: 1 finding; 1 file analyzed, 0 failed
