// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// A trylock in a condition, plain and through a local; what a function tries
// to take it was not entered with.
#include <linux/mm.h>

void try_failed(struct mm_struct *mm) {
  if (!mmap_read_trylock(mm)) {
    needs_locked(mm);
    // CHECK: trylock-if.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but try_failed() does not hold it [lock-not-held]
    return;
  }
  mmap_read_unlock(mm);
}

void try_got_read_only(struct vm_area_struct *vma) {
  if (mmap_read_trylock(vma->vm_mm)) {
    needs_write(vma);
    // CHECK: trylock-if.c:[[#@LINE-1]]:5: warning: needs_write() needs mmap_lock held for write, but try_got_read_only() holds it for read [mmap-write-in-fault]
    mmap_read_unlock(vma->vm_mm);
  }
}

void try_result_ignored(struct mm_struct *mm) {
  int got = mmap_read_trylock(mm);

  needs_locked(mm);
  // CHECK: trylock-if.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but try_result_ignored() does not hold it [lock-not-held]
  if (got)
    mmap_read_unlock(mm);
}

int ok_try(struct mm_struct *mm) {
  if (!mmap_read_trylock(mm))
    return -EAGAIN;
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}

int ok_try_in_a_local(struct vm_area_struct *vma) {
  bool got = mmap_write_trylock(vma->vm_mm);

  if (!got)
    return -EAGAIN;
  needs_write(vma);
  mmap_write_unlock(vma->vm_mm);
  return 0;
}

int ok_try_then_lock(struct mm_struct *mm) {
  if (!mmap_read_trylock(mm)) {
    if (mmap_read_lock_killable(mm))
      return -EINTR;
  }
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}

int ok_try_and_another_condition(struct mm_struct *mm, int wanted) {
  if (wanted && mmap_read_trylock(mm)) {
    needs_locked(mm);
    mmap_read_unlock(mm);
    return 1;
  }
  return 0;
}

int ok_try_or_another_condition(struct mm_struct *mm, int busy) {
  if (busy || !mmap_read_trylock(mm))
    return -EAGAIN;
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}

int ok_try_compared(struct mm_struct *mm) {
  if (down_read_trylock(&mm->mmap_lock) == 1) {
    needs_locked(mm);
    up_read(&mm->mmap_lock);
  }
  return 0;
}

int ok_try_in_a_conditional_operator(struct mm_struct *mm) {
  int ret = mmap_read_trylock(mm) ? 0 : -EAGAIN;

  if (ret)
    return ret;
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
