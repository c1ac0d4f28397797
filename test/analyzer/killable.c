// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Killable and interruptible forms: 0 is success, anything else is not.
#include <linux/mm.h>

int killable_ignored(struct vm_area_struct *vma) {
  if (mmap_write_lock_killable(vma->vm_mm)) {
    needs_write(vma);
    // CHECK: killable.c:[[#@LINE-1]]:5: warning: needs_write() needs mmap_lock held for write, but killable_ignored() does not hold it [mmap-write-in-fault]
    return -EINTR;
  }
  mmap_write_unlock(vma->vm_mm);
  return 0;
}

int killable_for_read(struct vm_area_struct *vma) {
  if (mmap_read_lock_killable(vma->vm_mm))
    return -EINTR;
  vm_flags_set(vma, VM_IO);
  // CHECK: killable.c:[[#@LINE-1]]:3: warning: vm_flags_set() needs mmap_lock held for write, but killable_for_read() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(vma->vm_mm);
  return 0;
}

int ok_killable(struct vm_area_struct *vma) {
  if (mmap_write_lock_killable(vma->vm_mm))
    return -EINTR;
  needs_write(vma);
  vm_flags_set(vma, VM_IO);
  mmap_write_unlock(vma->vm_mm);
  return 0;
}

int ok_killable_in_a_local(struct vm_area_struct *vma) {
  int ret = mmap_write_lock_killable(vma->vm_mm);

  if (ret)
    return ret;
  needs_write(vma);
  mmap_write_unlock(vma->vm_mm);
  return 0;
}

int ok_killable_assigned_in_the_condition(struct vm_area_struct *vma) {
  int ret;

  if ((ret = mmap_write_lock_killable(vma->vm_mm)) < 0)
    return ret;
  needs_write(vma);
  mmap_write_unlock(vma->vm_mm);
  return 0;
}

int ok_retry_until_taken(struct vm_area_struct *vma) {
  while (mmap_read_lock_killable(vma->vm_mm))
    cond_resched();
  needs_locked(vma->vm_mm);
  mmap_read_unlock(vma->vm_mm);
  return 0;
}

struct gadget {
  struct mutex lock;
  int state;
};

static void gadget_touch(struct gadget *g) {
  lockdep_assert_held(&g->lock);
  g->state++;
}

int interruptible_ignored(struct gadget *g) {
  int ret = mutex_lock_interruptible(&g->lock);

  gadget_touch(g);
  // CHECK: killable.c:[[#@LINE-1]]:3: warning: gadget_touch() needs gadget.lock held, but interruptible_ignored() does not hold it [lock-not-held]
  if (!ret)
    mutex_unlock(&g->lock);
  return ret;
}

int ok_interruptible(struct gadget *g) {
  if (mutex_lock_interruptible(&g->lock))
    return -EINTR;
  gadget_touch(g);
  mutex_unlock(&g->lock);
  return 0;
}

int ok_interruptible_error_first(struct gadget *g) {
  int ret = mutex_lock_killable(&g->lock);

  if (ret != 0)
    goto out;
  gadget_touch(g);
  mutex_unlock(&g->lock);
out:
  return ret;
}

int ok_no_other_error(struct gadget *g) {
  int ret = mutex_lock_killable(&g->lock);

  if (ret == -EINTR)
    return ret;
  gadget_touch(g);
  mutex_unlock(&g->lock);
  return 0;
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
