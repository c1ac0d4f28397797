// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check --checks='*,-lock-balance,-missing-assertion' %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Loops: what holds in the first round need not hold in the second.
#include <linux/mm.h>

int step(int n);

void not_in_the_second_round(struct mm_struct *mm, int n) {
  mmap_read_lock(mm);
  for (int i = 0; i < n; i++) {
    needs_locked(mm);
    // CHECK: loops.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but not_in_the_second_round() has released it [lock-not-held]
    mmap_read_unlock(mm);
  }
}

void dropped_in_some_round(struct mm_struct *mm, int n) {
  mmap_read_lock(mm);
  while (n--) {
    if (step(n)) {
      mmap_read_unlock(mm);
      break;
    }
  }
  needs_locked(mm);
  // CHECK: loops.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but dropped_in_some_round() has released it [lock-not-held]
}

void weaker_in_the_second_round(struct vm_area_struct *vma, int n) {
  down_write(&vma->vm_mm->mmap_lock);
  do {
    needs_write(vma);
    // CHECK: loops.c:[[#@LINE-1]]:5: warning: needs_write() needs mmap_lock held for write, but weaker_in_the_second_round() holds it for read [mmap-write-in-fault]
    downgrade_write(&vma->vm_mm->mmap_lock);
  } while (step(n));
  mmap_read_unlock(vma->vm_mm);
}

void ok_around(struct mm_struct *mm, int n) {
  mmap_read_lock(mm);
  for (int i = 0; i < n; i++)
    needs_locked(mm);
  needs_locked(mm);
  mmap_read_unlock(mm);
}

void ok_inside(struct vm_area_struct *vma, int n) {
  for (int i = 0; i < n; i++) {
    mmap_write_lock(vma->vm_mm);
    if (step(i)) {
      mmap_write_unlock(vma->vm_mm);
      continue;
    }
    needs_write(vma);
    mmap_write_unlock(vma->vm_mm);
  }
}

void ok_dropped_and_taken_again(struct mm_struct *mm, int n) {
  mmap_read_lock(mm);
  while (step(n)) {
    needs_locked(mm);
    mmap_read_unlock(mm);
    cond_resched();
    mmap_read_lock(mm);
  }
  needs_locked(mm);
  mmap_read_unlock(mm);
}

void ok_retry(struct vm_area_struct *vma) {
retry:
  mmap_read_lock(vma->vm_mm);
  needs_locked(vma->vm_mm);
  if (step(1)) {
    mmap_read_unlock(vma->vm_mm);
    goto retry;
  }
  mmap_read_unlock(vma->vm_mm);
}

int ok_lock_once(struct mm_struct *mm, int n) {
  bool locked = false;

  for (int i = 0; i < n; i++) {
    if (!locked) {
      mmap_read_lock(mm);
      locked = true;
    }
    needs_locked(mm);
    if (step(i)) {
      mmap_read_unlock(mm);
      locked = false;
    }
  }
  if (locked)
    mmap_read_unlock(mm);
  return 0;
}

// The lock's own object changes from round to round.
struct node {
  struct mutex lock;
  struct node *next;
};
static void node_touch(struct node *n) { lockdep_assert_held(&n->lock); }

void ok_each_its_own(struct node *n) {
  for (; n; n = n->next) {
    mutex_lock(&n->lock);
    node_touch(n);
    mutex_unlock(&n->lock);
  }
}

void ok_hand_over_hand(struct node *n) {
  mutex_lock(&n->lock);
  while (n->next) {
    struct node *next = n->next;

    mutex_lock_nested(&next->lock, SINGLE_DEPTH_NESTING);
    mutex_unlock(&n->lock);
    node_touch(next);
    n = next;
    node_touch(n);
  }
  node_touch(n);
  mutex_unlock(&n->lock);
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
