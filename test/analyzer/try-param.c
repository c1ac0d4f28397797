// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// A parameter decides which lock call runs, or whether one runs at all.
#include <linux/mm.h>

static bool lock_maybe_try(struct mm_struct *mm, bool try) {
  if (try)
    return mmap_read_trylock(mm);
  mmap_read_lock(mm);
  return true;
}

void try_unchecked(struct mm_struct *mm) {
  lock_maybe_try(mm, true);
  needs_locked(mm);
  // CHECK: try-param.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but try_unchecked() does not hold it [lock-not-held]
}

void still_only_read(struct vm_area_struct *vma) {
  lock_maybe_try(vma->vm_mm, false);
  needs_write(vma);
  // CHECK: try-param.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but still_only_read() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(vma->vm_mm);
}

void ok_no_try_needs_no_check(struct mm_struct *mm) {
  lock_maybe_try(mm, false);
  needs_locked(mm);
  mmap_read_unlock(mm);
}

void ok_try_checked(struct mm_struct *mm) {
  if (!lock_maybe_try(mm, true))
    return;
  needs_locked(mm);
  mmap_read_unlock(mm);
}

void ok_either_checked(struct mm_struct *mm, bool try) {
  if (lock_maybe_try(mm, try)) {
    needs_locked(mm);
    mmap_read_unlock(mm);
  }
}

static void lock_for(struct mm_struct *mm, bool write) {
  if (write)
    mmap_write_lock(mm);
  else
    mmap_read_lock(mm);
}

static void unlock_for(struct mm_struct *mm, bool write) {
  if (write)
    mmap_write_unlock(mm);
  else
    mmap_read_unlock(mm);
}

void asked_for_read(struct vm_area_struct *vma) {
  lock_for(vma->vm_mm, false);
  needs_write(vma);
  // CHECK: try-param.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but asked_for_read() holds it for read [mmap-write-in-fault]
  unlock_for(vma->vm_mm, false);
}

void ok_asked_for_write(struct vm_area_struct *vma) {
  lock_for(vma->vm_mm, true);
  needs_write(vma);
  unlock_for(vma->vm_mm, true);
}

void ok_asked_for_the_same(struct vm_area_struct *vma, bool write) {
  lock_for(vma->vm_mm, write);
  needs_locked(vma->vm_mm);
  if (write)
    needs_write(vma);
  unlock_for(vma->vm_mm, write);
}

// The caller may hold it already and says so: where it is not taken here,
// nothing is known.
void ok_taken_unless_the_caller_has_it(struct mm_struct *mm, bool has_it) {
  if (!has_it)
    mmap_read_lock(mm);
  needs_locked(mm);
  if (!has_it)
    mmap_read_unlock(mm);
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
