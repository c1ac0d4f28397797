// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// scoped_guard(): held in the statement that follows, nowhere else.
#include <linux/mm.h>

int step(int n);

struct gadget {
  struct mutex lock;
  struct rw_semaphore sem;
};

static void gadget_touch(struct gadget *g) { lockdep_assert_held(&g->lock); }
static void gadget_change(struct gadget *g) {
  lockdep_assert_held_write(&g->sem);
}

void after_it(struct gadget *g) {
  scoped_guard(mutex, &g->lock) { step(1); }
  gadget_touch(g);
  // CHECK: scoped-guard.c:[[#@LINE-1]]:3: warning: gadget_touch() needs gadget.lock held, but after_it() has released it [lock-not-held]
}

void only_read(struct gadget *g) {
  scoped_guard(rwsem_read, &g->sem) gadget_change(g);
  // CHECK: scoped-guard.c:[[#@LINE-1]]:37: warning: gadget_change() needs gadget.sem held for write, but only_read() holds it for read [lock-not-held]
}

void left_by_break(struct gadget *g) {
  scoped_guard(mutex, &g->lock) {
    if (step(1))
      break;
    gadget_touch(g);
  }
  gadget_touch(g);
  // CHECK: scoped-guard.c:[[#@LINE-1]]:3: warning: gadget_touch() needs gadget.lock held, but left_by_break() has released it [lock-not-held]
}

int ok_inside(struct gadget *g) {
  scoped_guard(mutex, &g->lock) {
    gadget_touch(g);
    if (step(1))
      return -EINVAL;
    gadget_touch(g);
  }
  return 0;
}

int ok_nested(struct gadget *g) {
  scoped_guard(mutex, &g->lock) {
    scoped_guard(rwsem_write, &g->sem) {
      gadget_change(g);
      gadget_touch(g);
    }
    gadget_touch(g);
  }
  return 0;
}

// A conditional guard runs the body only with the lock.
int ok_conditional(struct gadget *g) {
  scoped_guard(mutex_try, &g->lock) {
    gadget_touch(g);
    return 0;
  }
  return -EBUSY;
}

int ok_interruptible(struct gadget *g) {
  scoped_guard(mutex_intr, &g->lock) {
    gadget_touch(g);
    return 0;
  }
  return -EINTR;
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
