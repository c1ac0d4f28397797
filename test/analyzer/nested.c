// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// The _nested variants take the lock like any other: the subclass is for the
// order of locks. The same with and without lockdep, where they are different
// functions or the plain one.
// RUN: %check %s -- %cflags -DCONFIG_PROVE_LOCKING | FileCheck %s --implicit-check-not=warning:
#include <linux/mm.h>

struct gadget {
  struct mutex lock;
  struct rw_semaphore sem;
  spinlock_t slock;
};

static void gadget_touch(struct gadget *g) { lockdep_assert_held(&g->lock); }
static void gadget_change(struct gadget *g) {
  lockdep_assert_held_write(&g->sem);
}
static void gadget_spin(struct gadget *g) { lockdep_assert_held(&g->slock); }

void read_nested(struct gadget *g) {
  down_read_nested(&g->sem, SINGLE_DEPTH_NESTING);
  gadget_change(g);
  // CHECK: nested.c:[[#@LINE-1]]:3: warning: gadget_change() needs gadget.sem held for write, but read_nested() holds it for read [lock-not-held]
  up_read(&g->sem);
}

void child_unlocked(struct gadget *parent, struct gadget *child) {
  mutex_lock(&parent->lock);
  mutex_lock_nested(&child->lock, SINGLE_DEPTH_NESTING);
  mutex_unlock(&child->lock);
  gadget_touch(child);
  // CHECK: nested.c:[[#@LINE-1]]:3: warning: gadget_touch() needs gadget.lock held, but child_unlocked() has released it [lock-not-held]
  gadget_touch(parent);
  mutex_unlock(&parent->lock);
}

void ok_nested(struct gadget *parent, struct gadget *child) {
  mutex_lock(&parent->lock);
  mutex_lock_nested(&child->lock, SINGLE_DEPTH_NESTING);
  gadget_touch(parent);
  gadget_touch(child);
  mutex_unlock(&child->lock);
  gadget_touch(parent);
  mutex_unlock(&parent->lock);
}

void ok_mmap_lock_nested(struct vm_area_struct *old, struct vm_area_struct *new) {
  mmap_write_lock(old->vm_mm);
  mmap_write_lock_nested(new->vm_mm, SINGLE_DEPTH_NESTING);
  needs_write(old);
  needs_write(new);
  mmap_write_unlock(new->vm_mm);
  mmap_write_unlock(old->vm_mm);
}

int ok_write_nested(struct gadget *g) {
  down_write_nested(&g->sem, 1);
  gadget_change(g);
  up_write(&g->sem);
  if (down_write_killable_nested(&g->sem, 1))
    return -EINTR;
  gadget_change(g);
  up_write(&g->sem);
  if (mutex_lock_interruptible_nested(&g->lock, 1))
    return -EINTR;
  gadget_touch(g);
  mutex_unlock(&g->lock);
  spin_lock_nested(&g->slock, 1);
  gadget_spin(g);
  spin_unlock(&g->slock);
  return 0;
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
