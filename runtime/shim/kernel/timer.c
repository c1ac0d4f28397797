// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Timers. Arming one starts a task that calls its function in softirq context, as
 * if on another CPU: at any scheduling point from then on, for a kernel promises
 * no more than "not before". So whether a callback can meet a deletion, or a lock
 * that it needs, does not depend on how long the time is.
 *
 * A timer that arms itself again would make a run endless: it fires MOST times in
 * one execution, and stays pending after that.
 */
#include <linux/interrupt.h>
#include <linux/timer.h>

#include "shim.h"

#define MOST 3

/* One arming. What a callback may free is the timer, not this. */
struct arming {
	struct list_head in_all;
	struct timer_list *timer;
	bool armed, running;
};

static LIST_HEAD(timers); /* all armings; the object that stands for them, too */

void init_timer_key(struct timer_list *timer, void (*function)(struct timer_list *),
		    unsigned int flags, const char *name, struct lock_class_key *key)
{
	timer->entry.pprev = NULL;
	timer->function = function;
	timer->flags = flags;
	lockdep_init_map(&timer->lockdep_map, name, key, 0);
}

static struct arming *armed(struct timer_list *timer)
{
	struct arming *a;

	list_for_each_entry(a, &timers, in_all)
		if (a->timer == timer && a->armed)
			return a;
	return NULL;
}

static unsigned int fired(struct timer_list *timer)
{
	unsigned int n = 0;
	struct arming *a;

	list_for_each_entry(a, &timers, in_all)
		n += a->timer == timer && !a->armed;
	return n;
}

static void call(struct timer_list *timer)
{
	void (*function)(struct timer_list *) = timer->function;
	unsigned int depth = hf->held_depth();
	struct lockdep_map map;

	lockdep_copy_map(&map, &timer->lockdep_map);
	lock_map_acquire(&map);
	if (timer->flags & TIMER_IRQSAFE)
		hf_irqs_off();
	function(timer);
	if (!hardirqs_enabled)
		hf_irqs_on();
	lock_map_release(&map);
	hf->returned("a timer's function", depth, HF_FRAME);
}

/* What the task of an arming does. */
static void ring(void *argument)
{
	struct arming *a = argument;

	hf_point(HF_OP_WAKE, &timers, 1);
	if (!a->armed)
		return;
	a->armed = false;
	a->running = true;
	if (time_before(jiffies, a->timer->expires))
		jiffies = a->timer->expires;
	a->timer->entry.pprev = NULL;
	preempt_count_add(SOFTIRQ_OFFSET);
	hf->irqs(1, 0, HF_FRAME);
	hf->softirq(1);
	call(a->timer);
	hf->softirq(0);
	hf->irqs(1, 1, HF_FRAME);
	preempt_count_sub(SOFTIRQ_OFFSET);
	hf_point(HF_OP_WAKE, &timers, 1);
	a->running = false;
}

static void arm(struct timer_list *timer)
{
	bool spent = fired(timer) >= MOST;
	struct arming *a = hf->alloc(sizeof(*a), 16, HF_FRAME);

	a->timer = timer;
	a->armed = true;
	a->running = false;
	list_add_tail(&a->in_all, &timers);
	timer->entry.next = NULL;
	timer->entry.pprev = &timer->entry.next;
	if (!spent)
		hf_spawn("timer", NULL, ring, a);
}

static bool disarm(struct timer_list *timer)
{
	struct arming *a = armed(timer);

	if (!a)
		return false;
	a->armed = false;
	list_del_init(&a->in_all); /* it did not fire */
	timer->entry.pprev = NULL;
	return true;
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	hf_point(HF_OP_WAKE, &timers, 1);
	timer->expires = expires;
	if (armed(timer))
		return 1;
	if (timer->function) /* else it was shut down */
		arm(timer);
	return 0;
}

int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	hf_point(HF_OP_WAKE, &timers, 1);
	if (!armed(timer))
		return 0;
	timer->expires = expires;
	return 1;
}

int timer_reduce(struct timer_list *timer, unsigned long expires)
{
	return mod_timer(timer, expires);
}

void add_timer(struct timer_list *timer)
{
	WARN_ON(timer_pending(timer));
	mod_timer(timer, timer->expires);
}

void add_timer_on(struct timer_list *timer, int cpu)
{
	add_timer(timer);
}

int timer_delete(struct timer_list *timer)
{
	hf_point(HF_OP_WAKE, &timers, 1);
	return disarm(timer);
}

static int is_idle(void *timer)
{
	struct arming *a;

	list_for_each_entry(a, &timers, in_all)
		if (a->timer == timer && a->running)
			return 0;
	return 1;
}

int try_to_del_timer_sync(struct timer_list *timer)
{
	hf_point(HF_OP_WAKE, &timers, 1);
	return is_idle(timer) ? disarm(timer) : -1;
}

/* Waits for the function, hence for what it needs: lockdep is told so. */
static int delete_sync(struct timer_list *timer, bool shutdown, const void *frame)
{
	bool on = hardirqs_enabled;
	int was;

	/* It may be called with softirqs on: that is no use of the map. */
	if (on)
		hf_irqs_off();
	lock_map_acquire(&timer->lockdep_map);
	lock_map_release(&timer->lockdep_map);
	if (on)
		hf_irqs_on();
	hf_point(HF_OP_WAKE, &timers, 1);
	was = disarm(timer);
	if (shutdown)
		timer->function = NULL;
	if (is_idle(timer))
		return was;
	hf->waits("timer's function", timer, frame);
	hf_point_when(HF_OP_WAIT, &timers, 1, is_idle, timer);
	return disarm(timer) || was;
}

int timer_delete_sync(struct timer_list *timer)
{
	return delete_sync(timer, false, HF_FRAME);
}

int timer_shutdown_sync(struct timer_list *timer)
{
	return delete_sync(timer, true, HF_FRAME);
}

int timer_shutdown(struct timer_list *timer)
{
	int was = timer_delete(timer);

	timer->function = NULL;
	return was;
}
