// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Where it is known that the lock was not held before, a way of taking it that
// is not understood shows: nothing can be put down to the caller. So each
// function first drops what its caller held, and takes it again.
#include <linux/mm.h>

int busy(struct mm_struct *mm);

// Two errors, and a third that another function makes up.
static int take(struct mm_struct *mm) {
  if (busy(mm))
    return -EBUSY;
  if (!mm)
    return -EINVAL;
  return mmap_write_lock_killable(mm);
}

static int take_or_count(struct mm_struct *mm) {
  int tries = 0;

  while (!mmap_read_trylock(mm)) {
    if (++tries > 3)
      return tries;
  }
  return 0;
}

static struct vm_area_struct *lookup(struct mm_struct *mm, unsigned long addr) {
  struct vm_area_struct *vma;

  if (busy(mm))
    return ERR_PTR(-EBUSY);
  mmap_read_lock(mm);
  vma = find_vma(mm, addr);
  if (!vma) {
    mmap_read_unlock(mm);
    return ERR_PTR(-EINVAL);
  }
  return vma;
}

void nothing_taken(struct mm_struct *mm) {
  up_read(&mm->mmap_lock);
  if (take(mm)) {
    needs_locked(mm);
    // CHECK: known-before.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but nothing_taken() has released it [lock-not-held]
    return;
  }
  up_write(&mm->mmap_lock);
}

void not_in_the_other_branch(struct mm_struct *mm, int how) {
  up_read(&mm->mmap_lock);
  if (how == 1)
    mmap_read_lock(mm);
  if (how == 2)
    needs_locked(mm);
  // CHECK: known-before.c:[[#@LINE-1]]:5: warning: needs_locked() needs mmap_lock held, but not_in_the_other_branch() has released it [lock-not-held]
  if (how == 1)
    mmap_read_unlock(mm);
}

int ok_nonzero(struct mm_struct *mm) {
  int err;

  up_read(&mm->mmap_lock);
  err = take(mm);
  if (err)
    return err;
  needs_write_mm(mm);
  mmap_write_unlock(mm);
  return 0;
}

int ok_negative(struct mm_struct *mm) {
  up_read(&mm->mmap_lock);
  if (take(mm) < 0)
    return -EAGAIN;
  needs_write_mm(mm);
  mmap_write_unlock(mm);
  return 0;
}

int ok_killable_negative(struct mm_struct *mm) {
  int err;

  up_read(&mm->mmap_lock);
  if ((err = mmap_write_lock_killable(mm)) < 0)
    return err;
  needs_write_mm(mm);
  mmap_write_unlock(mm);
  return 0;
}

int ok_positive_is_an_error(struct mm_struct *mm) {
  up_read(&mm->mmap_lock);
  if (take_or_count(mm) > 0)
    return -EBUSY;
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}

long ok_error_pointer(struct mm_struct *mm) {
  struct vm_area_struct *vma;

  up_read(&mm->mmap_lock);
  vma = lookup(mm, 0);
  if (IS_ERR(vma))
    return PTR_ERR(vma);
  needs_locked(mm);
  mmap_read_unlock(vma->vm_mm);
  return 0;
}

int ok_error_or_null(struct mm_struct *mm) {
  struct vm_area_struct *vma;

  up_read(&mm->mmap_lock);
  vma = lookup(mm, 0);
  if (IS_ERR_OR_NULL(vma))
    return -EINVAL;
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}

int ok_trylock_or_lock(struct mm_struct *mm, bool wait) {
  up_read(&mm->mmap_lock);
  if (wait)
    mmap_read_lock(mm);
  else if (!mmap_read_trylock(mm))
    return -EAGAIN;
  needs_locked(mm);
  mmap_read_unlock(mm);
  return 0;
}

int ok_error_in_a_local(struct mm_struct *mm, int how) {
  int err = 0;

  up_read(&mm->mmap_lock);
  if (how == 0)
    err = -EINVAL;
  else if (busy(mm))
    err = -EBUSY;
  else
    mmap_read_lock(mm);
  if (!err) {
    needs_locked(mm);
    mmap_read_unlock(mm);
  }
  return err;
}

void ok_same_condition_twice(struct mm_struct *mm, int how) {
  up_read(&mm->mmap_lock);
  if (how > 2)
    mmap_read_lock(mm);
  cond_resched();
  if (how > 2) {
    needs_locked(mm);
    mmap_read_unlock(mm);
  }
}

void ok_same_flag_twice(struct vm_fault *vmf) {
  struct mm_struct *mm = vmf->vma->vm_mm;

  up_read(&mm->mmap_lock);
  if (vmf->flags & FAULT_FLAG_WRITE)
    mmap_write_lock(mm);
  if (vmf->flags & FAULT_FLAG_WRITE) {
    needs_write(vmf->vma);
    mmap_write_unlock(mm);
  }
}

struct context {
  struct mm_struct *mm;
  bool locked;
};
void ok_flag_in_a_struct(struct context *c) {
  up_read(&c->mm->mmap_lock);
  c->locked = mmap_read_trylock(c->mm);
  if (c->locked) {
    needs_locked(c->mm);
    mmap_read_unlock(c->mm);
  }
}

void ok_until_it_works(struct mm_struct *mm) {
  int err;

  up_read(&mm->mmap_lock);
  do {
    err = mmap_read_lock_killable(mm);
  } while (err);
  needs_locked(mm);
  mmap_read_unlock(mm);
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
