// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Any mutex: what an assertion asks for is held, or not. No rule names these.
#include <linux/mm.h>

struct gadget {
  struct mutex lock;
  struct { struct mutex lock; } inner;
  struct gadget *parent;
  int value;
};

static DEFINE_MUTEX(table_lock);
static DEFINE_MUTEX(other_lock);

static void gadget_touch(struct gadget *g) { lockdep_assert_held(&g->lock); }
static void table_touch(void) { lockdep_assert_held(&table_lock); }
static void gadget_unlocked(struct gadget *g) {
  lockdep_assert_not_held(&g->lock);
}

void after_unlock(struct gadget *g) {
  mutex_lock(&g->lock);
  gadget_touch(g);
  mutex_unlock(&g->lock);
  gadget_touch(g);
  // CHECK: mutex.c:[[#@LINE-1]]:3: warning: gadget_touch() needs gadget.lock held, but after_unlock() has released it [lock-not-held]
}

void asserts_itself(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  lockdep_assert_held(&g->lock);
  // CHECK: mutex.c:[[#@LINE-1]]:3: warning: lockdep_assert_held() {{needs|claims}} gadget.lock held, but asserts_itself() has released it [lock-not-held]
}

void global_lock(void) {
  mutex_lock(&table_lock);
  mutex_unlock(&table_lock);
  table_touch();
  // CHECK: mutex.c:[[#@LINE-1]]:3: warning: table_touch() needs table_lock held, but global_lock() has released it [lock-not-held]
}

void wrong_instance(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_lock_nested(&g->parent->lock, SINGLE_DEPTH_NESTING);
  mutex_unlock(&g->lock);
  gadget_touch(g->parent);
  gadget_touch(g);
  // CHECK: mutex.c:[[#@LINE-1]]:3: warning: gadget_touch() needs gadget.lock held, but wrong_instance() has released it [lock-not-held]
  mutex_unlock(&g->parent->lock);
}

void through_an_alias(struct gadget *g) {
  struct gadget *same = g;
  struct mutex *lock = &same->lock;

  mutex_lock(lock);
  mutex_unlock(&g->lock);
  gadget_touch(same);
  // CHECK: mutex.c:[[#@LINE-1]]:3: warning: gadget_touch() needs gadget.lock held, but through_an_alias() has released it [lock-not-held]
}

void ok_held(struct gadget *g) {
  mutex_lock(&g->lock);
  gadget_touch(g);
  lockdep_assert_held(&g->lock);
  mutex_unlock(&g->lock);
  gadget_unlocked(g);
}

void ok_global(void) {
  mutex_lock(&table_lock);
  table_touch();
  mutex_lock(&other_lock);
  table_touch();
  mutex_unlock(&other_lock);
  table_touch();
  mutex_unlock(&table_lock);
}

void ok_alias(struct gadget *g) {
  struct mutex *lock = &g->lock;

  mutex_lock(lock);
  gadget_touch(g);
  mutex_unlock(lock);
}

void ok_container_of(struct mutex *lock) {
  mutex_lock(lock);
  gadget_touch(container_of(lock, struct gadget, lock));
  mutex_unlock(lock);
}

void ok_parent(struct gadget *g) {
  struct gadget *parent = g->parent;

  mutex_lock(&g->parent->lock);
  gadget_touch(parent);
  mutex_unlock(&parent->lock);
}

struct gadget *gadget_find(int id);
void ok_found(int id) {
  struct gadget *g = gadget_find(id);

  mutex_lock(&g->lock);
  gadget_touch(g);
  mutex_unlock(&g->lock);
}

void ok_array(struct gadget **all, int i) {
  struct gadget *g = all[i];

  mutex_lock(&g->lock);
  gadget_touch(g);
  mutex_unlock(&g->lock);
}

// mutex_is_locked() says that somebody holds it.
void ok_somebody_holds_it(struct gadget *g) { WARN_ON(!mutex_is_locked(&g->lock)); }
// CHECK: 5 findings; 1 file analyzed, 0 failed
