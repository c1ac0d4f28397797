/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What timers of both sorts have in common; see alarm.c. An owner is the timer. */
#ifndef HOLDFAST_SHIM_KERNEL_ALARM_H
#define HOLDFAST_SHIM_KERNEL_ALARM_H

#include "shim.h"

/* Starts a task of that name which calls `fire` once, unless disarmed before. */
void hf_arm(void *owner, const char *name, void (*fire)(void *owner));
bool hf_armed(void *owner);
/* True if it was armed. */
bool hf_disarm(void *owner);
/* No call for it is under way. */
int hf_alarm_idle(void *owner);
/* A scheduling point at all alarms. */
void hf_alarm_point(void);
/* Waits until idle; `what` is for reports. */
void hf_alarm_wait(void *owner, const char *what, const void *frame);

#endif
