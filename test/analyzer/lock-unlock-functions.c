// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Locked in one function and unlocked in another.
#include <linux/mm.h>

struct gadget {
  struct mutex lock;
  struct mm_struct *mm;
  int value;
};

void gadget_lock(struct gadget *g) { mutex_lock(&g->lock); }
void gadget_unlock(struct gadget *g) { mutex_unlock(&g->lock); }
static int gadget_get(struct gadget *g) {
  lockdep_assert_held(&g->lock);
  return g->value;
}

static void begin(struct gadget *g) {
  gadget_lock(g);
  mmap_read_lock(g->mm);
}
static void end(struct gadget *g) {
  mmap_read_unlock(g->mm);
  gadget_unlock(g);
}

int read_too_late(struct gadget *g) {
  gadget_lock(g);
  gadget_unlock(g);
  return gadget_get(g);
  // CHECK: lock-unlock-functions.c:[[#@LINE-1]]:10: warning: gadget_get() needs gadget.lock held, but read_too_late() has released it [lock-not-held]
}

void end_ends_both(struct gadget *g) {
  begin(g);
  end(g);
  needs_locked(g->mm);
  // CHECK: lock-unlock-functions.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but end_ends_both() has released it [lock-not-held]
}

int ok_between(struct gadget *g) {
  int value;

  gadget_lock(g);
  value = gadget_get(g);
  gadget_unlock(g);
  return value;
}

void ok_begin_end(struct gadget *g) {
  begin(g);
  gadget_get(g);
  needs_locked(g->mm);
  end(g);
}

// Exported and called from nowhere here: its callers know what they hold.
int ok_exported(struct gadget *g) { return gadget_get(g) + 1; }
// CHECK: 2 findings; 1 file analyzed, 0 failed
