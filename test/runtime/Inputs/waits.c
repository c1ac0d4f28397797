// SPDX-License-Identifier: GPL-2.0-or-later
/* Waiting: wait queues, completions, work queues, timers; rightly and wrongly. */
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "scenario.h"

static DEFINE_MUTEX(big);
static DEFINE_SPINLOCK(small);
static DECLARE_WAIT_QUEUE_HEAD(queue);
static DECLARE_COMPLETION(done);
static volatile int ready, seen;

/* --- wait queues ----------------------------------------------------------------- */

static void set_ready(void *unused)
{
	ready = 1;
	wake_up(&queue);
}

static void wait_ready(void *unused)
{
	wait_event(queue, ready);
	seen = ready;
}

static void wait_event_right(void)
{
	hf_spawn("waiter", NULL, wait_ready, NULL);
	hf_spawn("waker", NULL, set_ready, NULL);
	hf_join_all();
	hf_expect("seen", seen, "the waiter went on too early");
}

/* It looks first and queues itself then. */
static void wait_late(void *unused)
{
	DEFINE_WAIT(entry);

	if (ready)
		return;
	prepare_to_wait(&queue, &entry, TASK_UNINTERRUPTIBLE);
	schedule();
	finish_wait(&queue, &entry);
}

static void wakeup_lost(void)
{
	hf_spawn("waiter", NULL, wait_late, NULL);
	hf_spawn("waker", NULL, set_ready, NULL);
	hf_join_all();
}

static void wait_in_vain(void)
{
	hf_expect("timeout", !wait_event_timeout(queue, ready, 10), "there was a wakeup");
	hf_expect("timeout", !wait_for_completion_timeout(&done, 10), "it was completed");
}

/* --- completions ----------------------------------------------------------------- */

static void finish(void *unused)
{
	mutex_lock(&big);
	complete(&done);
	mutex_unlock(&big);
}

static void await(void *locked)
{
	if (locked)
		mutex_lock(&big);
	wait_for_completion(&done);
	if (locked)
		mutex_unlock(&big);
}

static void completion_right(void)
{
	hf_spawn("waiter", NULL, await, NULL);
	hf_spawn("completer", NULL, finish, NULL);
	hf_join_all();
}

static void completion_under_lock(void)
{
	hf_spawn("waiter", NULL, await, (void *)1);
	hf_spawn("completer", NULL, finish, NULL);
	hf_join_all();
}

/* --- work queues ------------------------------------------------------------------ */

static void work_function(struct work_struct *unused)
{
	mutex_lock(&big);
	seen++;
	mutex_unlock(&big);
}

static DECLARE_WORK(work, work_function);
static DECLARE_DELAYED_WORK(later, work_function);

static void work_right(void)
{
	struct workqueue_struct *own = alloc_ordered_workqueue("own", 0);

	schedule_work(&work);
	flush_work(&work);
	hf_expect("worked", seen == 1, "the work ran %d times", seen);
	queue_work(own, &work);
	schedule_delayed_work(&later, 100);
	cancel_delayed_work_sync(&later);
	destroy_workqueue(own);
	hf_expect("worked", seen == 2 || seen == 3, "the works ran %d times", seen);
	cancel_work_sync(&work);
}

static void flush_under_lock(void)
{
	schedule_work(&work);
	mutex_lock(&big);
	flush_work(&work);
	mutex_unlock(&big);
}

/* --- timers ------------------------------------------------------------------------ */

static void timer_function(struct timer_list *timer)
{
	spin_lock(&small);
	seen++;
	spin_unlock(&small);
	mod_timer(timer, jiffies + 10);
}

static DEFINE_TIMER(timer, timer_function);

static void timer_right(void)
{
	mod_timer(&timer, jiffies + 10);
	spin_lock_bh(&small);
	seen++;
	spin_unlock_bh(&small);
	timer_shutdown_sync(&timer);
	hf_expect("stopped", !timer_pending(&timer), "the timer is still pending");
}

static void timer_deleted_under_lock(void)
{
	mod_timer(&timer, jiffies + 10);
	spin_lock_bh(&small);
	timer_delete_sync(&timer);
	spin_unlock_bh(&small);
}

static void timer_interrupts(void)
{
	mod_timer(&timer, jiffies + 10);
	spin_lock(&small);
	seen++;
	spin_unlock(&small);
}

/* A sleep in a timer's function. */
static void sleepy(struct timer_list *unused)
{
	mutex_lock(&big);
	mutex_unlock(&big);
}

static DEFINE_TIMER(bad_timer, sleepy);

static void timer_sleeps(void)
{
	mod_timer(&bad_timer, jiffies + 10);
}

HF_SCENARIOS({ "wait-event", "", wait_event_right, HF_CONCURRENT },
	     { "wakeup-lost", "", wakeup_lost, HF_CONCURRENT },
	     { "wait-in-vain", "", wait_in_vain },
	     { "completion", "", completion_right, HF_CONCURRENT },
	     { "completion-under-lock", "", completion_under_lock, HF_CONCURRENT },
	     { "work", "", work_right, HF_CONCURRENT },
	     { "flush-under-lock", "", flush_under_lock, HF_CONCURRENT },
	     { "timer", "", timer_right, HF_CONCURRENT },
	     { "timer-under-lock", "", timer_deleted_under_lock, HF_CONCURRENT },
	     { "timer-interrupts", "", timer_interrupts, HF_CONCURRENT },
	     { "timer-sleeps", "", timer_sleeps });
