// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// `*locked = 0`: a callee says through a pointer that it dropped the lock.
#include <linux/mm.h>

int must_wait(struct mm_struct *mm);

static long pin(struct mm_struct *mm, int *locked) {
  needs_locked(mm);
  if (must_wait(mm)) {
    mmap_read_unlock(mm);
    *locked = 0;
    return 0;
  }
  return 1;
}

// The same, if the caller has no use for the answer: then it stays locked.
static long pin_maybe(struct mm_struct *mm, int *locked) {
  if (locked && must_wait(mm)) {
    mmap_read_unlock(mm);
    *locked = 0;
  }
  return 1;
}

void never_looked(struct mm_struct *mm) {
  int locked = 1;

  mmap_read_lock(mm);
  pin(mm, &locked);
  needs_locked(mm);
  // CHECK: locked-pointer.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but never_looked() has released it [lock-not-held]
  if (locked)
    mmap_read_unlock(mm);
}

void looked_the_wrong_way(struct mm_struct *mm) {
  int locked = 1;

  mmap_read_lock(mm);
  pin(mm, &locked);
  if (!locked) {
    needs_locked(mm);
    // CHECK: locked-pointer.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but looked_the_wrong_way() has released it [lock-not-held]
    return;
  }
  mmap_read_unlock(mm);
}

void ok_looked(struct mm_struct *mm) {
  int locked = 1;

  mmap_read_lock(mm);
  pin(mm, &locked);
  if (locked) {
    needs_locked(mm);
    mmap_read_unlock(mm);
  }
}

void ok_locked_again(struct mm_struct *mm) {
  int locked = 1;

  mmap_read_lock(mm);
  pin(mm, &locked);
  if (!locked) {
    mmap_read_lock(mm);
    locked = 1;
  }
  needs_locked(mm);
  mmap_read_unlock(mm);
}

void ok_null_keeps_it(struct mm_struct *mm) {
  mmap_read_lock(mm);
  pin_maybe(mm, NULL);
  needs_locked(mm);
  mmap_read_unlock(mm);
}

// Passed on to the next callee.
static long pin_outer(struct mm_struct *mm, int *locked) {
  long n = pin(mm, locked);

  if (*locked)
    needs_locked(mm);
  return n;
}

void ok_passed_on(struct mm_struct *mm) {
  int locked = 1;

  mmap_read_lock(mm);
  pin_outer(mm, &locked);
  if (locked)
    mmap_read_unlock(mm);
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
