// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * High resolution timers: alarms (see alarm.c) whose function runs in a hardirq
 * with interrupts off, or in a softirq if the mode says so. Each has a clock base
 * of its own, as if each were on a CPU of its own: two callbacks can run at a time.
 * As in the kernel, lockdep has no map for them, so a cancellation under a lock
 * that the function takes is found by running into it.
 */
#include <linux/hrtimer.h>
#include <linux/interrupt.h>

#include "alarm.h"

ktime_t ktime_get(void)
{
	return jiffies * TICK_NSEC;
}

ktime_t ktime_get_with_offset(enum tk_offsets offset)
{
	return ktime_get();
}

static void init(struct hrtimer *timer, enum hrtimer_mode mode)
{
	struct hrtimer_clock_base *base = hf->alloc(sizeof(*base), 64, HF_FRAME);

	memset(base, 0, sizeof(*base));
	memset(timer, 0, sizeof(*timer));
	base->get_time = ktime_get;
	timer->base = base;
	timer->is_soft = !!(mode & HRTIMER_MODE_SOFT);
	timer->is_rel = !!(mode & HRTIMER_MODE_REL);
	RB_CLEAR_NODE(&timer->node.node);
}

#if !SINCE(6, 15)
void hrtimer_init(struct hrtimer *timer, clockid_t clock, enum hrtimer_mode mode)
{
	init(timer, mode);
}
#endif

#if SINCE(6, 13)
void hrtimer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *),
		   clockid_t clock, enum hrtimer_mode mode)
{
	init(timer, mode);
	ACCESS_PRIVATE(timer, function) = function;
}
#endif

/* The context of the interrupt that a function is called in. */
static void interrupt(bool soft, bool enter)
{
	if (enter)
		preempt_count_add(soft ? SOFTIRQ_OFFSET : HARDIRQ_OFFSET);
	if (soft) {
		if (enter)
			hf->irqs(1, 0, HF_FRAME);
		hf->softirq(enter);
		if (!enter)
			hf->irqs(1, 1, HF_FRAME);
	} else {
		if (enter)
			hf_irqs_off();
		hf->hardirq(enter);
		if (!enter)
			hf_irqs_on();
	}
	if (!enter)
		preempt_count_sub(soft ? SOFTIRQ_OFFSET : HARDIRQ_OFFSET);
}

static void fire(void *owner);

static void arm(struct hrtimer *timer)
{
	timer->state = HRTIMER_STATE_ENQUEUED;
	hf_arm(timer, "hrtimer", fire);
}

static void fire(void *owner)
{
	struct hrtimer *timer = owner;
	struct hrtimer_clock_base *base = timer->base;
	unsigned long due = (unsigned long)hrtimer_get_expires(timer) / TICK_NSEC + 1;
	unsigned int depth = hf->held_depth();
	bool soft = timer->is_soft;
	enum hrtimer_restart result;

	if (time_before(jiffies, due))
		jiffies = due;
	timer->state = HRTIMER_STATE_INACTIVE;
	base->running = timer;
	interrupt(soft, true);
	result = ACCESS_PRIVATE(timer, function)(timer);
	interrupt(soft, false);
	hf->returned("an hrtimer's function", depth, HF_FRAME);
	base->running = NULL;
	/* The function may have freed a timer that it does not restart. */
	if (result == HRTIMER_RESTART && !(timer->state & HRTIMER_STATE_ENQUEUED))
		arm(timer);
}

void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t time, u64 delta,
			    enum hrtimer_mode mode)
{
	hf_alarm_point();
	if (mode & HRTIMER_MODE_REL)
		time = ktime_add_safe(ktime_get(), time);
	hrtimer_set_expires_range_ns(timer, time, delta);
	if (!hf_armed(timer))
		arm(timer);
}

int hrtimer_try_to_cancel(struct hrtimer *timer)
{
	hf_alarm_point();
	if (!hf_alarm_idle(timer))
		return -1;
	timer->state = HRTIMER_STATE_INACTIVE;
	return hf_disarm(timer);
}

int hrtimer_cancel(struct hrtimer *timer)
{
	int was;

	while ((was = hrtimer_try_to_cancel(timer)) < 0)
		hf_alarm_wait(timer, "hrtimer's function", HF_FRAME);
	return was;
}

bool hrtimer_active(const struct hrtimer *timer)
{
	hf_alarm_point();
	return hf_armed((void *)timer) || !hf_alarm_idle((void *)timer);
}

ktime_t __hrtimer_get_remaining(const struct hrtimer *timer, bool adjust)
{
	return hrtimer_expires_remaining(timer);
}

u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)
{
	s64 late = now - hrtimer_get_expires(timer);
	u64 periods;

	if (late < 0)
		return 0;
	if (WARN_ON(timer->state & HRTIMER_STATE_ENQUEUED))
		return 0;
	periods = interval > 0 ? late / interval + 1 : 1;
	hrtimer_add_expires_ns(timer, periods * interval);
	return periods;
}

ktime_t ktime_add_safe(const ktime_t a, const ktime_t b)
{
	s64 sum;

	return check_add_overflow(a, b, &sum) || sum < 0 ? KTIME_MAX : sum;
}
