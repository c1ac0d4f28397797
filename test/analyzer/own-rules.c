// SPDX-License-Identifier: GPL-2.0-or-later
//
// An object whose own member says whether its lock is claimed chooses its rules:
// nobody who does not know its state can say that the claim is wrong.
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
// RUN: %check %s --confidence possible -- %cflags | FileCheck %s --check-prefix=ALL
#include <linux/lockdep.h>
#include <linux/mutex.h>

struct work_struct {
  void (*func)(struct work_struct *work);
};

struct context {
  bool try_only;
  struct mutex lock;
  int steps;
};
struct gadget {
  struct work_struct own, other;
  bool on;
  struct context context;
};

static void own_step(struct context *c) {
  if (c->try_only)
    lockdep_assert_held(&c->lock);
  c->steps++;
}
static void own_work(struct work_struct *w) {
  own_step(&container_of(w, struct gadget, own)->context);
  // ALL: own-rules.c:[[#@LINE-1]]:3: warning: own_step() needs context.lock held, but own_work() is entered without it
}

static void other_step(struct gadget *g) {
  if (g->on)
    lockdep_assert_held(&g->context.lock);
  g->context.steps++;
}
static void other_work(struct work_struct *w) {
  other_step(container_of(w, struct gadget, other));
  // CHECK: own-rules.c:[[#@LINE-1]]:3: warning: other_step() needs context.lock held, but other_work() is entered without it [lock-not-held]
}

struct gadget gadget = {.own = {.func = own_work}, .other = {.func = other_work}};
