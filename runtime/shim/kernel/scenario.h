/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario file includes. It defines, with HF_SCENARIOS, an array of
 * plays; each runs on a first task of its own with a fresh machine, may spawn
 * others, and says through hf_expect() what must hold.
 */
#ifndef HOLDFAST_SHIM_KERNEL_SCENARIO_H
#define HOLDFAST_SHIM_KERNEL_SCENARIO_H

#include "shim.h"

extern const struct hf_scenario hf_scenarios[];
extern const unsigned hf_n_scenarios;

#define HF_SCENARIOS(...)                                                      \
	const struct hf_scenario hf_scenarios[] = { __VA_ARGS__ };             \
	const unsigned hf_n_scenarios = ARRAY_SIZE(hf_scenarios)

/* hf_spawn(), of shim.h, starts a task. This waits for all others, and lets RCU callbacks run. */
void hf_join_all(void);
/* A system call ends: no lock may be held. */
void hf_syscall_end(const char *name);
/* The scenario cannot go on; it counts as incomplete. */
#define hf_require(condition)                                                  \
	do {                                                                   \
		if (!(condition))                                              \
			hf_fail(HF_FAIL_SETUP, "setup", "%s:%d: %s", __FILE__, \
				__LINE__, #condition);                         \
	} while (0)
/* A property that the driver must have. */
#define hf_expect(property, condition, ...)                                    \
	do {                                                                   \
		hf->checked(property);                                         \
		if (!(condition))                                              \
			hf_fail(HF_FAIL_PROPERTY, property, __VA_ARGS__);      \
	} while (0)

#endif
