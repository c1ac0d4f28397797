// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// A trylock in the condition of a loop, and in its body.
#include <linux/mm.h>

void spinning_on_nothing(struct mm_struct *mm) {
  while (!mmap_read_trylock(mm))
    needs_locked(mm);
  // CHECK: trylock-while.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but spinning_on_nothing() does not hold it [lock-not-held]
  mmap_read_unlock(mm);
}

void one_mode_short(struct vm_area_struct *vma) {
  while (!mmap_read_trylock(vma->vm_mm))
    cond_resched();
  needs_write(vma);
  // CHECK: trylock-while.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but one_mode_short() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(vma->vm_mm);
}

void while_taken_and_dropped(struct mm_struct *mm) {
  while (mmap_read_trylock(mm)) {
    mmap_read_unlock(mm);
    needs_locked(mm);
    // CHECK: trylock-while.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but while_taken_and_dropped() has released it [lock-not-held]
  }
}

void ok_spin(struct mm_struct *mm) {
  while (!mmap_read_trylock(mm))
    cond_resched();
  needs_locked(mm);
  mmap_read_unlock(mm);
}

void ok_do_while(struct vm_area_struct *vma) {
  bool got;

  do {
    got = mmap_write_trylock(vma->vm_mm);
  } while (!got);
  needs_write(vma);
  mmap_write_unlock(vma->vm_mm);
}

int ok_bounded_tries(struct mm_struct *mm) {
  for (int i = 0; i < 8; i++) {
    if (!mmap_read_trylock(mm))
      continue;
    needs_locked(mm);
    mmap_read_unlock(mm);
    return 0;
  }
  return -EAGAIN;
}

int ok_break_with_it(struct mm_struct *mm) {
  for (;;) {
    if (mmap_read_trylock(mm))
      break;
    cond_resched();
  }
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
