// SPDX-License-Identifier: GPL-2.0-or-later
//
// Callbacks that run in interrupt context, by what the rules say of who gets them.
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/slab.h>

struct gadget {
  struct timer_list timer, quick;
  struct tasklet_struct tasklet;
};

static void gadget_timer(struct timer_list *t) {
  msleep(1);
  // CHECK: sleep-in-callback.c:[[#@LINE-1]]:3: warning: msleep() may sleep, but gadget_timer() runs in softirq context [sleep-in-atomic]
  // CHECK: note: gadget_timer is timer_list.function, set here; it runs in softirq context
  // CHECK: note: gadget_timer calls msleep, which may sleep
}
static void ok_timer(struct timer_list *t) { kfree(kzalloc(16, GFP_ATOMIC)); }
static void gadget_tasklet(struct tasklet_struct *t) {
  kfree(kzalloc(16, GFP_KERNEL));
  // CHECK: sleep-in-callback.c:[[#@LINE-1]]:9: warning: kzalloc() may sleep, but gadget_tasklet() runs in softirq context [sleep-in-atomic]
}
static irqreturn_t gadget_handler(int irq, void *dev) {
  msleep(1);
  // CHECK: sleep-in-callback.c:[[#@LINE-1]]:3: warning: msleep() may sleep, but gadget_handler() runs in interrupt context [sleep-in-atomic]
  return IRQ_HANDLED;
}
static irqreturn_t gadget_tick(int irq, void *percpu_dev) {
  msleep(1);
  // CHECK: sleep-in-callback.c:[[#@LINE-1]]:3: warning: msleep() may sleep, but gadget_tick() runs in interrupt context [sleep-in-atomic]
  return IRQ_HANDLED;
}
static void gadget_chained(struct irq_desc *desc) {
  msleep(1);
  // CHECK: sleep-in-callback.c:[[#@LINE-1]]:3: warning: msleep() may sleep, but gadget_chained() runs in interrupt context [sleep-in-atomic]
}
static irqreturn_t ok_quick(int irq, void *dev) { return IRQ_HANDLED; }
static irqreturn_t ok_thread(int irq, void *dev) {
  msleep(1);
  return IRQ_HANDLED;
}

int gadget_probe(struct gadget *g) {
  timer_setup(&g->timer, gadget_timer, 0);
  timer_setup(&g->quick, ok_timer, 0);
  tasklet_setup(&g->tasklet, gadget_tasklet);
  if (request_threaded_irq(6, ok_quick, ok_thread, 0, "gadget", g))
    return -EBUSY;
  irq_set_chained_handler_and_data(8, gadget_chained, g);
  if (request_percpu_irq(7, gadget_tick, "gadget", g))
    return -EBUSY;
  return request_irq(5, gadget_handler, 0, "gadget", g);
}
// CHECK: 5 findings
