// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Negations, one on top of the other.
#include <linux/mm.h>

void negated_local(struct mm_struct *mm) {
  bool failed = !mmap_read_trylock(mm);

  if (failed)
    needs_locked(mm);
  // CHECK: negated.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but negated_local() does not hold it [lock-not-held]
  else
    mmap_read_unlock(mm);
}

void negated_twice(struct vm_area_struct *vma) {
  if (!!mmap_read_trylock(vma->vm_mm)) {
    needs_write(vma);
    // CHECK: negated.c:[[#@LINE-1]]:5: warning: needs_write() needs mmap_lock held for write, but negated_twice() holds it for read [mmap-write-in-fault]
    mmap_read_unlock(vma->vm_mm);
  }
}

int ok_negated_killable(struct vm_area_struct *vma) {
  if (!mmap_write_lock_killable(vma->vm_mm)) {
    needs_write(vma);
    mmap_write_unlock(vma->vm_mm);
    return 0;
  }
  return -EINTR;
}

int ok_negated_local(struct vm_area_struct *vma) {
  bool locked = !mmap_write_lock_killable(vma->vm_mm);

  if (locked)
    needs_write(vma);
  if (!locked)
    return -EINTR;
  mmap_write_unlock(vma->vm_mm);
  return 0;
}

int ok_compared_with_false(struct mm_struct *mm) {
  if (mmap_read_trylock(mm) == false)
    return -EBUSY;
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}

int ok_not_and(struct mm_struct *mm, int wanted) {
  if (!(wanted && mmap_read_trylock(mm)))
    return 0;
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 1;
}

static bool try_failed(struct mm_struct *mm) { return !mmap_read_trylock(mm); }

int ok_negated_by_a_callee(struct mm_struct *mm) {
  if (!try_failed(mm)) {
    needs_locked(mm);
    mmap_read_unlock(mm);
  }
  return 0;
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
