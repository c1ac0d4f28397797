// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// do { } while (0), the kernel's statement macro: one round, no loop.
#include <linux/mm.h>

int step(int n);

#define LOCKED(mm, what)                                                       \
  do {                                                                         \
    mmap_read_lock(mm);                                                        \
    what;                                                                      \
    mmap_read_unlock(mm);                                                      \
  } while (0)

#define LOCK_OR_RETURN(mm, err)                                                \
  do {                                                                         \
    if (mmap_write_lock_killable(mm))                                          \
      return (err);                                                            \
  } while (0)

void after_the_macro(struct mm_struct *mm) {
  LOCKED(mm, step(1));
  needs_locked(mm);
  // CHECK: do-while-0.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but after_the_macro() has released it [lock-not-held]
}

void in_the_macro(struct vm_area_struct *vma) {
  LOCKED(vma->vm_mm, needs_write(vma));
  // CHECK: do-while-0.c:[[#@LINE-1]]:{{[0-9]+}}: warning: needs_write() needs mmap_lock held for write, but in_the_macro() holds it for read [mmap-write-in-fault]
}

void left_by_break(struct mm_struct *mm) {
  mmap_read_lock(mm);
  do {
    if (step(1))
      break;
    mmap_read_unlock(mm);
    if (step(2))
      return;
    needs_locked(mm);
    // CHECK: do-while-0.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but left_by_break() has released it [lock-not-held]
    return;
  } while (0);
  needs_locked(mm);
  mmap_read_unlock(mm);
}

void ok_in_the_macro(struct mm_struct *mm) {
  LOCKED(mm, needs_locked(mm));
  LOCKED(mm, needs_locked(mm));
}

int ok_lock_or_return(struct vm_area_struct *vma) {
  LOCK_OR_RETURN(vma->vm_mm, -EINTR);
  needs_write(vma);
  mmap_write_unlock(vma->vm_mm);
  return 0;
}

// No second round in which it would not be held.
void ok_one_round(struct mm_struct *mm) {
  mmap_read_lock(mm);
  do {
    needs_locked(mm);
    mmap_read_unlock(mm);
  } while (0);
}

void ok_continue_leaves_it(struct mm_struct *mm) {
  mmap_read_lock(mm);
  do {
    if (step(1))
      continue;
    needs_locked(mm);
  } while (0);
  needs_locked(mm);
  mmap_read_unlock(mm);
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
