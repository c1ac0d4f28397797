// SPDX-License-Identifier: GPL-2.0-or-later
//
// What makes a callee sleep under its own lock is the mistake of one caller that
// passes it, and the callee's where many do: then it is told once, where it sleeps.
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
#include <linux/delay.h>
#include <linux/spinlock.h>

struct gadget {
  spinlock_t lock;
};

static void put_one(struct gadget *g, bool last) {
  spin_lock(&g->lock);
  if (last)
    msleep(1);
  // CHECK: sleep-passed-by-many.c:[[#@LINE-1]]:5: warning: msleep() may sleep, but put_one() calls it with gadget.lock held [sleep-in-atomic]
  // CHECK-NEXT: note: given what many pass, first() here
  // CHECK-NEXT: note: put_one acquires gadget.lock here
  spin_unlock(&g->lock);
}
static void put(struct gadget *g, bool last) { put_one(g, last); }

void first(struct gadget *g) { put(g, true); }
void second(struct gadget *g) { put(g, true); }
void third(struct gadget *g) { put(g, true); }
void fourth(struct gadget *g) { put(g, true); }
void ok_fifth(struct gadget *g) { put(g, false); }
// CHECK: 1 finding;
