// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Where sparse's annotations are written, and how they name a lock. What cannot
// be read (RCU, a call, a name that is no more) says nothing and breaks nothing.
#include <linux/mm.h>

struct inner {
  spinlock_t slock;
};
struct owner {
  struct mutex *shared;
  struct inner in;
  union {
    struct {
      struct mutex deep;
    };
    long raw;
  };
};
struct gadget {
  struct mutex lock;
  struct owner *owner;
  int (*call)(struct gadget *g) __must_hold(&g->lock);
};
typedef int (*gadget_fn)(struct gadget *g) __must_hold(&g->lock);
extern struct gadget *get_gadget(int which);
static struct mutex all_gadgets;
static struct gadget first;

#define toggle(g)                                                              \
  do {                                                                         \
    mutex_lock(&(g)->lock);                                                    \
    mutex_unlock(&(g)->lock);                                                  \
  } while (0)

static int by_value(struct gadget *g)
    __must_hold(g->lock)
{
  return 0;
}
static int __must_check __must_hold(&gadget->lock) in_front(struct gadget *gadget) {
  return 0;
}
static int by_pointer(struct mutex *l) __must_hold(l) { return 0; }
static int by_global(void) __must_hold(&all_gadgets) { return 0; }
static int by_global_member(void) __must_hold(first.lock) { return 0; }
static int pointed_at(struct owner *o) __must_hold(o->shared) { return 0; }
static int nested(struct gadget *g) __must_hold(&g->owner->in.slock) { return 0; }
static int unnamed(struct owner *o) __must_hold(&o->deep) { return 0; }
static int declared_first(struct gadget *it) __must_hold(&it->lock);
static int declared_first(struct gadget *g) { return 0; }
static int two_locks(struct gadget *g)
    __must_hold(&g->lock) __must_hold(&all_gadgets)
{
  return 0;
}
#define DEFINE_GETTER(name)                                                    \
  static int name(struct gadget *g) __must_hold(&g->lock) { return 0; }
DEFINE_GETTER(from_macro)

void forms(struct gadget *g, struct owner *o) {
  toggle(g);
  by_value(g);
  // CHECK: [[#@LINE-1]]:3: warning: by_value() needs gadget.lock held, but forms() has released it
  // CHECK: [[#@LINE-28]]:5: note: by_value claims with __must_hold() that gadget.lock is held
  in_front(g);
  // CHECK: [[#@LINE-1]]:3: warning: in_front() needs gadget.lock held
  by_pointer(&g->lock);
  // CHECK: [[#@LINE-1]]:3: warning: by_pointer() needs gadget.lock held
  declared_first(g);
  // CHECK: [[#@LINE-1]]:3: warning: declared_first() needs gadget.lock held
  from_macro(g);
  // CHECK: [[#@LINE-1]]:3: warning: from_macro() needs gadget.lock held
}
void globals(void) {
  mutex_lock(&all_gadgets);
  mutex_unlock(&all_gadgets);
  by_global();
  // CHECK: [[#@LINE-1]]:3: warning: by_global() needs all_gadgets held
  toggle(&first);
  by_global_member();
  // CHECK: [[#@LINE-1]]:3: warning: by_global_member() needs gadget.lock held
}
void members(struct gadget *g, struct owner *o) {
  mutex_lock(o->shared);
  mutex_unlock(o->shared);
  pointed_at(o);
  // CHECK: [[#@LINE-1]]:3: warning: pointed_at() needs
  spin_lock(&g->owner->in.slock);
  spin_unlock(&g->owner->in.slock);
  nested(g);
  // CHECK: [[#@LINE-1]]:3: warning: nested() needs inner.slock held
  mutex_lock(&o->deep);
  mutex_unlock(&o->deep);
  unnamed(o);
  // CHECK: [[#@LINE-1]]:3: warning: unnamed() needs owner.deep held
}
void one_of_two(struct gadget *g) {
  toggle(g);
  mutex_lock(&all_gadgets);
  two_locks(g);
  // CHECK: [[#@LINE-1]]:3: warning: two_locks() needs gadget.lock held
  mutex_unlock(&all_gadgets);
}

static int ok_rcu(struct gadget *g) __must_hold(RCU) { return 0; }
static int ok_call(int which) __must_hold(&get_gadget(which)->lock) { return 0; }
static int ok_renamed(struct gadget *g) __must_hold(&gadget->lock) { return 0; }
static int ok_no_member(struct gadget *g) __must_hold(&g->gone.lock) { return 0; }
static int ok_empty(struct gadget *g) __must_hold() { return 0; }
static int ok_odd(struct gadget *g) __must_hold(bitlock 7 "x") { return 0; }
// The annotation is of the callback, not of the function that is given one.
static int ok_takes_callback(struct gadget *g,
                             int (*call)(struct gadget *g) __must_hold(&g->lock)) {
  return 0;
}
static int ok_declares_inside(struct gadget *g) {
  int (*call)(struct gadget *g) __must_hold(&g->lock) = g->call;

  return call != 0;
}
static int ok_after_inside(struct gadget *g) { return 0; }

void ok(struct gadget *g) {
  toggle(g);
  ok_rcu(g);
  ok_call(0);
  ok_renamed(g);
  ok_no_member(g);
  ok_empty(g);
  ok_odd(g);
  ok_takes_callback(g, g->call);
  ok_declares_inside(g);
  ok_after_inside(g);
}
// CHECK: 11 findings; 1 file analyzed, 0 failed
