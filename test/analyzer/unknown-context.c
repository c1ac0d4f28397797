// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Nothing is known of what a function is entered with unless it is a callback
// of which the rules tell, or has callers that can be seen. What it asks for is
// then its callers' business: silence.
#include <linux/mm.h>

struct gadget {
  struct mutex lock;
  struct rw_semaphore sem;
};

static void gadget_touch(struct gadget *g) { lockdep_assert_held(&g->lock); }

// A static helper has only the callers seen here.
static void helper(struct gadget *g) { gadget_touch(g); }

void calls_helper_unlocked(struct gadget *g) {
  mutex_lock(&g->lock);
  helper(g);
  mutex_unlock(&g->lock);
  helper(g);
  // CHECK: unknown-context.c:[[#@LINE-1]]:3: warning: helper() needs gadget.lock held, but calls_helper_unlocked() has released it [lock-not-held]
}

// KNOWN-IMPRECISE: taking it says that it was entered without, also for what
// comes before; the lockset only looks back. Silent today.
void asks_before_it_takes(struct gadget *g) {
  gadget_touch(g);
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
}

void ok_exported(struct gadget *g) { gadget_touch(g); }

void ok_exported_deep(struct gadget *g) {
  helper(g);
  ok_exported(g);
}

static void ok_never_called(struct gadget *g) { gadget_touch(g); }

int ok_exported_write(struct vm_area_struct *vma) {
  vm_flags_set(vma, VM_IO);
  needs_write(vma);
  return 0;
}

// It was entered with the lock: it drops it, and takes it again.
void ok_drops_what_it_was_given(struct gadget *g) {
  gadget_touch(g);
  mutex_unlock(&g->lock);
  cond_resched();
  mutex_lock(&g->lock);
  gadget_touch(g);
}

// Another lock than the one it takes.
void ok_takes_another(struct gadget *g) {
  down_read(&g->sem);
  gadget_touch(g);
  up_read(&g->sem);
}

// The address of a function somebody else calls.
void register_touch(void (*touch)(struct gadget *));
static void ok_registered_elsewhere(struct gadget *g) { gadget_touch(g); }
void ok_registers(void) { register_touch(ok_registered_elsewhere); }
// CHECK: 1 finding; 1 file analyzed, 0 failed
