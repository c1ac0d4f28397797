// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// VM_FAULT_RETRY and VM_FAULT_COMPLETED: the lock is gone when they come back.
#include <linux/mm.h>

int must_wait(struct vm_fault *vmf);

static vm_fault_t wait_or_drop(struct vm_fault *vmf) {
  if (must_wait(vmf)) {
    mmap_read_unlock(vmf->vma->vm_mm);
    return VM_FAULT_RETRY;
  }
  return 0;
}

static vm_fault_t fault_never_looks(struct vm_fault *vmf) {
  vm_fault_t ret = wait_or_drop(vmf);

  needs_locked(vmf->vma->vm_mm);
  // CHECK: fault-retry-drop.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but fault_never_looks() has released it [lock-not-held]
  return ret;
}

static vm_fault_t fault_after_retry(struct vm_fault *vmf) {
  vm_fault_t ret = wait_or_drop(vmf);

  if (ret & VM_FAULT_RETRY) {
    needs_locked(vmf->vma->vm_mm);
    // CHECK: fault-retry-drop.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but fault_after_retry() has released it [lock-not-held]
  }
  return ret;
}

static vm_fault_t ok_fault(struct vm_fault *vmf) {
  vm_fault_t ret = wait_or_drop(vmf);

  if (ret & VM_FAULT_RETRY)
    return ret;
  needs_locked(vmf->vma->vm_mm);
  return VM_FAULT_NOPAGE;
}

static vm_fault_t ok_fault_two_flags(struct vm_fault *vmf) {
  vm_fault_t ret = wait_or_drop(vmf);

  if (!(ret & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
    needs_locked(vmf->vma->vm_mm);
  return ret;
}

static vm_fault_t ok_fault_drops_itself(struct vm_fault *vmf) {
  needs_locked(vmf->vma->vm_mm);
  if (must_wait(vmf)) {
    mmap_read_unlock(vmf->vma->vm_mm);
    return VM_FAULT_RETRY;
  }
  needs_locked(vmf->vma->vm_mm);
  return 0;
}

const struct vm_operations_struct never_looks_ops = {.fault = fault_never_looks};
const struct vm_operations_struct after_retry_ops = {.fault = fault_after_retry};
const struct vm_operations_struct fine_ops = {
    .fault = ok_fault,
    .page_mkwrite = ok_fault_two_flags,
    .pfn_mkwrite = ok_fault_drops_itself,
};
// CHECK: 2 findings; 1 file analyzed, 0 failed
