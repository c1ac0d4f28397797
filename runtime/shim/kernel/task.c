// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tasks. There is one simulated CPU per fiber and yet one copy of each per-cpu
 * variable: %gs is 0 in a userspace process, so an access lands in the plain
 * variable. What belongs to the task that runs (current, the preempt count, the
 * irq flag) is therefore kept on its stack across each switch.
 */
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/sched/task.h>
#include <linux/uaccess.h>

#include "shim.h"

const struct hf_host *hf;

#if SINCE(6, 2)
DEFINE_PER_CPU_ALIGNED(struct pcpu_hot, pcpu_hot);
#define CURRENT pcpu_hot.current_task
#define PREEMPT_COUNT pcpu_hot.preempt_count
#else
DEFINE_PER_CPU(struct task_struct *, current_task);
DEFINE_PER_CPU(int, __preempt_count);
#define CURRENT current_task
#define PREEMPT_COUNT __preempt_count
#endif
DEFINE_PER_CPU(int, hardirqs_enabled) = 1;
DEFINE_PER_CPU(int, hardirq_context);
DEFINE_PER_CPU(unsigned int, lockdep_recursion);
DEFINE_PER_CPU_READ_MOSTLY(int, cpu_number);
DEFINE_PER_CPU_READ_MOSTLY(unsigned long, this_cpu_off);
unsigned long __per_cpu_offset[NR_CPUS];
struct cpumask __cpu_online_mask, __cpu_possible_mask, __cpu_present_mask;
unsigned int nr_cpu_ids = NR_CPUS;
volatile unsigned long jiffies = INITIAL_JIFFIES;
enum system_states system_state = SYSTEM_RUNNING;
int oops_in_progress;
struct cpuinfo_x86 boot_cpu_data;

struct saved {
	struct task_struct *task;
	int preempt_count, irqs;
};

static struct saved save(void)
{
	struct saved s = { CURRENT, PREEMPT_COUNT, hardirqs_enabled };

	return s;
}

static void restore(const struct saved *s)
{
	CURRENT = s->task;
	PREEMPT_COUNT = s->preempt_count;
	hardirqs_enabled = s->irqs;
}

void hf_point(enum hf_op op, const void *object, int is_write)
{
	struct saved s = save();

	hf->point(op, object, is_write);
	restore(&s);
}

void hf_point_when(enum hf_op op, const void *object, int is_write,
		   int (*ready)(void *), void *argument)
{
	struct saved s = save();

	hf->point_when(op, object, is_write, ready, argument);
	restore(&s);
}

int hf_point_until(enum hf_op op, const void *object, int is_write,
		   int (*ready)(void *), void *argument)
{
	struct saved s = save();
	int in_time = hf->point_until(op, object, is_write, ready, argument);

	restore(&s);
	return in_time;
}

void hf_yield(void)
{
	struct saved s = save();

	hf->yield();
	restore(&s);
}

void hf_might_sleep(const char *why)
{
	(hf->might_sleep)(why, preempt_count() || !hardirqs_enabled, HF_FRAME);
}

#ifdef CONFIG_DEBUG_ATOMIC_SLEEP
void __might_sleep(const char *file, int line)
{
	hf_might_sleep("might_sleep");
}

void __might_resched(const char *file, int line, unsigned int offsets)
{
	hf_might_sleep("might_sleep");
}

#endif

void *hf_new_task(unsigned id, const char *name, void *mm)
{
	struct task_struct *task = hf->alloc(sizeof(*task), 64, HF_FRAME);

	memset(task, 0, sizeof(*task));
	task->pid = task->tgid = id + 1;
	task->mm = task->active_mm = mm;
	strscpy(task->comm, name, sizeof(task->comm));
	return task;
}

void hf_resume(struct task_struct *task, int preempt)
{
	CURRENT = task;
	PREEMPT_COUNT = preempt;
}

void hf_become(void *task)
{
	struct saved s = { task, 0, 1 };

	restore(&s);
}
