// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// likely() and unlikely() around the call, around its local, with other terms.
#include <linux/mm.h>

void unlikely_failure(struct mm_struct *mm) {
  if (unlikely(!mmap_read_trylock(mm))) {
    needs_locked(mm);
    // CHECK: likely.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but unlikely_failure() does not hold it [lock-not-held]
    return;
  }
  mmap_read_unlock(mm);
}

void likely_taken(struct vm_area_struct *vma) {
  if (likely(mmap_read_trylock(vma->vm_mm))) {
    needs_write(vma);
    // CHECK: likely.c:[[#@LINE-1]]:5: warning: needs_write() needs mmap_lock held for write, but likely_taken() holds it for read [mmap-write-in-fault]
    mmap_read_unlock(vma->vm_mm);
  }
}

int ok_unlikely(struct vm_area_struct *vma) {
  if (unlikely(mmap_write_lock_killable(vma->vm_mm)))
    return -EINTR;
  needs_write(vma);
  mmap_write_unlock(vma->vm_mm);
  return 0;
}

int ok_likely_local(struct mm_struct *mm) {
  int err = mmap_read_lock_killable(mm);

  if (likely(!err)) {
    needs_locked(mm);
    mmap_read_unlock(mm);
  }
  return err;
}

int ok_unlikely_of_two(struct mm_struct *mm, int busy) {
  if (unlikely(busy || !mmap_read_trylock(mm)))
    return -EBUSY;
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}

int ok_warn_on(struct mm_struct *mm) {
  if (WARN_ON(!mmap_read_trylock(mm)))
    return -EBUSY;
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}

// BUG_ON does not come back.
int ok_bug_on(struct mm_struct *mm) {
  BUG_ON(!mmap_read_trylock(mm));
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
