// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Functions that call themselves, directly and in a circle.
#include <linux/mm.h>

int step(int n);

static void walk(struct mm_struct *mm, int depth) {
  needs_locked(mm);
  if (depth)
    walk(mm, depth - 1);
}

static void drop_at_the_bottom(struct mm_struct *mm, int depth) {
  if (depth)
    drop_at_the_bottom(mm, depth - 1);
  else
    mmap_read_unlock(mm);
}

static void change_at_the_bottom(struct vm_area_struct *vma, int depth) {
  if (depth)
    change_at_the_bottom(vma, depth - 1);
  else
    needs_write(vma);
}

static void odd(struct mm_struct *mm, int n);
static void even(struct mm_struct *mm, int n) {
  if (n)
    odd(mm, n - 1);
}
static void odd(struct mm_struct *mm, int n) {
  needs_write_mm(mm);
  if (n)
    even(mm, n - 1);
}

void walk_unlocked(struct mm_struct *mm) {
  mmap_read_lock(mm);
  walk(mm, 3);
  mmap_read_unlock(mm);
  walk(mm, 3);
  // CHECK: recursion.c:[[#@LINE-1]]:3: warning: walk() needs mmap_lock held, but walk_unlocked() has released it [lock-not-held]
}

void dropped_at_the_bottom(struct mm_struct *mm) {
  mmap_read_lock(mm);
  drop_at_the_bottom(mm, 3);
  needs_locked(mm);
  // CHECK: recursion.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but dropped_at_the_bottom() has released it [lock-not-held]
}

void needs_it_at_the_bottom(struct vm_area_struct *vma) {
  mmap_read_lock(vma->vm_mm);
  change_at_the_bottom(vma, 3);
  // CHECK: recursion.c:[[#@LINE-1]]:3: warning: change_at_the_bottom() needs mmap_lock held for write, but needs_it_at_the_bottom() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(vma->vm_mm);
}

void in_a_circle(struct mm_struct *mm) {
  mmap_read_lock(mm);
  even(mm, 4);
  // CHECK: recursion.c:[[#@LINE-1]]:3: warning: even() needs mmap_lock held for write, but in_a_circle() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(mm);
}

void ok_walk(struct mm_struct *mm) {
  mmap_read_lock(mm);
  walk(mm, 3);
  needs_locked(mm);
  mmap_read_unlock(mm);
}

void ok_in_a_circle(struct mm_struct *mm) {
  mmap_write_lock(mm);
  even(mm, 4);
  odd(mm, 3);
  mmap_write_unlock(mm);
}

// Takes and drops it on every level.
static void balanced(struct mm_struct *mm, int depth) {
  mmap_read_lock(mm);
  needs_locked(mm);
  mmap_read_unlock(mm);
  if (depth)
    balanced(mm, depth - 1);
}

void ok_balanced(struct mm_struct *mm) {
  balanced(mm, 3);
  mmap_read_lock(mm);
  needs_locked(mm);
  mmap_read_unlock(mm);
}
// CHECK: 4 findings; 1 file analyzed, 0 failed
