// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// The result of a function says whether it returns with the lock held.
#include <linux/mm.h>

int busy(struct mm_struct *mm);

// 1 with the lock held, 0 without.
static int grab(struct mm_struct *mm) {
  if (busy(mm))
    return 0;
  mmap_read_lock(mm);
  return 1;
}

// 0 with the lock held, negative without, as errors go.
static int take(struct mm_struct *mm) {
  if (busy(mm))
    return -EBUSY;
  if (mmap_write_lock_killable(mm))
    return -EINTR;
  return 0;
}

// A pointer with the lock held, NULL or an error pointer without.
static struct vm_area_struct *lookup(struct mm_struct *mm, unsigned long addr) {
  struct vm_area_struct *vma;

  mmap_read_lock(mm);
  vma = find_vma(mm, addr);
  if (!vma)
    mmap_read_unlock(mm);
  return vma;
}

static struct vm_area_struct *get(struct mm_struct *mm, unsigned long addr) {
  struct vm_area_struct *vma = lookup(mm, addr);

  if (!vma)
    return ERR_PTR(-EINVAL);
  return vma;
}

void grabbed_nothing(struct mm_struct *mm) {
  mmap_read_lock(mm);
  mmap_read_unlock(mm);
  if (!grab(mm)) {
    needs_locked(mm);
    // CHECK: returns-locked.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but grabbed_nothing() has released it [lock-not-held]
    return;
  }
  mmap_read_unlock(mm);
}

void grabbed_for_read(struct vm_area_struct *vma) {
  if (grab(vma->vm_mm)) {
    needs_write(vma);
    // CHECK: returns-locked.c:[[#@LINE-1]]:5: warning: needs_write() needs mmap_lock held for write, but grabbed_for_read() holds it for read [mmap-write-in-fault]
    mmap_read_unlock(vma->vm_mm);
  }
}

void took_it_for_an_error(struct vm_area_struct *vma) {
  mmap_write_lock(vma->vm_mm);
  mmap_write_unlock(vma->vm_mm);
  if (take(vma->vm_mm) != 0)
    needs_write(vma);
  // CHECK: returns-locked.c:[[#@LINE-1]]:5: warning: needs_write() needs mmap_lock held for write, but took_it_for_an_error() {{has released|does not hold}} it [mmap-write-in-fault]
  else
    mmap_write_unlock(vma->vm_mm);
}

void null_is_unlocked(struct mm_struct *mm) {
  struct vm_area_struct *vma = lookup(mm, 0);

  if (!vma)
    needs_locked(mm);
  // CHECK: returns-locked.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but null_is_unlocked() has released it [lock-not-held]
  else
    mmap_read_unlock(mm);
}

void error_is_unlocked(struct mm_struct *mm) {
  struct vm_area_struct *vma = get(mm, 0);

  if (IS_ERR(vma)) {
    needs_locked(mm);
    // CHECK: returns-locked.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but error_is_unlocked() has released it [lock-not-held]
    return;
  }
  mmap_read_unlock(mm);
}

void ok_grab(struct mm_struct *mm) {
  if (!grab(mm))
    return;
  needs_locked(mm);
  mmap_read_unlock(mm);
}

int ok_take(struct vm_area_struct *vma) {
  int err = take(vma->vm_mm);

  if (err)
    return err;
  needs_write(vma);
  mmap_write_unlock(vma->vm_mm);
  return 0;
}

int ok_take_negative(struct vm_area_struct *vma) {
  if (take(vma->vm_mm) < 0)
    return -1;
  needs_write(vma);
  mmap_write_unlock(vma->vm_mm);
  return 0;
}

void ok_lookup(struct mm_struct *mm) {
  if (lookup(mm, 0)) {
    needs_locked(mm);
    mmap_read_unlock(mm);
  }
}

long ok_error_pointer(struct mm_struct *mm) {
  struct vm_area_struct *vma = get(mm, 0);

  if (IS_ERR(vma))
    return PTR_ERR(vma);
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}

// Passed on through one more function.
static int grab_twice_removed(struct mm_struct *mm) { return !!grab(mm); }

void ok_twice_removed(struct mm_struct *mm) {
  if (grab_twice_removed(mm)) {
    needs_locked(mm);
    mmap_read_unlock(mm);
  }
}
// CHECK: 5 findings; 1 file analyzed, 0 failed
