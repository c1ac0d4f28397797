// SPDX-License-Identifier: GPL-2.0-or-later
//
// Spinlocks that an interrupt may find held on its own CPU.
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>

struct gadget {
  spinlock_t lock, ok_lock, quiet, soft, ok_soft, unknown;
  struct timer_list timer;
  int events;
};

static void count_event(struct gadget *g) {
  spin_lock(&g->lock);
  g->events++;
  spin_unlock(&g->lock);
}
static irqreturn_t gadget_handler(int irq, void *dev) {
  struct gadget *g = dev;
  count_event(g);
  spin_lock(&g->ok_lock);
  spin_unlock(&g->ok_lock);
  spin_lock(&g->quiet);
  spin_unlock(&g->quiet);
  spin_lock(&g->unknown);
  spin_unlock(&g->unknown);
  return IRQ_HANDLED;
}
static void gadget_timer(struct timer_list *t) {
  struct gadget *g = container_of(t, struct gadget, timer);
  spin_lock(&g->soft);
  spin_unlock(&g->soft);
  spin_lock(&g->ok_soft);
  spin_unlock(&g->ok_soft);
}

// The function sleeps itself.
int read_events(struct gadget *g) {
  int n;
  msleep(1);
  spin_lock(&g->lock);
  // CHECK: irq-unsafe.c:[[#@LINE-1]]:3: warning: read_events() takes gadget.lock with interrupts enabled, but gadget_handler() takes it in interrupt context [irq-unsafe]
  // CHECK: note: read_events may sleep here, so it is entered with interrupts enabled
  // CHECK: note: read_events takes gadget.lock here
  // CHECK: note: gadget_handler is irqaction.handler, set here
  // CHECK: note: gadget_handler calls count_event
  // CHECK: note: count_event takes gadget.lock here
  n = g->events;
  spin_unlock(&g->lock);
  return n;
}

// A caller does. With softirqs disabled interrupts still come.
static int fetch(struct gadget *g) {
  int n;
  _raw_spin_lock_bh(&g->lock.rlock);
  // CHECK: irq-unsafe.c:[[#@LINE-1]]:3: warning: fetch() takes gadget.lock with interrupts enabled, but gadget_handler() takes it in interrupt context [irq-unsafe]
  // CHECK: note: poll_events calls fetch
  n = g->events;
  _raw_spin_unlock_bh(&g->lock.rlock);
  return n;
}
int poll_events(struct gadget *g) {
  msleep(1);
  return fetch(g);
}

void softirqs_come(struct gadget *g) {
  msleep(1);
  spin_lock(&g->soft);
  // CHECK: irq-unsafe.c:[[#@LINE-1]]:3: warning: softirqs_come() takes gadget.soft with softirqs enabled, but gadget_timer() takes it in softirq context [irq-unsafe]
  spin_unlock(&g->soft);
}

// Interrupts are disabled, one way or the other.
void ok_irqs(struct gadget *g) {
  unsigned long flags;
  msleep(1);
  spin_lock_irqsave(&g->ok_lock, flags);
  spin_unlock_irqrestore(&g->ok_lock, flags);
  spin_lock_irq(&g->ok_lock);
  spin_unlock_irq(&g->ok_lock);
  local_irq_disable();
  spin_lock(&g->ok_lock);
  spin_unlock(&g->ok_lock);
  local_irq_enable();
  _raw_spin_lock_bh(&g->ok_soft.rlock);
  _raw_spin_unlock_bh(&g->ok_soft.rlock);
}
static void ok_locked(struct gadget *g) {
  spin_lock(&g->ok_lock);
  spin_unlock(&g->ok_lock);
}
void ok_caller(struct gadget *g) {
  msleep(1);
  local_irq_disable();
  ok_locked(g);
  local_irq_enable();
}

// The handler cannot come, and of this one nobody knows how it is entered.
void ok_quiet(struct gadget *g) {
  disable_irq(5);
  spin_lock(&g->quiet);
  spin_unlock(&g->quiet);
  enable_irq(5);
}
void ok_unknown(struct gadget *g) {
  spin_lock(&g->unknown);
  spin_unlock(&g->unknown);
}

int gadget_probe(struct gadget *g) {
  timer_setup(&g->timer, gadget_timer, 0);
  return request_irq(5, gadget_handler, 0, "gadget", g);
}
// CHECK: 3 findings
