// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// A fault handler says with VM_FAULT_RETRY or VM_FAULT_COMPLETED that it has
// released the lock, and must say so exactly when it has.
#include <linux/mm.h>

int must_wait(struct vm_area_struct *vma);
int killed(struct inode *inode);
struct inode *inode_of(struct page *page);
struct file *get_file(struct file *f);

static vm_fault_t mkwrite_keeps(struct vm_fault *vmf) {
  vm_fault_t ret = VM_FAULT_NOPAGE;

  if (killed(inode_of(vmf->page))) {
    ret = VM_FAULT_RETRY;
    // CHECK: fault-retry.c:[[#@LINE-1]]:5: warning: mkwrite_keeps() returns VM_FAULT_RETRY with mmap_lock still held [fault-retry]
    // CHECK: fault-retry.c:[[#]]:{{[0-9]+}}: note: mkwrite_keeps is vm_operations_struct.page_mkwrite of keeps_ops, set here; it is to return VM_FAULT_RETRY or VM_FAULT_COMPLETED where it has released mmap_lock, and nowhere else (
    // CHECK: note: use VM_FAULT_NOPAGE to have the access tried again
    goto out;
  }
  if (killed(NULL))
    ret = VM_FAULT_LOCKED;
out:
  killed(NULL);
  return ret;
}

static vm_fault_t mkwrite_two_bits(struct vm_fault *vmf) {
  if (killed(inode_of(vmf->page)))
    return VM_FAULT_LOCKED | VM_FAULT_RETRY;
  // CHECK: fault-retry.c:[[#@LINE-1]]:5: warning: mkwrite_two_bits() returns VM_FAULT_RETRY with mmap_lock still held [fault-retry]
  return VM_FAULT_LOCKED;
}

static vm_fault_t shared_helper(struct vm_fault *vmf) {
  vm_fault_t ret = VM_FAULT_NOPAGE;

  if (killed(inode_of(vmf->page)))
    ret |= VM_FAULT_RETRY;
  // CHECK: fault-retry.c:[[#@LINE-1]]:5: warning: shared_helper() returns VM_FAULT_RETRY with mmap_lock still held [fault-retry]
  // CHECK: note: mkwrite_by_helper is vm_operations_struct.pfn_mkwrite
  // CHECK: note: mkwrite_by_helper returns what shared_helper returns
  return ret;
}
static vm_fault_t mkwrite_by_helper(struct vm_fault *vmf) {
  return shared_helper(vmf);
}
static vm_fault_t mkwrite_by_helper_too(struct vm_fault *vmf) {
  return shared_helper(vmf); // the same place, said once
}

static vm_fault_t fault_completed(struct vm_fault *vmf) {
  if (vmf->flags & FAULT_FLAG_RETRY_NOWAIT) // says nothing about this bit
    return VM_FAULT_COMPLETED;
  // CHECK: fault-retry.c:[[#@LINE-1]]:5: warning: fault_completed() returns VM_FAULT_COMPLETED with mmap_lock still held [fault-retry]
  return 0;
}

static vm_fault_t fault_silent_drop(struct vm_fault *vmf) {
  if (must_wait(vmf->vma)) {
    mmap_read_unlock(vmf->vma->vm_mm);
    // CHECK: fault-retry.c:[[#@LINE-1]]:5: warning: fault_silent_drop() releases mmap_lock and returns without VM_FAULT_RETRY or VM_FAULT_COMPLETED [fault-retry]
    return VM_FAULT_NOPAGE;
  }
  return 0;
}

static vm_fault_t fault_drop_and_retake(struct vm_fault *vmf) {
  mmap_read_unlock(current->mm);
  must_wait(NULL);
  mmap_read_lock(current->mm);
  // CHECK: fault-retry.c:[[#@LINE-1]]:3: warning: fault_drop_and_retake() releases mmap_lock and takes it again, and cannot say so: its caller goes on with what the lock had kept [fault-retry]
  return VM_FAULT_NOPAGE;
}

static vm_fault_t ok_fault_drops(struct vm_fault *vmf) {
  if (must_wait(vmf->vma)) {
    mmap_read_unlock(vmf->vma->vm_mm);
    return VM_FAULT_RETRY;
  }
  return VM_FAULT_NOPAGE;
}

// FAULT_FLAG_RETRY_NOWAIT: VM_FAULT_RETRY, but with the lock kept.
static vm_fault_t reserve(struct vm_fault *vmf) {
  if (must_wait(vmf->vma)) {
    if (vmf->flags & FAULT_FLAG_ALLOW_RETRY) {
      if (!(vmf->flags & FAULT_FLAG_RETRY_NOWAIT)) {
        mmap_read_unlock(vmf->vma->vm_mm);
        must_wait(NULL);
      }
      return VM_FAULT_RETRY;
    }
    return VM_FAULT_NOPAGE;
  }
  return 0;
}
static vm_fault_t ok_fault_nowait(struct vm_fault *vmf) {
  vm_fault_t ret = reserve(vmf);

  if (ret)
    return ret;
  return VM_FAULT_NOPAGE;
}
// Nobody allows page_mkwrite to retry, so that it cannot get there.
static vm_fault_t ok_mkwrite_not_allowed(struct vm_fault *vmf) {
  vm_fault_t ret = reserve(vmf);

  return ret ? ret : VM_FAULT_LOCKED;
}

// A pointer that is set exactly where the lock was released.
struct file *pin_and_drop(struct vm_fault *vmf, struct file *fpin) {
  if (fpin)
    return fpin;
  if ((vmf->flags & FAULT_FLAG_ALLOW_RETRY) &&
      !(vmf->flags & FAULT_FLAG_RETRY_NOWAIT)) {
    fpin = get_file(vmf->vma->vm_file);
    mmap_read_unlock(vmf->vma->vm_mm);
  }
  return fpin;
}
static int lock_or_drop(struct vm_fault *vmf, struct file **fpin) {
  if (!must_wait(vmf->vma))
    return 1;
  if (vmf->flags & FAULT_FLAG_RETRY_NOWAIT)
    return 0;
  *fpin = pin_and_drop(vmf, *fpin);
  if (killed(NULL)) {
    if (*fpin == NULL)
      mmap_read_unlock(vmf->vma->vm_mm);
    return 0;
  }
  return 1;
}
static vm_fault_t ok_fault_pinned(struct vm_fault *vmf) {
  struct file *fpin = NULL;
  vm_fault_t ret = 0;

  if (!lock_or_drop(vmf, &fpin))
    goto out_retry;
  if (fpin)
    goto out_retry;
  return VM_FAULT_LOCKED;
out_retry:
  return ret | VM_FAULT_RETRY;
}

// Somebody else may have released it: nobody can tell.
vm_fault_t elsewhere(struct vm_fault *vmf);
static vm_fault_t ok_fault_elsewhere(struct vm_fault *vmf) {
  return elsewhere(vmf);
}
bool dropped_elsewhere(struct vm_fault *vmf);
static vm_fault_t ok_fault_told(struct vm_fault *vmf) {
  return dropped_elsewhere(vmf) ? VM_FAULT_RETRY : 0;
}

// No fault handler.
vm_fault_t ok_not_a_handler(struct vm_fault *vmf) { return VM_FAULT_RETRY; }

// KNOWN-IMPRECISE: of another mm, and rightly so. Only the class is looked at.
static vm_fault_t fault_other_mm(struct vm_fault *vmf) {
  struct mm_struct *mm = vmf->vma->vm_private_data;

  mmap_read_unlock(mm);
  // CHECK: fault-retry.c:[[#@LINE-1]]:3: warning: fault_other_mm() releases mmap_lock and returns without VM_FAULT_RETRY or VM_FAULT_COMPLETED [fault-retry]
  return VM_FAULT_NOPAGE;
}

const struct vm_operations_struct keeps_ops = {.page_mkwrite = mkwrite_keeps};
const struct vm_operations_struct b = {.page_mkwrite = mkwrite_two_bits};
const struct vm_operations_struct c = {.pfn_mkwrite = mkwrite_by_helper};
const struct vm_operations_struct d = {.pfn_mkwrite = mkwrite_by_helper_too};
const struct vm_operations_struct e = {.fault = fault_completed};
const struct vm_operations_struct f = {.fault = fault_silent_drop};
const struct vm_operations_struct g = {.fault = fault_drop_and_retake};
const struct vm_operations_struct h = {.fault = fault_other_mm};
const struct vm_operations_struct i = {.fault = ok_fault_drops};
const struct vm_operations_struct j = {.fault = ok_fault_nowait,
                                       .page_mkwrite = ok_mkwrite_not_allowed};
const struct vm_operations_struct k = {.fault = ok_fault_pinned};
const struct vm_operations_struct l = {.fault = ok_fault_elsewhere};
const struct vm_operations_struct m = {.fault = ok_fault_told};
// CHECK: 7 findings; 1 file analyzed, 0 failed
