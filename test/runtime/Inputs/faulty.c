// SPDX-License-Identifier: GPL-2.0-or-later
/* Everything that a driver must not do, one play each. */
#include <linux/mutex.h>
#include <linux/slab.h>

#include "scenario.h"

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static volatile int counter;

void nobody_defines_this(void);

static void nothing_wrong(void)
{
	mutex_lock(&first);
	mutex_unlock(&first);
}

static void loops(void)
{
	for (;;)
		counter++;
}

static void crashes(void)
{
	*(volatile int *)8 = 1;
}

static void bug(void)
{
	BUG();
}

static void warns(void)
{
	WARN_ON(!counter);
	WARN_ON_ONCE(!counter);
}

static noinline int deep(int n)
{
	volatile char room[512];

	room[0] = n;
	return n ? deep(n + 1) + room[0] : 0;
}

static void overflows(void)
{
	counter = deep(1);
}

static void overruns(void)
{
	char *memory = kmalloc(8, GFP_KERNEL);

	memset(memory, 0, 9 + counter);
	kfree(memory);
}

static void undefined(void)
{
	nobody_defines_this();
}

static void one(void *unused)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
}

static void other(void *unused)
{
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void deadlocks(void)
{
	hf_spawn("one", NULL, one, NULL);
	hf_spawn("other", NULL, other, NULL);
	hf_join_all();
}

static void add(void *unused)
{
	int seen = counter;

	mutex_lock(&first);
	mutex_unlock(&first);
	counter = seen + 1;
}

/* Both tasks add one, and one of them is lost. */
static void loses(void)
{
	hf_spawn("add-1", NULL, add, NULL);
	hf_spawn("add-2", NULL, add, NULL);
	hf_join_all();
	hf_expect("sum", counter == 2, "an addition is lost");
}

static void keeps(void)
{
	mutex_lock(&first);
	hf_syscall_end("call");
}

HF_SCENARIOS({ "nothing-wrong", "", nothing_wrong }, { "loops", "", loops },
	     { "crashes", "", crashes }, { "bug", "", bug }, { "warns", "", warns },
	     { "overflows", "", overflows }, { "overruns", "", overruns },
	     { "undefined", "", undefined },
	     { "deadlocks", "", deadlocks, HF_CONCURRENT },
	     { "loses", "", loses, HF_CONCURRENT }, { "keeps", "", keeps });
