// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drives the tree's own kernel/locking/lockdep.c by numbers. Each task has a
 * processor of its own: its per-cpu state is swapped in when it is selected.
 */
#include <linux/debug_locks.h>
#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/version.h>

#include "abi.h"

struct cpu_state {
	unsigned long irq_flags;
	int hardirqs_enabled, hardirq_context, preempt_count;
};

static struct task_struct tasks[HF_TASKS];
static struct cpu_state cpus[HF_TASKS];
static unsigned int running;
static struct lock_class_key keys[HF_KEYS];
static struct lockdep_map maps[HF_MAPS];
static unsigned int first_key;
unsigned int force_read_lock_recursive;

static void set_current(struct task_struct *task)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
	pcpu_hot.current_task = task;
#else
	current_task = task;
#endif
}

void hfo_select(unsigned int task)
{
	struct cpu_state *out = &cpus[running], *in = &cpus[task];

	out->irq_flags = hf_irq_flags;
	out->hardirqs_enabled = hardirqs_enabled;
	out->hardirq_context = hardirq_context;
	out->preempt_count = preempt_count();
	running = task;
	hf_irq_flags = in->irq_flags;
	hardirqs_enabled = in->hardirqs_enabled;
	hardirq_context = in->hardirq_context;
	preempt_count_set(in->preempt_count);
	set_current(&tasks[task]);
}

void hfo_begin(unsigned int key)
{
	unsigned int i;

	for (i = 0; i < HF_TASKS; i++) {
		tasks[i].softirqs_enabled = 1;
		tasks[i].softirq_context = 0;
		tasks[i].hardirq_threaded = 0;
		tasks[i].irq_config = 0;
		tasks[i].nsproxy = init_task.nsproxy;
		lockdep_init_task(&tasks[i]);
		cpus[i] = (struct cpu_state){ X86_EFLAGS_IF, 1, 0, 0 };
	}
	running = 0;
	hf_irq_flags = X86_EFLAGS_IF;
	hardirqs_enabled = 1;
	hardirq_context = 0;
	preempt_count_set(0);
	set_current(&tasks[0]);
	debug_locks = 1;
	first_key = key;
}

/* From our numbering of wait types, see engine.c. */
static u8 wait_type(unsigned int type)
{
	return type == 4 ? LD_WAIT_SLEEP : type == 3 ? LD_WAIT_CONFIG : type;
}

void hfo_init_map(unsigned int map, unsigned int key, const char *name,
		  unsigned int subclass, unsigned int inner, unsigned int outer,
		  unsigned int type)
{
	lockdep_init_map_type(&maps[map], name, &keys[first_key + key], subclass,
			      wait_type(inner), wait_type(outer), type);
}

void hfo_acquire(unsigned int map, unsigned int subclass, int try, int read, int check,
		 int nest, unsigned long ip)
{
	lock_acquire(&maps[map], subclass, try, read, check, nest < 0 ? NULL : &maps[nest],
		     ip);
}

void hfo_sync(unsigned int map, int read, unsigned long ip)
{
	lock_sync(&maps[map], 0, read, 1, NULL, ip);
}

void hfo_release(unsigned int map, unsigned long ip)
{
	lock_release(&maps[map], ip);
}

void hfo_downgrade(unsigned int map, unsigned long ip)
{
	lock_downgrade(&maps[map], ip);
}

void hfo_set_subclass(unsigned int map, unsigned int subclass, unsigned long ip)
{
	lock_set_subclass(&maps[map], subclass, ip);
}

int hfo_is_held(unsigned int map, int read)
{
	return lock_is_held_type(&maps[map], read);
}

unsigned int hfo_pin(unsigned int map)
{
	return lock_pin_lock(&maps[map]).val;
}

void hfo_unpin(unsigned int map, unsigned int cookie)
{
	lock_unpin_lock(&maps[map], (struct pin_cookie){ cookie });
}

void hfo_free_map(unsigned int map)
{
	debug_check_no_locks_freed(&maps[map], sizeof(maps[map]));
}

void hfo_sys_exit(void)
{
	lockdep_sys_exit();
}

void hfo_hardirqs(int on)
{
	if (on)
		local_irq_enable();
	else
		local_irq_disable();
}

void hfo_softirqs(int on)
{
	if (on)
		__local_bh_enable_ip(_THIS_IP_, SOFTIRQ_DISABLE_OFFSET);
	else
		__local_bh_disable_ip(_THIS_IP_, SOFTIRQ_DISABLE_OFFSET);
}

void hfo_hardirq_context(int enter)
{
	if (enter)
		lockdep_hardirq_enter();
	else
		lockdep_hardirq_exit();
}

void hfo_softirq_context(int enter)
{
	if (enter)
		lockdep_softirq_enter();
	else
		lockdep_softirq_exit();
}

void hfo_hardirq_threaded(void)
{
	lockdep_hardirq_threaded();
}

unsigned int hfo_depth(void)
{
	return current->lockdep_depth;
}

int hfo_alive(void)
{
	return debug_locks;
}
