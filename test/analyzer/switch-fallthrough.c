// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check --checks='*,-lock-balance,-missing-assertion' %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// switch, its fall-through and its default.
#include <linux/mm.h>

void falls_into_it(struct mm_struct *mm, int op) {
  mmap_read_lock(mm);
  switch (op) {
  case 0:
    mmap_read_unlock(mm);
    fallthrough;
  case 1:
    needs_locked(mm);
    // CHECK: switch-fallthrough.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but falls_into_it() has released it [lock-not-held]
    break;
  default:
    needs_locked(mm);
    mmap_read_unlock(mm);
  }
}

static int lock_as(struct mm_struct *mm, int how) {
  switch (how) {
  case 0:
    mmap_read_lock(mm);
    return 0;
  case 1:
    mmap_write_lock(mm);
    return 0;
  default:
    return -EINVAL;
  }
}

void asked_for_read(struct vm_area_struct *vma) {
  lock_as(vma->vm_mm, 0);
  needs_write(vma);
  // CHECK: switch-fallthrough.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but asked_for_read() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(vma->vm_mm);
}

void ok_break(struct mm_struct *mm, int op) {
  mmap_read_lock(mm);
  switch (op) {
  case 0:
    mmap_read_unlock(mm);
    break;
  case 1:
    needs_locked(mm);
    fallthrough;
  default:
    needs_locked(mm);
    mmap_read_unlock(mm);
    break;
  }
}

void ok_asked_for_write(struct vm_area_struct *vma) {
  lock_as(vma->vm_mm, 1);
  needs_write(vma);
  mmap_write_unlock(vma->vm_mm);
}

void ok_same_switch_twice(struct vm_area_struct *vma, int how) {
  switch (how) {
  case 0:
    mmap_read_lock(vma->vm_mm);
    break;
  case 1:
    mmap_write_lock(vma->vm_mm);
    break;
  default:
    return;
  }
  needs_locked(vma->vm_mm);
  switch (how) {
  case 0:
    mmap_read_unlock(vma->vm_mm);
    break;
  case 1:
    needs_write(vma);
    mmap_write_unlock(vma->vm_mm);
    break;
  }
}

void ok_switch_on_the_result(struct mm_struct *mm) {
  switch (mmap_read_lock_killable(mm)) {
  case 0:
    needs_locked(mm);
    mmap_read_unlock(mm);
    break;
  case -EINTR:
    break;
  }
}

int ok_ranges_and_labels(struct mm_struct *mm, int op) {
  mmap_read_lock(mm);
  switch (op) {
  case 0 ... 3:
  case 8:
    needs_locked(mm);
  }
  mmap_read_unlock(mm);
  return 0;
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
