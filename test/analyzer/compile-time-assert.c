// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// What a compiler refuses to emit is not reached: it knows more than is seen here.
// arm64's atomics ask this way which of two instructions there are.
#include <linux/mm.h>

int step(int n);
void ordinary(void) __attribute__((noreturn));
void refused(void) __attribute__((noreturn, error("a constant is wanted")));
void talked_about(void) __attribute__((warning("do not use")));

struct gadget {
  struct mutex lock;
};

static void gadget_reset(struct gadget *g) { lockdep_assert_held(&g->lock); }

static inline int is_possible(const unsigned int cap) {
  if (!__builtin_constant_p(cap))
    refused();
  return cap != 3;
}

static inline int by_size(const unsigned int size) {
  switch (size) {
  case 1:
    return 1;
  default:
    refused();
  }
}

void after_it(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  is_possible(1);
  by_size(1);
  gadget_reset(g);
  // CHECK: compile-time-assert.c:[[#@LINE-1]]:3: warning: gadget_reset() needs gadget.lock held, but after_it() has released it [lock-not-held]
}

void both_arms(struct gadget *g, int n) {
  if (n > 3 && !__builtin_constant_p(n))
    refused();
  mutex_lock(&g->lock);
  if (is_possible(n))
    mutex_unlock(&g->lock);
  gadget_reset(g);
  // CHECK: compile-time-assert.c:[[#@LINE-1]]:3: warning: gadget_reset() needs gadget.lock held, but both_arms() has released it [lock-not-held]
}

void a_warning_is_none(struct gadget *g, int n) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  if (n)
    talked_about();
  else
    step(n);
  gadget_reset(g);
  // CHECK: compile-time-assert.c:[[#@LINE-1]]:3: warning: gadget_reset() needs gadget.lock held, but a_warning_is_none() has released it [lock-not-held]
}

void ok_not_reached(struct gadget *g, int n) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  if (step(n)) {
    gadget_reset(g);
    refused();
  }
}

void ok_no_way_back(struct gadget *g, int n) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  if (!__builtin_constant_p(n))
    ordinary();
  gadget_reset(g);
}
