// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// guard(): held to the end of the scope, on every way out of it.
#include <linux/mm.h>

int step(int n);

struct gadget {
  struct mutex lock;
  struct rw_semaphore sem;
  spinlock_t slock;
};

DEFINE_GUARD(mmap_read, struct mm_struct *, mmap_read_lock(_T),
             mmap_read_unlock(_T))

static void gadget_touch(struct gadget *g) { lockdep_assert_held(&g->lock); }
static void gadget_change(struct gadget *g) {
  lockdep_assert_held_write(&g->sem);
}
static void gadget_spin(struct gadget *g) { lockdep_assert_held(&g->slock); }

void scope_has_ended(struct gadget *g) {
  {
    guard(mutex)(&g->lock);
    step(1);
  }
  gadget_touch(g);
  // CHECK: guard.c:[[#@LINE-1]]:3: warning: gadget_touch() needs gadget.lock held, but scope_has_ended() has released it [lock-not-held]
}

void only_read(struct gadget *g) {
  guard(rwsem_read)(&g->sem);
  gadget_change(g);
  // CHECK: guard.c:[[#@LINE-1]]:3: warning: gadget_change() needs gadget.sem held for write, but only_read() holds it for read [lock-not-held]
}

void our_own_guard(struct vm_area_struct *vma) {
  guard(mmap_read)(vma->vm_mm);
  needs_write(vma);
  // CHECK: guard.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but our_own_guard() holds it for read [mmap-write-in-fault]
}

static int guarded_step(struct gadget *g) {
  guard(mutex)(&g->lock);
  if (step(1))
    return -EINVAL;
  gadget_touch(g);
  return 0;
}

// Nobody who holds the lock can call what takes it, so it is not held after.
void callee_let_go(struct gadget *g) {
  guarded_step(g);
  gadget_touch(g);
  // CHECK: guard.c:[[#@LINE-1]]:3: warning: gadget_touch() needs gadget.lock held, but callee_let_go() has released it [lock-not-held]
}

void in_the_next_round(struct gadget *g) {
  for (int i = 0; i < 4; i++) {
    if (i)
      gadget_touch(g);
    // CHECK: guard.c:[[#@LINE-1]]:7: warning: gadget_touch() needs gadget.lock held, but in_the_next_round() has released it [lock-not-held]
    guard(mutex)(&g->lock);
    if (step(i))
      continue;
    gadget_touch(g);
  }
}

int ok_guard(struct gadget *g) {
  guard(mutex)(&g->lock);
  if (step(1))
    return -EINVAL;
  gadget_touch(g);
  for (int i = 0; i < 4; i++) {
    guard(rwsem_write)(&g->sem);
    if (step(i))
      break;
    gadget_change(g);
  }
  gadget_touch(g);
  return 0;
}

int ok_spinlock(struct gadget *g) {
  guard(spinlock_irqsave)(&g->slock);
  gadget_spin(g);
  return 0;
}

void ok_our_own_guard(struct vm_area_struct *vma) {
  guard(mmap_read)(vma->vm_mm);
  needs_locked(vma->vm_mm);
}

int ok_conditional(struct gadget *g) {
  CLASS(mutex_try, got)(&g->lock);

  if (!got)
    return -EBUSY;
  gadget_touch(g);
  return 0;
}

// The result is computed before the guard lets go.
static int gadget_get(struct gadget *g) {
  lockdep_assert_held(&g->lock);
  return 1;
}
int ok_return_value(struct gadget *g) {
  guard(mutex)(&g->lock);
  return gadget_get(g);
}
// CHECK: 5 findings; 1 file analyzed, 0 failed
