// SPDX-License-Identifier: GPL-2.0-or-later
/* Timers: alarms (see alarm.c) whose function runs in softirq context. */
#include <linux/interrupt.h>
#include <linux/timer.h>

#include "alarm.h"

void init_timer_key(struct timer_list *timer, void (*function)(struct timer_list *),
		    unsigned int flags, const char *name, struct lock_class_key *key)
{
	timer->entry.pprev = NULL;
	timer->function = function;
	timer->flags = flags;
	lockdep_init_map(&timer->lockdep_map, name, key, 0);
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

static void fire(void *owner)
{
	struct timer_list *timer = owner;

	if (time_before(jiffies, timer->expires))
		jiffies = timer->expires;
	timer->entry.pprev = NULL;
	preempt_count_add(SOFTIRQ_OFFSET);
	hf->irqs(1, 0, HF_FRAME);
	hf->softirq(1);
	call(timer);
	hf->softirq(0);
	hf->irqs(1, 1, HF_FRAME);
	preempt_count_sub(SOFTIRQ_OFFSET);
}

static bool disarm(struct timer_list *timer)
{
	if (!hf_disarm(timer))
		return false;
	timer->entry.pprev = NULL;
	return true;
}

int mod_timer(struct timer_list *timer, unsigned long expires)
{
	hf_alarm_point();
	timer->expires = expires;
	if (hf_armed(timer))
		return 1;
	if (!timer->function)
		return 0; /* it was shut down */
	timer->entry.next = NULL;
	timer->entry.pprev = &timer->entry.next;
	hf_arm(timer, "timer", fire);
	return 0;
}

int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	hf_alarm_point();
	if (!hf_armed(timer))
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
	hf_alarm_point();
	return disarm(timer);
}

int try_to_del_timer_sync(struct timer_list *timer)
{
	hf_alarm_point();
	return hf_alarm_idle(timer) ? disarm(timer) : -1;
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
	hf_alarm_point();
	was = disarm(timer);
	if (shutdown)
		timer->function = NULL;
	hf_alarm_wait(timer, "timer's function", frame);
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
