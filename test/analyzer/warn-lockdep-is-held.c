// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Assertions written out: WARN_ON(!lockdep_is_held(...)) and what is like it.
// RUN: %check %s -- %cflags -DCONFIG_PROVE_LOCKING | FileCheck %s --implicit-check-not=warning:
#include <linux/mm.h>

struct gadget {
  struct mutex lock;
  struct rw_semaphore sem;
};

static void warn(struct gadget *g) { WARN_ON(!lockdep_is_held(&g->lock)); }
static void warn_once(struct gadget *g) {
  WARN_ON_ONCE(IS_ENABLED(CONFIG_LOCKDEP) && !lockdep_is_held(&g->lock));
}
static void bug(struct gadget *g) {
  BUG_ON(!lockdep_is_held_type(&g->sem, 0));
}
static void lockdep(struct gadget *g) {
  lockdep_assert(lockdep_is_held(&g->lock));
}
static int warn_and_return(struct gadget *g) {
  if (WARN_ON(!lockdep_is_held(&g->lock)))
    return -EINVAL;
  return 0;
}

void unlocked(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  warn(g);
  // CHECK: warn-lockdep-is-held.c:[[#@LINE-1]]:3: warning: warn() needs gadget.lock held, but unlocked() has released it [lock-not-held]
  warn_once(g);
  // CHECK: warn-lockdep-is-held.c:[[#@LINE-1]]:3: warning: warn_once() needs gadget.lock held, but unlocked() has released it [lock-not-held]
  lockdep(g);
  // CHECK: warn-lockdep-is-held.c:[[#@LINE-1]]:3: warning: lockdep() needs gadget.lock held, but unlocked() has released it [lock-not-held]
  warn_and_return(g);
  // CHECK: warn-lockdep-is-held.c:[[#@LINE-1]]:3: warning: warn_and_return() needs gadget.lock held, but unlocked() has released it [lock-not-held]
}

void dropped(struct gadget *g) {
  down_write(&g->sem);
  up_write(&g->sem);
  bug(g);
  // CHECK: warn-lockdep-is-held.c:[[#@LINE-1]]:3: warning: bug() needs gadget.sem held, but dropped() has released it [lock-not-held]
}

// KNOWN-IMPRECISE: lockdep_is_held_type() says in an argument which mode it
// asks for, and the rules do not look at arguments: any mode will do.
void read_is_not_write(struct gadget *g) {
  down_read(&g->sem);
  bug(g);
  up_read(&g->sem);
}

void ok_locked(struct gadget *g) {
  mutex_lock(&g->lock);
  warn(g);
  warn_once(g);
  lockdep(g);
  warn_and_return(g);
  mutex_unlock(&g->lock);
  down_write(&g->sem);
  bug(g);
  up_write(&g->sem);
}

// A question is not a demand.
static int only_asks(struct gadget *g) {
  if (lockdep_is_held(&g->lock))
    return 1;
  return 0;
}
void ok_asked(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  only_asks(g);
}

// Somebody holds it, perhaps not us: no demand on this function.
void ok_rwsem_is_locked(struct gadget *g) {
  down_read(&g->sem);
  up_read(&g->sem);
  if (rwsem_is_locked(&g->sem))
    cond_resched();
}

void ok_exported(struct gadget *g) { warn(g); }
// CHECK: 5 findings; 1 file analyzed, 0 failed
