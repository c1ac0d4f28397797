// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Unlocking on error paths by goto.
#include <linux/mm.h>

int step(int n);

struct gadget {
  struct mutex lock;
};

static void gadget_reset(struct gadget *g) { lockdep_assert_held(&g->lock); }

int reset_after_the_label(struct gadget *g) {
  int err;

  mutex_lock(&g->lock);
  err = step(1);
  if (err)
    goto unlock;
  gadget_reset(g);
unlock:
  mutex_unlock(&g->lock);
  if (err)
    gadget_reset(g);
  // CHECK: goto-unlock.c:[[#@LINE-1]]:5: warning: gadget_reset() needs gadget.lock held, but reset_after_the_label() has released it [lock-not-held]
  return err;
}

int jumped_past_the_lock(struct gadget *g, struct vm_area_struct *vma) {
  int err = step(1);

  mmap_read_lock(vma->vm_mm);
  if (err)
    goto out;
  mmap_read_unlock(vma->vm_mm);
  mmap_write_lock(vma->vm_mm);
  needs_write(vma);
  mmap_write_unlock(vma->vm_mm);
  return 0;
out:
  needs_write(vma);
  // CHECK: goto-unlock.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but jumped_past_the_lock() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(vma->vm_mm);
  return err;
}

int ok_one_exit(struct gadget *g) {
  int err;

  mutex_lock(&g->lock);
  err = step(1);
  if (err)
    goto out;
  err = step(2);
  if (err)
    goto out_reset;
  gadget_reset(g);
  goto out;
out_reset:
  gadget_reset(g);
out:
  mutex_unlock(&g->lock);
  return err;
}

int ok_two_labels(struct gadget *g, struct vm_area_struct *vma) {
  int err = mutex_lock_interruptible(&g->lock);

  if (err)
    return err;
  err = mmap_write_lock_killable(vma->vm_mm);
  if (err)
    goto unlock_gadget;
  err = step(1);
  if (err)
    goto unlock_mm;
  needs_write(vma);
unlock_mm:
  needs_write(vma);
  mmap_write_unlock(vma->vm_mm);
unlock_gadget:
  gadget_reset(g);
  mutex_unlock(&g->lock);
  return err;
}

int ok_goto_back(struct gadget *g) {
again:
  mutex_lock(&g->lock);
  gadget_reset(g);
  if (step(1)) {
    mutex_unlock(&g->lock);
    goto again;
  }
  gadget_reset(g);
  mutex_unlock(&g->lock);
  return 0;
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
