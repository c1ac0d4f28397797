// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Two different mm's locked at once: one is not the other.
#include <linux/mm.h>

void write_the_one_read_the_other(struct vm_area_struct *dst,
                                  struct vm_area_struct *src) {
  mmap_write_lock(dst->vm_mm);
  mmap_read_lock(src->vm_mm);
  needs_write(dst);
  needs_write(src);
  // CHECK: two-mms.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but write_the_one_read_the_other() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(src->vm_mm);
  mmap_write_unlock(dst->vm_mm);
}

void dropped_the_wrong_one(struct mm_struct *a, struct mm_struct *b) {
  mmap_read_lock(a);
  mmap_read_lock(b);
  mmap_read_unlock(a);
  needs_locked(b);
  needs_locked(a);
  // CHECK: two-mms.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but dropped_the_wrong_one() has released it [lock-not-held]
  mmap_read_unlock(b);
}

static void swap_needs(struct mm_struct *r, struct mm_struct *w) {
  needs_locked(r);
  needs_write_mm(w);
}

void arguments_swapped(struct mm_struct *r, struct mm_struct *w) {
  mmap_write_lock(w);
  mmap_read_lock(r);
  swap_needs(w, r);
  // CHECK: two-mms.c:[[#@LINE-1]]:3: warning: swap_needs() needs mmap_lock held for write, but arguments_swapped() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(r);
  mmap_write_unlock(w);
}

void ok_both(struct mm_struct *r, struct mm_struct *w) {
  mmap_write_lock(w);
  mmap_read_lock(r);
  swap_needs(r, w);
  mmap_read_unlock(r);
  needs_write_mm(w);
  mmap_write_unlock(w);
}

void ok_write_both(struct vm_area_struct *a, struct vm_area_struct *b) {
  mmap_write_lock(a->vm_mm);
  mmap_write_lock_nested(b->vm_mm, SINGLE_DEPTH_NESTING);
  needs_write(a);
  needs_write(b);
  mmap_write_unlock(b->vm_mm);
  needs_write(a);
  mmap_write_unlock(a->vm_mm);
}

// What is held of the other mm says nothing of this one.
void ok_other_mm_unknown(struct mm_struct *mine, struct mm_struct *theirs) {
  mmap_read_lock(mine);
  needs_locked(theirs);
  mmap_read_unlock(mine);
  needs_locked(theirs);
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
