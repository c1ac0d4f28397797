// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check --checks='*,-lock-balance,-missing-assertion' %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// The lock is handed over to a callee, which unlocks it.
#include <linux/mm.h>

int step(int n);

static void finish(struct mm_struct *mm) {
  needs_locked(mm);
  mmap_read_unlock(mm);
}

static int finish_on_error(struct mm_struct *mm) {
  int err = step(1);

  if (err)
    mmap_read_unlock(mm);
  return err;
}

void after_the_hand_over(struct mm_struct *mm) {
  mmap_read_lock(mm);
  finish(mm);
  needs_locked(mm);
  // CHECK: hand-over.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but after_the_hand_over() has released it [lock-not-held]
}

void handed_over_twice(struct mm_struct *mm) {
  mmap_read_lock(mm);
  finish(mm);
  finish(mm);
  // CHECK: hand-over.c:[[#@LINE-1]]:3: warning: finish() needs mmap_lock held, but handed_over_twice() has released it [lock-not-held]
}

void error_means_unlocked(struct mm_struct *mm) {
  mmap_read_lock(mm);
  if (finish_on_error(mm)) {
    needs_locked(mm);
    // CHECK: hand-over.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but error_means_unlocked() has released it [lock-not-held]
    return;
  }
  mmap_read_unlock(mm);
}

void ok_hand_over(struct mm_struct *mm) {
  mmap_read_lock(mm);
  needs_locked(mm);
  finish(mm);
}

int ok_error(struct mm_struct *mm) {
  mmap_read_lock(mm);
  if (finish_on_error(mm))
    return -EBUSY;
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}

// Two hands further.
static void finish_later(struct mm_struct *mm) { finish(mm); }

void ok_hand_over_twice_removed(struct mm_struct *mm) {
  mmap_read_lock(mm);
  finish_later(mm);
  mmap_read_lock(mm);
  needs_locked(mm);
  mmap_read_unlock(mm);
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
