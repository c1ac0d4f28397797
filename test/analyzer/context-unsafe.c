// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Where the tree says that it is not to be checked, nothing is reported: whether its
// own analysis is on, so that Clang has an attribute, or off, so that nothing is left
// of the macros.
// RUN: %check %s -- %cflags -DWARN_CONTEXT_ANALYSIS | FileCheck %s --implicit-check-not=warning:
// RUN: %check --dump %s -- %cflags | FileCheck %s --check-prefix=DUMP
// RUN: %check --dump %s -- %cflags -DWARN_CONTEXT_ANALYSIS | FileCheck %s --check-prefix=DUMP
#include <linux/compiler-context-analysis.h>
#include <linux/mm.h>

struct gadget {
  struct mutex lock;
  int value;
};

static int get(struct gadget *g) {
  lockdep_assert_held(&g->lock);
  return g->value;
}

#define GET(g) get(g)
#define GET_UNSAFE(g) context_unsafe(get(g))
#define TWICE(x) ((x) + (x))

static void drop(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
}

int bad(struct gadget *g) {
  drop(g);
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return get(g);
  // CHECK: context-unsafe.c:[[#@LINE-1]]:10: warning: get() needs gadget.lock held, but bad() has released it [lock-not-held]
}

// DUMP-LABEL: {{^}}ok_expression(g) at {{.*}} entry b0{{$}}
// DUMP: get{{.*}}(l0){{.*}} unchecked{{$}}
int ok_expression(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return context_unsafe(get(g));
}

int ok_statements(struct gadget *g) {
  int value = 0;

  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  context_unsafe(value = get(g); value += g->value);
  return value;
}

int ok_macro_inside(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return context_unsafe(GET(g));
}

int ok_macro_around(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return TWICE(GET_UNSAFE(g)) + TWICE(context_unsafe(get(g)));
}

int bad_beside(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return context_unsafe(get(g)) +
         get(g);
  // CHECK: context-unsafe.c:[[#@LINE-1]]:10: warning: get() needs gadget.lock held, but bad_beside() has released it [lock-not-held]
}

// DUMP-LABEL: {{^}}ok_function(g) at {{.*}} entry b0 unchecked{{$}}
__no_context_analysis int ok_function(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return get(g);
}

static int __context_unsafe(/* the caller is alone */) ok_static(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return get(g);
}

int ok_declared(struct gadget *g) __no_context_analysis;
int ok_declared(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return get(g) + ok_static(g);
}

int bad_after(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return get(g);
  // CHECK: context-unsafe.c:[[#@LINE-1]]:10: warning: get() needs gadget.lock held, but bad_after() has released it [lock-not-held]
}

// What is demanded there is not demanded of callers.
__no_context_analysis static int demands(struct gadget *g) { return get(g); }

int ok_caller(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return demands(g);
}

static int demands_unsafe(struct gadget *g) { return context_unsafe(get(g)); }

int ok_caller_of_unsafe(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return demands_unsafe(g);
}

__no_context_analysis void ok_conditional(struct gadget *g, int lock) {
  if (lock)
    mutex_lock(&g->lock);
  mutex_lock(&g->lock);
}

#pragma clang attribute push(__attribute__((no_thread_safety_analysis)), apply_to = function)
int ok_attribute(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  return get(g);
}
#pragma clang attribute pop
