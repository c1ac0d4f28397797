// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Alarms: what timers and hrtimers have in common. Arming one starts a task that
 * calls its function as if on another CPU: at any scheduling point from then on,
 * for a kernel promises no more than "not before". So whether a callback can meet
 * a deletion, or a lock that it needs, does not depend on how long the time is.
 *
 * One that arms itself again would make a run endless: it fires MOST times in one
 * execution, and stays armed after that.
 */
#include "alarm.h"

#define MOST 3

/* One arming. What a callback may free is the owner, not this. */
struct arming {
	struct list_head in_all;
	void *owner;
	void (*fire)(void *);
	bool armed, running;
};

static LIST_HEAD(alarms); /* all armings; the object that stands for them, too */

void hf_alarm_point(void)
{
	hf_point(HF_OP_WAKE, &alarms, 1);
}

static struct arming *armed(void *owner)
{
	struct arming *a;

	list_for_each_entry(a, &alarms, in_all)
		if (a->owner == owner && a->armed)
			return a;
	return NULL;
}

bool hf_armed(void *owner)
{
	return armed(owner);
}

static unsigned int fired(void *owner)
{
	unsigned int n = 0;
	struct arming *a;

	list_for_each_entry(a, &alarms, in_all)
		n += a->owner == owner && !a->armed;
	return n;
}

static void ring(void *argument)
{
	struct arming *a = argument;

	hf_alarm_point();
	if (!a->armed)
		return;
	a->armed = false;
	a->running = true;
	a->fire(a->owner);
	hf_alarm_point();
	a->running = false;
}

void hf_arm(void *owner, const char *name, void (*fire)(void *owner))
{
	bool spent = fired(owner) >= MOST;
	struct arming *a = hf->alloc(sizeof(*a), 16, HF_FRAME);

	a->owner = owner;
	a->fire = fire;
	a->armed = true;
	a->running = false;
	list_add_tail(&a->in_all, &alarms);
	if (!spent)
		hf_spawn(name, NULL, ring, a);
}

bool hf_disarm(void *owner)
{
	struct arming *a = armed(owner);

	if (!a)
		return false;
	a->armed = false;
	list_del_init(&a->in_all); /* it did not fire */
	return true;
}

int hf_alarm_idle(void *owner)
{
	struct arming *a;

	list_for_each_entry(a, &alarms, in_all)
		if (a->owner == owner && a->running)
			return 0;
	return 1;
}

void hf_alarm_wait(void *owner, const char *what, const void *frame)
{
	if (hf_alarm_idle(owner))
		return;
	hf->waits(what, owner, frame);
	hf_point_when(HF_OP_WAIT, &alarms, 1, hf_alarm_idle, owner);
}
