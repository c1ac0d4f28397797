// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Spinlocks: the lock call names a member (rlock) of what the assertion names.
// RUN: %check %s -- %cflags -DCONFIG_PROVE_LOCKING | FileCheck %s --implicit-check-not=warning:
#include <linux/mm.h>

struct queue {
  spinlock_t lock;
  raw_spinlock_t raw;
  int length;
};

static void queue_touch(struct queue *q) { lockdep_assert_held(&q->lock); }
static void queue_raw(struct queue *q) { lockdep_assert_held(&q->raw); }

void after_unlock(struct queue *q) {
  spin_lock(&q->lock);
  spin_unlock(&q->lock);
  queue_touch(q);
  // CHECK: spinlock.c:[[#@LINE-1]]:3: warning: queue_touch() needs queue.lock held, but after_unlock() has released it [lock-not-held]
}

void after_irqrestore(struct queue *q) {
  unsigned long flags;

  spin_lock_irqsave(&q->lock, flags);
  queue_touch(q);
  spin_unlock_irqrestore(&q->lock, flags);
  queue_touch(q);
  // CHECK: spinlock.c:[[#@LINE-1]]:3: warning: queue_touch() needs queue.lock held, but after_irqrestore() has released it [lock-not-held]
}

void the_other_one(struct queue *q) {
  raw_spin_lock(&q->raw);
  raw_spin_unlock(&q->raw);
  spin_lock(&q->lock);
  queue_raw(q);
  // CHECK: spinlock.c:[[#@LINE-1]]:3: warning: queue_raw() needs queue.raw held, but the_other_one() has released it [lock-not-held]
  spin_unlock(&q->lock);
}

void try_failed(struct queue *q) {
  if (!spin_trylock(&q->lock))
    queue_touch(q);
  // CHECK: spinlock.c:[[#@LINE-1]]:5: warning: queue_touch() needs queue.lock held, but try_failed() does not hold it [lock-not-held]
  else
    spin_unlock(&q->lock);
}

void ok_held(struct queue *q) {
  unsigned long flags;

  spin_lock(&q->lock);
  queue_touch(q);
  spin_unlock(&q->lock);
  spin_lock_irq(&q->lock);
  queue_touch(q);
  spin_unlock_irq(&q->lock);
  raw_spin_lock_irqsave(&q->raw, flags);
  queue_raw(q);
  _raw_spin_unlock_irqrestore(&q->raw, flags);
}

void ok_irqsave(struct queue *q) {
  unsigned long flags;

  spin_lock_irqsave(&q->lock, flags);
  queue_touch(q);
  spin_unlock_irqrestore(&q->lock, flags);
}

// Taken with one form, dropped with another.
void ok_mixed(struct queue *q) {
  spin_lock_irq(&q->lock);
  spin_unlock(&q->lock);
  if (!spin_trylock(&q->lock))
    return;
  queue_touch(q);
  spin_unlock(&q->lock);
}
// CHECK: 4 findings; 1 file analyzed, 0 failed
