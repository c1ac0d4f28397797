// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// A flag that remembers whether the lock was taken.
#include <linux/mm.h>

void wrong_way_round(struct mm_struct *mm) {
  bool locked = mmap_read_trylock(mm);

  if (!locked)
    needs_locked(mm);
  // CHECK: bool-locked.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but wrong_way_round() does not hold it [lock-not-held]
  if (locked)
    mmap_read_unlock(mm);
}

void flag_outlives_the_lock(struct mm_struct *mm, int how) {
  bool locked = false;

  if (how) {
    mmap_read_lock(mm);
    locked = true;
  }
  if (locked)
    mmap_read_unlock(mm);
  if (locked)
    needs_locked(mm);
  // CHECK: bool-locked.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but flag_outlives_the_lock() has released it [lock-not-held]
}

void ok_flag(struct mm_struct *mm, int how) {
  bool locked = false;

  if (how) {
    mmap_read_lock(mm);
    locked = true;
  }
  cond_resched();
  if (locked) {
    needs_locked(mm);
    mmap_read_unlock(mm);
  }
}

void ok_flag_from_trylock(struct mm_struct *mm) {
  bool locked = false;

  if (mmap_read_trylock(mm))
    locked = true;
  if (locked)
    needs_locked(mm);
  cond_resched();
  if (locked)
    mmap_read_unlock(mm);
}

void ok_two_flags(struct vm_area_struct *vma, int how) {
  int read_locked = 0, write_locked = 0;

  if (how == 1) {
    mmap_read_lock(vma->vm_mm);
    read_locked = 1;
  } else if (how == 2) {
    mmap_write_lock(vma->vm_mm);
    write_locked = 1;
  }
  if (write_locked)
    needs_write(vma);
  if (read_locked)
    needs_locked(vma->vm_mm);
  if (write_locked)
    mmap_write_unlock(vma->vm_mm);
  if (read_locked)
    mmap_read_unlock(vma->vm_mm);
}

void ok_flag_cleared_on_drop(struct mm_struct *mm, int tired) {
  bool locked = true;

  mmap_read_lock(mm);
  if (tired) {
    mmap_read_unlock(mm);
    locked = false;
  }
  if (locked) {
    needs_locked(mm);
    mmap_read_unlock(mm);
  }
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
