// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// sparse's annotations, which expand to nothing: __must_hold demands, and
// __acquires and __releases tell of functions whose bodies are not at hand.
// RUN: %check %s -- %cflags -D__CHECKER__ | FileCheck %s --implicit-check-not=warning:
#include <linux/mm.h>

struct gadget {
  struct mutex lock;
  int value;
};

static int get(struct gadget *g) __must_hold(&g->lock) { return g->value; }

int get_elsewhere(struct gadget *g) __must_hold(&g->lock);
void take_elsewhere(struct gadget *g) __acquires(&g->lock);
void drop_elsewhere(struct gadget *g) __releases(&g->lock);

int unlocked(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return get(g);
  // CHECK: must-hold-annotation.c:[[#@LINE-1]]:10: warning: get() needs gadget.lock held, but unlocked() has released it [lock-not-held]
}

int unlocked_elsewhere(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return get_elsewhere(g);
  // CHECK: must-hold-annotation.c:[[#@LINE-1]]:10: warning: get_elsewhere() needs gadget.lock held, but unlocked_elsewhere() has released it [lock-not-held]
}

int dropped_elsewhere(struct gadget *g) {
  mutex_lock(&g->lock);
  drop_elsewhere(g);
  return get(g);
  // CHECK: must-hold-annotation.c:[[#@LINE-1]]:10: warning: get() needs gadget.lock held, but dropped_elsewhere() has released it [lock-not-held]
}

int ok_locked(struct gadget *g) {
  int value;

  mutex_lock(&g->lock);
  value = get(g) + get_elsewhere(g);
  mutex_unlock(&g->lock);
  return value;
}

int ok_taken_elsewhere(struct gadget *g) {
  int value;

  take_elsewhere(g);
  value = get(g);
  drop_elsewhere(g);
  return value;
}

int ok_taken_again(struct gadget *g) {
  int value;

  mutex_lock(&g->lock);
  drop_elsewhere(g);
  take_elsewhere(g);
  value = get(g);
  mutex_unlock(&g->lock);
  return value;
}

// Bodies count for more than what is written above them.
static void ok_annotated_body(struct gadget *g) __acquires(&g->lock) {
  mutex_lock(&g->lock);
}
int ok_uses_it(struct gadget *g) {
  int value;

  ok_annotated_body(g);
  value = get(g);
  mutex_unlock(&g->lock);
  return value;
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
