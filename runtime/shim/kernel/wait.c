// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sleeping and waking: schedule(), wait queues, completions.
 *
 * A task that sleeps is one that the scheduler may not choose before somebody
 * makes it TASK_RUNNING, so a wakeup that is lost is a deadlock, and is reported
 * as one with who waits for what. A timeout passes only when nobody else can run:
 * time is what is left to wait for; jiffies then goes on by that much. Signals do
 * not arrive.
 *
 * A wait queue has the kernel's structure and its lock, so that the order of that
 * lock and the driver's counts. What a driver writes before it wakes and reads
 * after it queued itself is told to the scheduler as an access to the queue's
 * lock: it is the one place where both must meet.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/swait.h>
#include <linux/wait.h>

#include "shim.h"

/* --- sleeping ---------------------------------------------------------------- */

static int is_awake(void *task)
{
	return READ_ONCE(((struct task_struct *)task)->__state) == TASK_RUNNING;
}

/* Returns the time that is left; the forever of MAX_SCHEDULE_TIMEOUT has no end. */
static long sleep(long timeout, const void *frame)
{
	struct task_struct *self = current;
	int in_time = 1;

	hf_might_sleep("schedule");
	hf->touch(HF_OP_WAIT, &self->__state, 1);
	hf->waits("wakeup", NULL, frame);
	if (timeout == MAX_SCHEDULE_TIMEOUT || !hf_time_passes())
		hf_point_when(HF_OP_WAIT, &self->__state, 1, is_awake, self);
	else
		in_time = hf_point_until(HF_OP_WAIT, &self->__state, 1, is_awake, self);
	if (in_time)
		return timeout == MAX_SCHEDULE_TIMEOUT ? timeout : max(timeout - 1, 0L);
	jiffies += timeout;
	WRITE_ONCE(self->__state, TASK_RUNNING);
	return 0;
}

asmlinkage __visible void schedule(void)
{
	if (is_awake(current))
		hf_yield();
	else
		sleep(MAX_SCHEDULE_TIMEOUT, HF_FRAME);
}

void io_schedule(void)
{
	schedule();
}

signed long schedule_timeout(signed long timeout)
{
	return sleep(timeout, HF_FRAME);
}

#define SCHEDULE_TIMEOUT(name, state)                                          \
	signed long schedule_timeout_##name(signed long timeout)               \
	{                                                                      \
		__set_current_state(state);                                    \
		return sleep(timeout, HF_FRAME);                               \
	}

SCHEDULE_TIMEOUT(interruptible, TASK_INTERRUPTIBLE)
SCHEDULE_TIMEOUT(killable, TASK_KILLABLE)
SCHEDULE_TIMEOUT(uninterruptible, TASK_UNINTERRUPTIBLE)
SCHEDULE_TIMEOUT(idle, TASK_IDLE)

unsigned long __msecs_to_jiffies(const unsigned int milliseconds)
{
	if ((int)milliseconds < 0)
		return MAX_JIFFY_OFFSET;
	return DIV_ROUND_UP((unsigned long)milliseconds * HZ, MSEC_PER_SEC);
}

unsigned long __usecs_to_jiffies(const unsigned int microseconds)
{
	return DIV_ROUND_UP((unsigned long)microseconds * HZ, USEC_PER_SEC);
}

/* Who sleeps for a time looks whether others have done something meanwhile. A
 * kernel thread may do so for ever: its sleep has an end as its timeouts have. */
void msleep(unsigned int milliseconds)
{
	if (current->flags & PF_KTHREAD) {
		schedule_timeout_uninterruptible(msecs_to_jiffies(milliseconds));
		return;
	}
	hf_might_sleep("msleep");
	jiffies += msecs_to_jiffies(milliseconds);
	hf_yield();
}

unsigned long msleep_interruptible(unsigned int milliseconds)
{
	msleep(milliseconds);
	return 0;
}

void usleep_range_state(unsigned long min, unsigned long max, unsigned int state)
{
	msleep(1);
}

int __cond_resched(void)
{
	hf_might_sleep("cond_resched");
	return 0;
}

/* --- waking ------------------------------------------------------------------ */

static int wake(struct task_struct *task, unsigned int states)
{
	hf->touch(HF_OP_WAKE, &task->__state, 1);
	if (!(READ_ONCE(task->__state) & states))
		return 0;
	WRITE_ONCE(task->__state, TASK_RUNNING);
	return 1;
}

int wake_up_state(struct task_struct *task, unsigned int states)
{
	hf_point(HF_OP_WAKE, &task->__state, 1);
	return wake(task, states);
}

int wake_up_process(struct task_struct *task)
{
	return wake_up_state(task, TASK_NORMAL);
}

int default_wake_function(struct wait_queue_entry *entry, unsigned mode, int flags, void *key)
{
	return wake(entry->private, mode);
}

int autoremove_wake_function(struct wait_queue_entry *entry, unsigned mode, int flags,
			     void *key)
{
	int woken = default_wake_function(entry, mode, flags, key);

	if (woken)
		list_del_init(&entry->entry);
	return woken;
}

int woken_wake_function(struct wait_queue_entry *entry, unsigned mode, int flags, void *key)
{
	entry->flags |= WQ_FLAG_WOKEN;
	return default_wake_function(entry, mode, flags, key);
}

/* --- wait queues --------------------------------------------------------------- */

void __init_waitqueue_head(struct wait_queue_head *queue, const char *name,
			   struct lock_class_key *key)
{
	spin_lock_init(&queue->lock);
	lockdep_set_class_and_name(&queue->lock, key, name);
	INIT_LIST_HEAD(&queue->head);
}

/* All of a queue's state hangs on its lock. */
static void tell(struct wait_queue_head *queue)
{
	hf->touch(HF_OP_WAKE, &queue->lock.rlock, 1);
}

static void join(struct wait_queue_head *queue, struct wait_queue_entry *entry,
		 unsigned int flags, int state)
{
	unsigned long irqs;

	spin_lock_irqsave(&queue->lock, irqs);
	entry->flags = (entry->flags & ~WQ_FLAG_EXCLUSIVE) | flags;
	if (!list_empty(&entry->entry))
		; /* it was never taken off */
	else if (flags & WQ_FLAG_EXCLUSIVE)
		__add_wait_queue_entry_tail(queue, entry);
	else
		__add_wait_queue(queue, entry);
	if (state != TASK_RUNNING)
		set_current_state(state);
	spin_unlock_irqrestore(&queue->lock, irqs);
	tell(queue);
}

static void leave(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	unsigned long irqs;

	spin_lock_irqsave(&queue->lock, irqs);
	list_del_init(&entry->entry);
	spin_unlock_irqrestore(&queue->lock, irqs);
}

void add_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	INIT_LIST_HEAD(&entry->entry);
	join(queue, entry, 0, TASK_RUNNING);
}

void add_wait_queue_exclusive(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	INIT_LIST_HEAD(&entry->entry);
	join(queue, entry, WQ_FLAG_EXCLUSIVE, TASK_RUNNING);
}

void remove_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	leave(queue, entry);
}

void init_wait_entry(struct wait_queue_entry *entry, int flags)
{
	entry->flags = flags;
	entry->private = current;
	entry->func = autoremove_wake_function;
	INIT_LIST_HEAD(&entry->entry);
}

void prepare_to_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state)
{
	join(queue, entry, 0, state);
}

bool prepare_to_wait_exclusive(struct wait_queue_head *queue, struct wait_queue_entry *entry,
			       int state)
{
	bool alone = list_empty(&queue->head);

	join(queue, entry, WQ_FLAG_EXCLUSIVE, state);
	return alone;
}

long prepare_to_wait_event(struct wait_queue_head *queue, struct wait_queue_entry *entry,
			   int state)
{
	join(queue, entry, entry->flags & WQ_FLAG_EXCLUSIVE, state);
	return 0;
}

void finish_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	__set_current_state(TASK_RUNNING);
	tell(queue);
	if (!list_empty(&entry->entry))
		leave(queue, entry);
}

long wait_woken(struct wait_queue_entry *entry, unsigned mode, long timeout)
{
	set_current_state(mode);
	if (!(entry->flags & WQ_FLAG_WOKEN))
		timeout = schedule_timeout(timeout);
	__set_current_state(TASK_RUNNING);
	entry->flags &= ~WQ_FLAG_WOKEN;
	return timeout;
}

static void wake_locked(struct wait_queue_head *queue, unsigned int mode, int exclusive,
			void *key)
{
	struct wait_queue_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &queue->head, entry) {
		unsigned int flags = entry->flags;
		int woken = entry->func(entry, mode, 0, key);

		if (woken < 0 || (woken && (flags & WQ_FLAG_EXCLUSIVE) && !--exclusive))
			break;
	}
}

int __wake_up(struct wait_queue_head *queue, unsigned int mode, int exclusive, void *key)
{
	unsigned long irqs;

	tell(queue);
	spin_lock_irqsave(&queue->lock, irqs);
	wake_locked(queue, mode, exclusive, key);
	spin_unlock_irqrestore(&queue->lock, irqs);
	return 0;
}

void __wake_up_sync(struct wait_queue_head *queue, unsigned int mode)
{
	__wake_up(queue, mode, 1, NULL);
}

void __wake_up_sync_key(struct wait_queue_head *queue, unsigned int mode, void *key)
{
	__wake_up(queue, mode, 1, key);
}

void __wake_up_locked(struct wait_queue_head *queue, unsigned int mode, int exclusive)
{
	wake_locked(queue, mode, exclusive, NULL);
}

void __wake_up_locked_key(struct wait_queue_head *queue, unsigned int mode, void *key)
{
	wake_locked(queue, mode, 1, key);
}
