// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Initialisers without designators, and with some.
#include <linux/mm.h>

static void ok_open(struct vm_area_struct *vma) { needs_write(vma); }
static void ok_close(struct vm_area_struct *vma) { needs_locked(vma->vm_mm); }

static vm_fault_t fault(struct vm_fault *vmf) {
  vm_flags_set(vmf->vma, VM_IO);
  // CHECK: ops-positional-init.c:[[#@LINE-1]]:3: warning: vm_flags_set() needs mmap_lock held for write, but fault() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}
static vm_fault_t mkwrite(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  // CHECK: ops-positional-init.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but mkwrite() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_LOCKED;
}
static vm_fault_t ok_pfn_mkwrite(struct vm_fault *vmf) {
  needs_locked(vmf->vma->vm_mm);
  return VM_FAULT_LOCKED;
}

const struct vm_operations_struct ops = {
    ok_open, ok_close, NULL, NULL, fault,
};
const struct vm_operations_struct mixed_ops = {
    ok_open,
    .page_mkwrite = mkwrite,
    ok_pfn_mkwrite, // the one after page_mkwrite
};
// The last one counts, the first is gone.
const struct vm_operations_struct overridden_ops = {
    .page_mkwrite = NULL,
    .page_mkwrite = ok_pfn_mkwrite,
};
// CHECK: 2 findings; 1 file analyzed, 0 failed
