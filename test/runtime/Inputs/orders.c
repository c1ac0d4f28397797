// SPDX-License-Identifier: GPL-2.0-or-later
/* What no play shows alone: two orders, and a lock of a softirq's. */
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include "scenario.h"

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static DEFINE_MUTEX(third);
static DEFINE_SPINLOCK(small);

static void both(struct mutex *outer, struct mutex *inner)
{
	mutex_lock(outer);
	mutex_lock(inner);
	mutex_unlock(inner);
	mutex_unlock(outer);
}

static void forwards(void)
{
	both(&first, &second);
}

static void between(void)
{
	both(&second, &third);
}

static void backwards(void)
{
	both(&third, &first);
}

static void function(struct timer_list *unused)
{
	spin_lock(&small);
	spin_unlock(&small);
}

static DEFINE_TIMER(timer, function);

static void timer_takes_small(void)
{
	mod_timer(&timer, jiffies + 1);
	hf_join_all();
}

static void task_takes_small(void)
{
	spin_lock(&small);
	spin_unlock(&small);
}

HF_SCENARIOS({ "forwards", "first, second", forwards }, { "between", "second, third", between },
	     { "backwards", "third, first", backwards },
	     { "in-softirq", "a timer takes small", timer_takes_small },
	     { "softirqs-on", "a task takes it with softirqs on", task_takes_small });
