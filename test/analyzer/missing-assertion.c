// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s --checks='-*,missing-assertion' --confidence=possible -- %cflags | FileCheck %s --implicit-check-not=note:
// RUN: %check %s --checks=-lock-balance -- %cflags | FileCheck %s --check-prefix=USUAL
// RUN: %check %s --advice -- %cflags | FileCheck %s --check-prefix=ADVICE
// RUN: %exits 0 %holdfast check --quiet --rules %rules %s --checks=-lock-balance --advice -- %cflags
// RUN: %exits 1 %holdfast check --quiet --rules %rules %s --fail-on=note -- %cflags
// RUN: cp %s %t.c && %check --fix --advice %t.c -- %cflags > %t.out
// RUN: FileCheck %s --check-prefix=FIXED < %t.c
// RUN: %check %t.c --advice -- %cflags | FileCheck %s --check-prefix=AGAIN
//
// Functions that rely on a lock of their caller's. Advice: only where it is
// asked for, and what matters to most callers first.
// USUAL: 0 findings
// ADVICE: note: moves() relies on
#include <linux/mm.h>

// Two callers hold it, one cannot be told.
void moves(struct vm_area_struct *area, unsigned long by) {
  // CHECK: missing-assertion.c:[[#@LINE-1]]:6: note: moves() relies on mmap_lock held for write and does not say so; 2 of 3 callers seen to hold it [missing-assertion]
  // CHECK-NEXT: missing-assertion.c:[[#@LINE+10]]:{{[0-9]+}}: note: moves writes vm_area_struct.vm_start
  // CHECK-NEXT: note: holds_it holds it here
  // CHECK-NEXT: note: holds_it_too holds it here
  // CHECK-NEXT: missing-assertion.c:[[#@LINE-5]]:6: note: use mmap_assert_write_locked(area->vm_mm)
  unsigned long old = area->vm_start;

  // FIXED: unsigned long old = area->vm_start;
  // FIXED: mmap_assert_write_locked(area->vm_mm);
  // FIXED-NEXT: area->vm_start = old + by;
  // AGAIN-NOT: moves()
  area->vm_start = old + by;
}
void holds_it(struct vm_area_struct *vma) {
  mmap_write_lock(vma->vm_mm);
  moves(vma, 1);
  mmap_write_unlock(vma->vm_mm);
}
void holds_it_too(struct vm_area_struct *vma) {
  mmap_write_lock(vma->vm_mm);
  moves(vma, 2);
  mmap_write_unlock(vma->vm_mm);
}
// It relies on it no less, but once moves() says so, so does this.
void ok_passes_on(struct vm_area_struct *vma) { moves(vma, 3); }

// KNOWN-IMPRECISE: with one caller, which holds it, the assertion would add
// little. Not shown unless --confidence=possible.
static void only_helper(struct vm_area_struct *vma) {
  // CHECK: note: only_helper() relies on mmap_lock held for write and does not say so; 1 of 1 caller seen to hold it [missing-assertion]
  // CHECK-NEXT: note: only_helper writes vm_area_struct.vm_start
  // CHECK-NEXT: note: only_caller holds it here
  // CHECK-NEXT: note: use mmap_assert_write_locked(vma->vm_mm)
  // ADVICE-NOT: only_helper
  vma->vm_start = 0;
}
void only_caller(struct vm_area_struct *vma) {
  mmap_write_lock(vma->vm_mm);
  only_helper(vma);
  mmap_write_unlock(vma->vm_mm);
}

// A helper with one caller that relies on its own callers: said there, once.
static void split_off(struct vm_area_struct *vma) { vma->vm_start = 0; }
int splits(struct vm_area_struct *vma) {
  // CHECK: missing-assertion.c:[[#@LINE-1]]:5: note: splits() relies on mmap_lock held for write and does not say so [missing-assertion]
  // CHECK-NEXT: missing-assertion.c:[[#@LINE+5]]:3: note: splits calls split_off, which writes vm_area_struct.vm_start
  // CHECK-NEXT: note: use mmap_assert_write_locked(vma->vm_mm)
  // FIXED: int splits
  // FIXED: mmap_assert_write_locked(vma->vm_mm);
  // FIXED-NEXT: split_off(vma);
  split_off(vma);
  return 0;
}

// Where no caller is seen, and by the name of the current task.
void counts(unsigned long pages) {
  // CHECK: missing-assertion.c:[[#@LINE-1]]:6: note: counts() relies on mmap_lock held and does not say so [missing-assertion]
  // CHECK-NEXT: note: counts writes mm_struct.total_vm
  // CHECK-NEXT: note: use mmap_assert_locked(current->mm)
  current->mm->total_vm += pages;
}

// What is true only sometimes is no reason for an assertion that is always
// checked: no fix.
void sometimes(struct vm_area_struct *vma, int how) {
  // CHECK: missing-assertion.c:[[#@LINE-1]]:6: note: sometimes() relies on mmap_lock held for write
  // CHECK-NEXT: note: sometimes writes vm_area_struct.vm_start
  // CHECK-NEXT: note: use mmap_assert_write_locked(vma->vm_mm)
  // FIXED: void sometimes
  // FIXED-NOT: {{^ +mmap_assert}}
  // FIXED: vma->vm_start = 0;
  if (how)
    vma->vm_start = 0;
}

// Of the caller's lock, let go for a while.
int must_wait(struct mm_struct *mm);
int waits(struct mm_struct *mm) {
  // CHECK: missing-assertion.c:[[#@LINE-1]]:5: note: waits() relies on mmap_lock held and does not say so [missing-assertion]
  // CHECK-NEXT: note: waits may release it
  // CHECK-NEXT: note: use mmap_assert_locked(mm)
  if (must_wait(mm)) {
    mmap_read_unlock(mm);
    return 1;
  }
  return 0;
}

// Without an mm there is nothing to assert: no fix either.
int waits_if_any(struct mm_struct *mm) {
  // CHECK: missing-assertion.c:[[#@LINE-1]]:5: note: waits_if_any() relies on mmap_lock held and does not say so [missing-assertion]
  // CHECK-NEXT: note: waits_if_any may release it
  // CHECK-NEXT: note: use mmap_assert_locked(mm)
  // FIXED: int waits_if_any
  // FIXED-NOT: {{^ +mmap_assert}}
  // FIXED: if (!mm)
  if (!mm)
    return 0;
  mmap_read_unlock(mm);
  return 1;
}

// It is what a caller, in whatever way, says so of.
void ok_says_so(struct vm_area_struct *vma) {
  mmap_assert_write_locked(vma->vm_mm);
  vma->vm_start = 0;
}
void ok_says_so_later(struct vm_area_struct *vma) {
  vma->vm_start = 0;
  mmap_assert_write_locked(vma->vm_mm);
}
static inline void checked(struct vm_area_struct *vma) {
  mmap_assert_write_locked(vma->vm_mm);
}
void ok_says_so_by_callee(struct vm_area_struct *vma) {
  checked(vma);
  vma->vm_start = 0;
}
void ok_lockdep(struct vm_area_struct *vma) {
  lockdep_assert_held_write(&vma->vm_mm->mmap_lock);
  vma->vm_start = 0;
}
int ok_waits_and_says_so(struct mm_struct *mm, int locked) {
  if (locked)
    mmap_assert_locked(mm);
  if (locked && must_wait(mm)) {
    mmap_read_unlock(mm);
    return 1;
  }
  return 0;
}

// To release it is what it is for.
void ok_unlocks(struct mm_struct *mm) { mmap_read_unlock(mm); }

void ok_takes_it(struct vm_area_struct *vma) {
  mmap_write_lock(vma->vm_mm);
  vma->vm_start = 0;
  mmap_write_unlock(vma->vm_mm);
}

// Nobody else can see it.
struct vm_area_struct *ok_new(struct mm_struct *mm) {
  struct vm_area_struct *vma = vm_area_alloc(mm);

  if (vma)
    vma->vm_start = 0;
  return vma;
}

// The rules say what callbacks are entered with; who calls them checks it.
static int ok_mmap(struct file *file, struct vm_area_struct *vma) {
  vma->vm_ops = NULL;
  return 0;
}
const struct file_operations fops = {.mmap = ok_mmap};
