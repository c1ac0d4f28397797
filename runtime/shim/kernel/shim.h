/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the kernel half share. They define functions that the
 * kernel declares, so each includes the tree's own header for what it defines:
 * where a release changed a prototype the compiler says so.
 */
#ifndef HOLDFAST_SHIM_KERNEL_SHIM_H
#define HOLDFAST_SHIM_KERNEL_SHIM_H

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/version.h>

#include "abi.h"

#define SINCE(major, minor) (LINUX_VERSION_CODE >= KERNEL_VERSION(major, minor, 0))
#define HF_FRAME __builtin_frame_address(0)

/* Our own entry points: the tree warns of functions without a prototype, and
 * some of what we define is declared only where it is used. */
#pragma clang diagnostic ignored "-Wmissing-prototypes"
#pragma clang diagnostic ignored "-Wmissing-declarations"

extern const struct hf_host *hf;

/* Scheduling: the host switches fibers, these keep what the kernel has in
 * per-cpu variables with the task that it belongs to. */
void hf_point(enum hf_op op, const void *object, int is_write);
void hf_point_when(enum hf_op op, const void *object, int is_write,
		   int (*ready)(void *), void *argument);
/* With a timeout, which passes only when nobody else can run: then 0. */
int hf_point_until(enum hf_op op, const void *object, int is_write,
		   int (*ready)(void *), void *argument);
void hf_yield(void);
/* Gives the CPU back to a task that the host interrupted. */
void hf_resume(struct task_struct *task, int preempt);
void hf_might_sleep(const char *why);
/* The task that runs is another one than the host started. */
void hf_become(void *task);
/* May a timeout of the current task pass? Each question counts. */
bool hf_time_passes(void);
/* Interrupts of the current task's CPU: for lockdep, nothing else is stopped. */
void hf_irqs_off(void);
void hf_irqs_on(void);

/* Reports in the kernel's printf format. */
__printf(3, 4) void hf_fail(enum hf_failure kind, const char *property,
			    const char *format, ...);
__printf(1, 2) void hf_panic(const char *format, ...);

/* A task of its own, in the process of `mm` (or none). */
void hf_spawn(const char *name, struct mm_struct *mm, void (*entry)(void *), void *argument);

/* All tasks have ended: what waited for readers may run. */
void hf_rcu_quiescent(void);

#endif
