// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check --kernel 6.12 %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// The VMA's own lock instead of mmap_lock: enough to look, never to write, and
// not mmap_lock. A fault may be entered with only that one where the kernel has
// per-VMA locks and the table has map_pages.
#include <linux/mm.h>

void vma_lock_is_not_mmap_lock(struct vm_area_struct *vma) {
  mmap_read_lock(vma->vm_mm);
  if (!vma_start_read(vma)) {
    mmap_read_unlock(vma->vm_mm);
    return;
  }
  mmap_read_unlock(vma->vm_mm);
  needs_locked(vma->vm_mm);
  // CHECK: vma-lock.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but vma_lock_is_not_mmap_lock() has released it [lock-not-held]
  vma_end_read(vma);
}

void vma_lock_does_not_write(struct vm_area_struct *vma) {
  mmap_read_lock(vma->vm_mm);
  if (vma_start_read(vma)) {
    vm_flags_set(vma, VM_IO);
    // CHECK: vma-lock.c:[[#@LINE-1]]:5: warning: vm_flags_set() needs mmap_lock held for write, but vma_lock_does_not_write() holds it for read [mmap-write-in-fault]
    vma_end_read(vma);
  }
  mmap_read_unlock(vma->vm_mm);
}

void start_write_needs_mmap_lock(struct vm_area_struct *vma) {
  mmap_read_lock(vma->vm_mm);
  vma_start_write(vma);
  // CHECK: vma-lock.c:[[#@LINE-1]]:3: warning: vma_start_write() needs mmap_lock held for write, but start_write_needs_mmap_lock() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(vma->vm_mm);
}

static vm_fault_t fault_under_either(struct vm_fault *vmf) {
  vm_flags_set(vmf->vma, VM_IO);
  // CHECK: vma-lock.c:[[#@LINE-1]]:3: warning: vm_flags_set() needs mmap_lock held for write, but fault_under_either() is entered with{{out it| it held for read}} [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}

static vm_fault_t fault_says_vma_lock(struct vm_fault *vmf) {
  if (vmf->flags & FAULT_FLAG_VMA_LOCK)
    needs_locked(vmf->vma->vm_mm);
  // CHECK: vma-lock.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but fault_says_vma_lock() is entered without it [lock-not-held]
  return VM_FAULT_NOPAGE;
}

static vm_fault_t ok_fault_backs_out(struct vm_fault *vmf) {
  if (vmf->flags & FAULT_FLAG_VMA_LOCK) {
    vma_end_read(vmf->vma);
    return VM_FAULT_RETRY;
  }
  needs_locked(vmf->vma->vm_mm);
  return VM_FAULT_NOPAGE;
}

static vm_fault_t ok_fault_release(struct vm_fault *vmf) {
  if (vmf->flags & FAULT_FLAG_VMA_LOCK)
    vma_end_read(vmf->vma);
  else
    mmap_read_unlock(vmf->vma->vm_mm);
  return VM_FAULT_RETRY;
}

static vm_fault_t ok_map_pages(struct vm_fault *vmf, pgoff_t start,
                               pgoff_t end) {
  return 0;
}

const struct vm_operations_struct either_ops = {
    .fault = fault_under_either,
    .map_pages = ok_map_pages,
};
const struct vm_operations_struct says_ops = {
    .fault = fault_says_vma_lock,
    .map_pages = ok_map_pages,
};
const struct vm_operations_struct fine_ops = {
    .fault = ok_fault_backs_out,
    .page_mkwrite = ok_fault_release,
    .map_pages = ok_map_pages,
};

void ok_read_lock(struct vm_area_struct *vma) {
  rcu_read_lock();
  if (!vma_start_read(vma)) {
    rcu_read_unlock();
    return;
  }
  rcu_read_unlock();
  lockdep_assert_held(&vma->vm_lock->lock);
  vma_end_read(vma);
}

void ok_write_lock(struct vm_area_struct *vma) {
  mmap_write_lock(vma->vm_mm);
  vma_start_write(vma);
  vm_flags_set(vma, VM_IO);
  vm_flags_reset(vma, VM_IO);
  mmap_write_unlock(vma->vm_mm);
}
// CHECK: 5 findings; 1 file analyzed, 0 failed
