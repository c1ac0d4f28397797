// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Completions: a count that waiters take from, in the kernel's own structure; its
 * inner queue is not used. lockdep knows nothing of them, in the kernel as here:
 * to wait for one under a lock that its completer needs is found by running into
 * it, as a deadlock.
 */
#include <linux/completion.h>
#include <linux/swait.h>

#include "shim.h"

void __init_swait_queue_head(struct swait_queue_head *queue, const char *name,
			     struct lock_class_key *key)
{
	raw_spin_lock_init(&queue->lock);
	lockdep_set_class_and_name(&queue->lock, key, name);
	INIT_LIST_HEAD(&queue->task_list);
}

static int is_done(void *completion)
{
	return READ_ONCE(((struct completion *)completion)->done) != 0;
}

/* complete_all() is a count that never ends. */
static void take(struct completion *x)
{
	if (x->done != UINT_MAX)
		x->done--;
}

/* Returns the time that is left, 0 after a timeout. */
static long wait(struct completion *x, long timeout, const void *frame)
{
	hf_might_sleep("wait_for_completion");
	hf->touch(HF_OP_WAIT, x, 1); /* reinit_completion() is an inline */
	hf->waits("completion", x, frame);
	if (timeout == MAX_SCHEDULE_TIMEOUT || !hf_time_passes()) {
		hf_point_when(HF_OP_WAIT, x, 1, is_done, x);
	} else if (!hf_point_until(HF_OP_WAIT, x, 1, is_done, x)) {
		jiffies += timeout;
		return 0;
	}
	take(x);
	return timeout == MAX_SCHEDULE_TIMEOUT ? timeout : max(timeout - 1, 1L);
}

#define WAIT_FOREVER(name, type, result)                                       \
	type name(struct completion *x)                                        \
	{                                                                      \
		wait(x, MAX_SCHEDULE_TIMEOUT, HF_FRAME);                       \
		return result;                                                 \
	}
#define WAIT_FOR_A_TIME(name, type)                                            \
	type name(struct completion *x, unsigned long timeout)                 \
	{                                                                      \
		return wait(x, timeout, HF_FRAME);                             \
	}

WAIT_FOREVER(wait_for_completion, void, )
WAIT_FOREVER(wait_for_completion_io, void, )
WAIT_FOREVER(wait_for_completion_interruptible, int, 0)
WAIT_FOREVER(wait_for_completion_killable, int, 0)
WAIT_FOR_A_TIME(wait_for_completion_timeout, unsigned long)
WAIT_FOR_A_TIME(wait_for_completion_io_timeout, unsigned long)
WAIT_FOR_A_TIME(wait_for_completion_interruptible_timeout, long)
WAIT_FOR_A_TIME(wait_for_completion_killable_timeout, long)

bool try_wait_for_completion(struct completion *x)
{
	hf_point(HF_OP_WAKE, x, 1);
	if (!is_done(x))
		return false;
	take(x);
	return true;
}

bool completion_done(struct completion *x)
{
	hf_point(HF_OP_WAKE, x, 0);
	return is_done(x);
}

void complete(struct completion *x)
{
	hf_point(HF_OP_WAKE, x, 1);
	if (x->done != UINT_MAX)
		x->done++;
}

void complete_all(struct completion *x)
{
	hf_point(HF_OP_WAKE, x, 1);
	x->done = UINT_MAX;
}
