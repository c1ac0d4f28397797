// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernel threads: tasks that a play does not wait for, as nobody may ever stop
 * them. One starts when it is first woken; to stop it is to say so, wake it and
 * wait for its end, so that a thread which looks for the word before it sets its
 * state, or that needs a lock of its stopper's, is found as a deadlock.
 *
 * A thread that works by the clock would make a run endless: its timeouts pass
 * MOST times in one execution, then it sleeps until somebody wakes it.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>

#include "shim.h"

#define MOST 3

struct kthread {
	int (*function)(void *);
	void *data;
	bool should_stop, over;
	int result;
	unsigned int naps;
	struct task_struct task; /* last: it ends in a part of variable size */
};

static struct kthread *of(struct task_struct *task)
{
	return container_of(task, struct kthread, task);
}

static struct kthread *self(void)
{
	return current->flags & PF_KTHREAD ? of(current) : NULL;
}

bool hf_time_passes(void)
{
	struct kthread *k = self();

	return !k || k->naps++ < MOST;
}

/* --- its life -------------------------------------------------------------------- */

static int is_started(void *k)
{
	return READ_ONCE(((struct kthread *)k)->task.__state) == TASK_RUNNING;
}

static void end(struct kthread *k, int result)
{
	hf_point(HF_OP_WAKE, k, 1);
	k->result = result;
	k->over = true;
}

static void body(void *argument)
{
	struct kthread *k = argument;

	hf_become(&k->task);
	hf->waits("first wakeup", NULL, NULL);
	hf_point_when(HF_OP_WAIT, &k->task.__state, 1, is_started, k);
	end(k, k->should_stop ? -EINTR : k->function(k->data));
}

static struct task_struct *create(int (*function)(void *), void *data, const char *format,
				  va_list arguments)
{
	struct kthread *k = hf->alloc(sizeof(*k), 64, HF_FRAME);

	memset(k, 0, sizeof(*k));
	k->function = function;
	k->data = data;
	k->task.flags = PF_KTHREAD;
	k->task.__state = TASK_UNINTERRUPTIBLE;
	refcount_set(&k->task.usage, 2);
	vsnprintf(k->task.comm, sizeof(k->task.comm), format, arguments);
	hf->spawn(k->task.comm, NULL, body, k, 1);
	return &k->task;
}

struct task_struct *kthread_create_on_node(int (*function)(void *), void *data, int node,
					   const char format[], ...)
{
	struct task_struct *task;
	va_list arguments;

	hf_might_sleep("kthread_create");
	va_start(arguments, format);
	task = create(function, data, format, arguments);
	va_end(arguments);
	return task;
}

struct task_struct *kthread_create_on_cpu(int (*function)(void *), void *data,
					  unsigned int cpu, const char *name)
{
	return kthread_create_on_node(function, data, NUMA_NO_NODE, name, cpu);
}

void __noreturn kthread_exit(long result)
{
	end(of(current), result);
	hf->exit_task();
	unreachable();
}

void __noreturn kthread_complete_and_exit(struct completion *completion, long result)
{
	if (completion)
		complete(completion);
	kthread_exit(result);
}

/* --- stopping ---------------------------------------------------------------------- */

bool kthread_should_stop(void)
{
	bool stop;

	hf_point(HF_OP_WAKE, of(current), 0);
	stop = of(current)->should_stop;
	/* Its stopper may come in before it does something about its state. */
	hf_point(HF_OP_WAIT, &current->__state, 1);
	return stop;
}

bool kthread_should_park(void)
{
	return false;
}

bool kthread_should_stop_or_park(void)
{
	return kthread_should_stop();
}

static int is_over(void *k)
{
	return ((struct kthread *)k)->over;
}

int kthread_stop(struct task_struct *task)
{
	struct kthread *k = of(task);

	hf_might_sleep("kthread_stop");
	hf_point(HF_OP_WAKE, k, 1);
	k->should_stop = true;
	wake_up_process(task);
	hf->waits("kthread's end", NULL, HF_FRAME);
	hf_point_when(HF_OP_WAIT, k, 1, is_over, k);
	return k->result;
}

int kthread_stop_put(struct task_struct *task)
{
	int result = kthread_stop(task);

	put_task_struct(task);
	return result;
}

/* --- what else is asked of one -------------------------------------------------------- */

void *kthread_data(struct task_struct *task)
{
	return of(task)->data;
}

void *kthread_func(struct task_struct *task)
{
	return of(task)->function;
}

void kthread_bind(struct task_struct *task, unsigned int cpu)
{
}

void kthread_bind_mask(struct task_struct *task, const struct cpumask *mask)
{
}

void set_user_nice(struct task_struct *task, long nice)
{
}

void sched_set_fifo(struct task_struct *task)
{
}

void sched_set_fifo_low(struct task_struct *task)
{
}

void sched_set_normal(struct task_struct *task, int nice)
{
}

/* The thread's own memory stays: its address names it until the run ends. */
void __put_task_struct(struct task_struct *task)
{
}
