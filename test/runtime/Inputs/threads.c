// SPDX-License-Identifier: GPL-2.0-or-later
/* Kernel threads and high resolution timers, rightly and wrongly. */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "scenario.h"

static DEFINE_MUTEX(big);
static DEFINE_MUTEX(other);
static DEFINE_SPINLOCK(small);
static DECLARE_WAIT_QUEUE_HEAD(queue);
static volatile int given, done;

/* --- threads ---------------------------------------------------------------------- */

static int worker(void *unused)
{
	while (!kthread_should_stop()) {
		wait_event_interruptible(queue, given || kthread_should_stop());
		if (given) {
			mutex_lock(&big);
			given = 0;
			done++;
			mutex_unlock(&big);
		}
	}
	return 7;
}

static struct task_struct *start(int (*function)(void *), const char *name)
{
	struct task_struct *task = kthread_run(function, NULL, "%s", name);

	hf_require(!IS_ERR(task));
	return task;
}

static void thread(void)
{
	struct task_struct *task = start(worker, "worker");
	int result;

	given = 1;
	wake_up(&queue);
	result = kthread_stop(task);
	hf_expect("result", result == 7 || (!done && result == -EINTR),
		  "the thread's result is lost: %d", result);
}

static int polls(void *unused)
{
	while (!kthread_should_stop()) {
		msleep(100);
		done++;
	}
	return 0;
}

static void thread_by_the_clock(void)
{
	kthread_stop(start(polls, "poller"));
}

static void thread_left(void)
{
	start(worker, "worker");
	start(polls, "poller");
}

static void thread_never_woken(void)
{
	struct task_struct *task = kthread_create(worker, NULL, "sleeper");

	hf_expect("result", kthread_stop(task) == -EINTR, "it ran although nobody woke it");
}

static void thread_stopped_under_lock(void)
{
	struct task_struct *task = start(worker, "worker");

	given = 1;
	wake_up(&queue);
	mutex_lock(&big);
	kthread_stop(task);
	mutex_unlock(&big);
}

/* It looks first and sets its state then. */
static int late(void *unused)
{
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
	return 0;
}

static void thread_sleeps_late(void)
{
	kthread_stop(start(late, "late"));
}

static int big_other(void *unused)
{
	mutex_lock(&big);
	mutex_lock(&other);
	mutex_unlock(&other);
	mutex_unlock(&big);
	return 0;
}

static int other_big(void *unused)
{
	mutex_lock(&other);
	mutex_lock(&big);
	mutex_unlock(&big);
	mutex_unlock(&other);
	return 0;
}

static void threads_in_both_orders(void)
{
	start(big_other, "one");
	start(other_big, "two");
	hf_join_all();
}

static int exits(void *unused)
{
	done++;
	kthread_exit(3);
}

static void thread_exits(void)
{
	int result = kthread_stop(start(exits, "exits"));

	hf_expect("result", result == (done ? 3 : -EINTR), "its result is lost: %d", result);
}

/* --- high resolution timers ---------------------------------------------------------- */

static struct hrtimer timer;

static enum hrtimer_restart locks_small(struct hrtimer *t)
{
	spin_lock(&small);
	done++;
	spin_unlock(&small);
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart again(struct hrtimer *t)
{
	locks_small(t);
	hrtimer_forward_now(t, 1000000);
	return HRTIMER_RESTART;
}

static void arm(enum hrtimer_restart (*function)(struct hrtimer *))
{
#if SINCE(6, 13)
	hrtimer_setup(&timer, function, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
#else
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer.function = function;
#endif
	hrtimer_start(&timer, 1000000, HRTIMER_MODE_REL);
}

static void hrtimer(void)
{
	arm(locks_small);
	spin_lock_irq(&small);
	done++;
	spin_unlock_irq(&small);
	hrtimer_cancel(&timer);
	hf_expect("cancelled", !hrtimer_active(&timer), "the timer is active after its end");
}

static void hrtimer_again(void)
{
	arm(again);
	hrtimer_cancel(&timer);
	hf_expect("cancelled", !hrtimer_active(&timer), "the timer is active after its end");
}

static void hrtimer_cancelled_under_lock(void)
{
	arm(locks_small);
	spin_lock_irq(&small);
	hrtimer_cancel(&timer);
	spin_unlock_irq(&small);
}

static void hrtimer_irqs_on(void)
{
	arm(locks_small);
	spin_lock(&small);
	spin_unlock(&small);
	hrtimer_cancel(&timer);
}

HF_SCENARIOS({ "thread", "started, given work, stopped", thread, HF_CONCURRENT },
	     { "thread-by-the-clock", "polls until it is stopped", thread_by_the_clock,
	       HF_CONCURRENT },
	     { "thread-left", "nobody stops them", thread_left, HF_CONCURRENT },
	     { "thread-never-woken", "stopped before it ran", thread_never_woken, HF_CONCURRENT },
	     { "thread-exits", "ends itself", thread_exits, HF_CONCURRENT },
	     { "thread-stopped-under-lock", "stopped under a lock it needs",
	       thread_stopped_under_lock, HF_CONCURRENT },
	     { "thread-sleeps-late", "sets its state after it looked", thread_sleeps_late,
	       HF_CONCURRENT },
	     { "threads-in-both-orders", "two that wait for each other", threads_in_both_orders,
	       HF_CONCURRENT },
	     { "hrtimer", "fires or is cancelled", hrtimer, HF_CONCURRENT },
	     { "hrtimer-again", "restarts itself until it is cancelled", hrtimer_again,
	       HF_CONCURRENT },
	     { "hrtimer-cancelled-under-lock", "waits for what needs the lock",
	       hrtimer_cancelled_under_lock, HF_CONCURRENT },
	     { "hrtimer-irqs-on", "its lock is taken with interrupts on", hrtimer_irqs_on,
	       HF_CONCURRENT });
