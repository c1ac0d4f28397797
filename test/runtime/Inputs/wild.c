// SPDX-License-Identifier: GPL-2.0-or-later
/* What a driver does through pointers that point nowhere, one play each. */
#include <linux/mutex.h>
#include <linux/printk.h>

#include "scenario.h"

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

/* The compiler shall not know what is in them. */
static char *volatile nowhere = (char *)0x123456000;
static char *volatile torn = (char *)0x6b6b6b6b6b6b6b6b;
static void (*volatile nothing)(void);

static void read_nowhere(void)
{
	mutex_lock(&first);
	*nowhere = 1;
}

static void read_torn(void)
{
	*torn = 1;
}

static void call_nowhere(void)
{
	((void (*)(void))nowhere)();
}

static void call_nothing(void)
{
	nothing();
}

/* The frame pointer is lost, too. */
static void smashes(void)
{
	asm volatile("mov %0, %%rbp\n\tmovb $1, (%%rbp)" : : "r"(nowhere) : "memory");
}

/* The host follows the pointer, not the driver. */
static noinline void prints(void)
{
	pr_info("the device is called %s\n", nowhere);
}

static void holder(void *unused)
{
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void printer(void *unused)
{
	mutex_lock(&first);
	prints();
	mutex_unlock(&first);
}

static void prints_in_a_race(void)
{
	hf_spawn("holder", NULL, holder, NULL);
	hf_spawn("printer", NULL, printer, NULL);
	hf_join_all();
}

static void nothing_wrong(void)
{
	mutex_lock(&first);
	mutex_unlock(&first);
}

HF_SCENARIOS({ "read-nowhere", "", read_nowhere }, { "read-torn", "", read_torn },
	     { "call-nowhere", "", call_nowhere }, { "call-nothing", "", call_nothing },
	     { "smashes", "", smashes }, { "prints", "", prints_in_a_race, HF_CONCURRENT },
	     { "nothing-wrong", "", nothing_wrong });
