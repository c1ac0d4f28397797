// SPDX-License-Identifier: GPL-2.0-or-later
//
// What is too unsure to be shown: possible, and no more.
// RUN: %check %s -- %cflags | FileCheck %s --check-prefix=DEFAULT
// RUN: %check --confidence possible %s -- %cflags | FileCheck %s --implicit-check-not=warning:
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct gadget {
  spinlock_t lock;
  bool slow, locked;
  gfp_t gfp;
};

static void one(void) { msleep(1); }
static void two(void) { one(); }
static void three(void) { two(); }
static void four(void) { three(); }
static void five(void) { four(); }
static void six(void) { five(); }
void far(struct gadget *g) {
  spin_lock(&g->lock);
  six();
  // CHECK: sleep-possible.c:[[#@LINE-1]]:3: warning: six() may sleep, but far() calls it with gadget.lock held [sleep-in-atomic]
  spin_unlock(&g->lock);
}

// The flags come out of an object: nobody knows them, and nothing is said at all.
void flags_of_object(struct gadget *g) {
  spin_lock(&g->lock);
  kfree(kmalloc(16, g->gfp));
  spin_unlock(&g->lock);
}

// The state of an object decides, some calls away.
static void slow_one(struct gadget *g) {
  if (g->slow)
    two();
}
void state_of_object(struct gadget *g) {
  spin_lock(&g->lock);
  slow_one(g);
  // CHECK: sleep-possible.c:[[#@LINE-1]]:3: warning: slow_one() may sleep, but state_of_object() calls it with gadget.lock held [sleep-in-atomic]
  spin_unlock(&g->lock);
}

// The lock is not held on every way to the call.
void sometimes(struct gadget *g, bool other) {
  if (g->locked)
    spin_lock(&g->lock);
  msleep(1);
  // CHECK: sleep-possible.c:[[#@LINE-1]]:3: warning: msleep() may sleep, but sometimes() calls it with gadget.lock held [sleep-in-atomic]
  if (g->locked)
    spin_unlock(&g->lock);
}
// DEFAULT: 0 findings
// CHECK: 3 findings
