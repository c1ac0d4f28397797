// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef TEST_LINUX_INTERRUPT_H
#define TEST_LINUX_INTERRUPT_H

#include <linux/types.h>

typedef int irqreturn_t;
typedef irqreturn_t (*irq_handler_t)(int irq, void *dev);
#define IRQ_HANDLED 1

int request_threaded_irq(unsigned irq, irq_handler_t handler, irq_handler_t thread_fn,
                         unsigned long flags, const char *name, void *dev);
static inline int request_irq(unsigned irq, irq_handler_t handler, unsigned long flags,
                              const char *name, void *dev) {
  return request_threaded_irq(irq, handler, NULL, flags, name, dev);
}

int __request_percpu_irq(unsigned irq, irq_handler_t handler, unsigned long flags,
                         const char *name, void *percpu_dev);
static inline int request_percpu_irq(unsigned irq, irq_handler_t handler, const char *name,
                                     void *percpu_dev) {
  return __request_percpu_irq(irq, handler, 0, name, percpu_dev);
}

struct irq_desc;
typedef void (*irq_flow_handler_t)(struct irq_desc *desc);
void irq_set_chained_handler_and_data(unsigned irq, irq_flow_handler_t handle, void *data);

void disable_irq(unsigned irq);
void enable_irq(unsigned irq);

struct tasklet_struct {
  void (*callback)(struct tasklet_struct *t);
};
void tasklet_setup(struct tasklet_struct *t, void (*callback)(struct tasklet_struct *));

struct timer_list {
  void (*function)(struct timer_list *t);
};
void init_timer_key(struct timer_list *timer, void (*func)(struct timer_list *),
                    unsigned int flags, const char *name, void *key);
#define timer_setup(timer, callback, flags)                                              \
  init_timer_key(timer, callback, flags, NULL, NULL)

#endif
