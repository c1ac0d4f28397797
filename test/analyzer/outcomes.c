// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// What goes with one outcome of a call stays with it: a flag that says that the
// lock was dropped, and the mm of whichever vma a variable holds.
#include <linux/mm.h>

int step(int n);
static void touch(struct mm_struct *mm) { mmap_assert_locked(mm); }

/* One outcome of three drops the lock, and says so in *locked. */
static int fault(struct vm_area_struct *vma, int *locked) {
  if (step(1))
    return -EINVAL;
  if (step(2)) {
    mmap_read_unlock(vma->vm_mm);
    *locked = 0;
    return -EAGAIN;
  }
  return 0;
}

static int walk(struct mm_struct *mm, unsigned long addr, int *locked) {
  struct vm_area_struct *vma = NULL;
  int ret = 0;

  while (!ret) {
    if (!vma || step(3))
      vma = find_vma(mm, addr);
    if (!vma)
      return -ENOMEM;
    ret = fault(vma, locked);
    addr += 4096;
  }
  return ret;
}

int ok_told(struct mm_struct *mm, unsigned long addr) {
  int locked = 1, ret;

  mmap_read_lock(mm);
  ret = walk(mm, addr, &locked);
  if (locked) {
    touch(mm);
    mmap_read_unlock(mm);
  }
  return ret;
}

int not_asked(struct mm_struct *mm, unsigned long addr) {
  int locked = 1, ret;

  mmap_read_lock(mm);
  ret = walk(mm, addr, &locked);
  if (!locked)
    touch(mm);
  // CHECK: outcomes.c:[[#@LINE-1]]:5: warning: touch() needs mmap_lock held, but not_asked() has released it [lock-not-held]
  if (locked)
    mmap_read_unlock(mm);
  return ret;
}
// CHECK: 1 finding; 1 file analyzed, 0 failed
