/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for the tree's asm/irqflags.h. A process may not execute cli and sti,
 * and popf silently keeps the interrupt flag, so the flag is a variable. Trapping
 * the instructions instead would not do: popf does not trap.
 */
#ifndef _X86_IRQFLAGS_H_
#define _X86_IRQFLAGS_H_

#include <asm/processor-flags.h>

#ifndef __ASSEMBLY__

#include <asm/nospec-branch.h>
#include <linux/types.h>

/* X86_EFLAGS_IF or 0. */
extern unsigned long hf_irq_flags;

static __always_inline unsigned long native_save_fl(void) { return hf_irq_flags; }
static __always_inline void native_irq_disable(void) { hf_irq_flags = 0; }
static __always_inline void native_irq_enable(void) { hf_irq_flags = X86_EFLAGS_IF; }
static __always_inline void native_safe_halt(void) { native_irq_enable(); }
static __always_inline void native_halt(void) {}

static __always_inline int native_irqs_disabled_flags(unsigned long flags)
{
	return (flags & X86_EFLAGS_IF) == 0;
}

static __always_inline unsigned long native_local_irq_save(void)
{
	unsigned long before = hf_irq_flags;

	hf_irq_flags = 0;
	return before;
}

static __always_inline void native_local_irq_restore(unsigned long flags)
{
	hf_irq_flags = flags & X86_EFLAGS_IF;
}

#define arch_safe_halt native_safe_halt
#define halt native_halt
#define arch_local_save_flags native_save_fl
#define arch_local_irq_disable native_irq_disable
#define arch_local_irq_enable native_irq_enable
#define arch_local_irq_save native_local_irq_save
#define arch_local_irq_restore native_local_irq_restore
#define arch_irqs_disabled_flags native_irqs_disabled_flags
#define arch_irqs_disabled() native_irqs_disabled_flags(native_save_fl())

#endif /* __ASSEMBLY__ */
#endif
