// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls that may sleep where nobody may.
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

struct gadget {
  spinlock_t lock;
  raw_spinlock_t raw;
  struct mutex mutex;
  char *buffer;
  bool slow;
};

void direct(struct gadget *g) {
  spin_lock(&g->lock);
  mutex_lock(&g->mutex);
  // CHECK: sleep-in-atomic.c:[[#@LINE-1]]:3: warning: mutex_lock() may sleep, but direct() calls it with gadget.lock held [sleep-in-atomic]
  // CHECK: note: direct acquires gadget.lock here
  // CHECK: note: direct calls mutex_lock, which may sleep
  mutex_unlock(&g->mutex);
  spin_unlock(&g->lock);
}

static void *grow(struct gadget *g) { return kzalloc(16, GFP_KERNEL); }
static void prepare(struct gadget *g) { g->buffer = grow(g); }
void two_wrappers(struct gadget *g) {
  unsigned long flags;
  raw_spin_lock_irqsave(&g->raw, flags);
  prepare(g);
  // CHECK: sleep-in-atomic.c:[[#@LINE-1]]:3: warning: prepare() may sleep, but two_wrappers() calls it with gadget.raw held [sleep-in-atomic]
  // CHECK: note: two_wrappers acquires gadget.raw here
  // CHECK: note: two_wrappers calls prepare
  // CHECK: note: prepare calls grow
  // CHECK: note: grow calls kzalloc
  // CHECK: note: kzalloc calls kmalloc_noprof, which may sleep
  _raw_spin_unlock_irqrestore(&g->raw, flags);
}

long user_memory(struct gadget *g, char *to) {
  long left;
  spin_lock(&g->lock);
  left = copy_to_user(to, g->buffer, 16);
  // CHECK: sleep-in-atomic.c:[[#@LINE-1]]:10: warning: copy_to_user() may sleep, but user_memory() calls it with gadget.lock held [sleep-in-atomic]
  spin_unlock(&g->lock);
  return left;
}

void no_preemption(void) {
  preempt_disable();
  msleep(1);
  // CHECK: sleep-in-atomic.c:[[#@LINE-1]]:3: warning: msleep() may sleep, but no_preemption() calls it with preemption disabled [sleep-in-atomic]
  // CHECK: note: from here on no_preemption runs with preemption disabled
  preempt_enable();
}

void no_interrupts(void) {
  unsigned long flags;
  local_irq_save(flags);
  msleep(1);
  // CHECK: sleep-in-atomic.c:[[#@LINE-1]]:3: warning: msleep() may sleep, but no_interrupts() calls it with interrupts disabled [sleep-in-atomic]
  local_irq_restore(flags);
}

void reader(void) {
  rcu_read_lock();
  msleep(1);
  // CHECK: sleep-in-atomic.c:[[#@LINE-1]]:3: warning: msleep() may sleep, but reader() calls it in an RCU read-side section [sleep-in-atomic]
  rcu_read_unlock();
}

// A lock that a callee takes and leaves to us.
static void begin(struct gadget *g) { spin_lock(&g->lock); }
static void end(struct gadget *g) { spin_unlock(&g->lock); }
void left_to_us(struct gadget *g) {
  begin(g);
  msleep(1);
  // CHECK: sleep-in-atomic.c:[[#@LINE-1]]:3: warning: msleep() may sleep, but left_to_us() calls it with gadget.lock held [sleep-in-atomic]
  end(g);
}

// What the caller passes decides.
static void *get(gfp_t gfp) { return kmalloc(16, gfp); }
void passes_kernel(struct gadget *g) {
  spin_lock(&g->lock);
  g->buffer = get(GFP_KERNEL);
  // CHECK: sleep-in-atomic.c:[[#@LINE-1]]:15: warning: get() may sleep, but passes_kernel() calls it with gadget.lock held [sleep-in-atomic]
  spin_unlock(&g->lock);
}
void ok_passes_atomic(struct gadget *g) {
  spin_lock(&g->lock);
  g->buffer = get(GFP_ATOMIC);
  kfree(g->buffer);
  g->buffer = kzalloc(16, GFP_NOWAIT);
  spin_unlock(&g->lock);
}
static void wait_a_while(bool can_sleep) {
  if (can_sleep)
    msleep(1);
  else
    udelay(1000);
}
void passes_true(struct gadget *g) {
  spin_lock(&g->lock);
  wait_a_while(true);
  // CHECK: sleep-in-atomic.c:[[#@LINE-1]]:3: warning: wait_a_while() may sleep, but passes_true() calls it with gadget.lock held [sleep-in-atomic]
  spin_unlock(&g->lock);
}
void ok_passes_false(struct gadget *g) {
  spin_lock(&g->lock);
  wait_a_while(false);
  spin_unlock(&g->lock);
}
void ok_passes_on(struct gadget *g, bool can_sleep, gfp_t gfp) {
  spin_lock(&g->lock);
  wait_a_while(can_sleep);
  g->buffer = get(gfp);
  spin_unlock(&g->lock);
}

// The one above is right or wrong by what it is passed.
void caller_of_passes_on(struct gadget *g) {
  ok_passes_on(g, true, GFP_ATOMIC);
  // CHECK: sleep-in-atomic.c:[[#@LINE-1]]:3: warning: ok_passes_on() may sleep with gadget.lock held, given what caller_of_passes_on() passes it [sleep-in-atomic]
  // CHECK: note: caller_of_passes_on calls ok_passes_on
  // CHECK: note: ok_passes_on acquires gadget.lock here
  // CHECK: note: ok_passes_on calls wait_a_while
}
void ok_caller_of_passes_on(struct gadget *g) { ok_passes_on(g, false, GFP_ATOMIC); }

// The lock is dropped meanwhile, here or in a callee.
void ok_after(struct gadget *g) {
  spin_lock(&g->lock);
  spin_unlock(&g->lock);
  msleep(1);
}
static void drops(struct gadget *g) {
  spin_unlock(&g->lock);
  msleep(1);
  spin_lock(&g->lock);
}
static void drops_the(spinlock_t *lock) {
  spin_unlock(lock);
  msleep(1);
  spin_lock(lock);
}
void ok_dropped(struct gadget *g) {
  spin_lock(&g->lock);
  drops(g);
  drops_the(&g->lock);
  spin_unlock(&g->lock);
}
void dropped_the_other(struct gadget *g) {
  raw_spin_lock(&g->raw);
  spin_lock(&g->lock);
  drops(g);
  // CHECK: sleep-in-atomic.c:[[#@LINE-1]]:3: warning: drops() may sleep, but dropped_the_other() calls it with gadget.raw held [sleep-in-atomic]
  spin_unlock(&g->lock);
  raw_spin_unlock(&g->raw);
}
static void leaves(void) {
  preempt_enable();
  msleep(1);
  preempt_disable();
}
void ok_left(void) {
  preempt_disable();
  leaves();
  preempt_enable();
}

// An attempt does not sleep; who asks knows; user memory is not faulted in.
void ok_attempt(struct gadget *g) {
  spin_lock(&g->lock);
  if (mutex_trylock(&g->mutex))
    mutex_unlock(&g->mutex);
  spin_unlock(&g->lock);
}
static void asks(void) {
  if (in_atomic())
    udelay(1);
  else
    msleep(1);
}
void ok_asks(struct gadget *g) {
  spin_lock(&g->lock);
  asks();
  g->buffer = kmalloc(16, in_interrupt() ? GFP_ATOMIC : GFP_KERNEL);
  spin_unlock(&g->lock);
}
void ok_no_faults(struct gadget *g, char *to) {
  spin_lock(&g->lock);
  pagefault_disable();
  copy_to_user(to, g->buffer, 16);
  pagefault_enable();
  spin_unlock(&g->lock);
}

// A mutex is no spinlock, and sections end.
void ok_mutex(struct gadget *g) {
  mutex_lock(&g->mutex);
  msleep(1);
  mutex_unlock(&g->mutex);
  rcu_read_lock();
  rcu_read_lock();
  rcu_read_unlock();
  rcu_read_unlock();
  msleep(1);
}
void ok_sometimes(struct gadget *g) {
  if (!g->slow)
    rcu_read_lock();
  if (g->slow)
    msleep(1);
  if (!g->slow)
    rcu_read_unlock();
}
void nested(struct gadget *g) {
  rcu_read_lock();
  rcu_read_lock();
  rcu_read_unlock();
  msleep(1);
  // CHECK: sleep-in-atomic.c:[[#@LINE-1]]:3: warning: msleep() may sleep, but nested() calls it in an RCU read-side section [sleep-in-atomic]
  rcu_read_unlock();
}
// CHECK: 12 findings
