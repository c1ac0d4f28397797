// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef TEST_LINUX_PREEMPT_H
#define TEST_LINUX_PREEMPT_H

#include <linux/types.h>

extern int count_of_this_cpu;

static inline int preempt_count(void) { return count_of_this_cpu; }
static inline void __preempt_count_add(int n) { count_of_this_cpu += n; }
static inline void __preempt_count_sub(int n) { count_of_this_cpu -= n; }

#define preempt_disable() __preempt_count_add(1)
#define preempt_enable() __preempt_count_sub(1)
#define in_atomic() (preempt_count() != 0)
#define in_interrupt() (preempt_count() & 0xffff00)

static inline void arch_local_irq_disable(void) {}
static inline void arch_local_irq_enable(void) {}
static inline unsigned long arch_local_irq_save(void) { return 0; }
static inline void arch_local_irq_restore(unsigned long flags) {}

#define local_irq_disable() arch_local_irq_disable()
#define local_irq_enable() arch_local_irq_enable()
#define local_irq_save(flags)                                                            \
  do {                                                                                   \
    flags = arch_local_irq_save();                                                       \
  } while (0)
#define local_irq_restore(flags) arch_local_irq_restore(flags)

static inline void pagefault_disable(void) {}
static inline void pagefault_enable(void) {}

#endif
