// SPDX-License-Identifier: GPL-2.0-or-later
/* The inner lock is taken only where the second task comes first. */
#include <linux/mutex.h>

#include "scenario.h"

static DEFINE_MUTEX(outer);
static DEFINE_MUTEX(inner);
static int ready;

static void look(void *unused)
{
	mutex_lock(&outer);
	if (ready) {
		mutex_lock(&inner);
		mutex_unlock(&inner);
	}
	mutex_unlock(&outer);
}

static void prepare(void *unused)
{
	mutex_lock(&outer);
	ready = 1;
	mutex_unlock(&outer);
}

static void rarely(void)
{
	hf_spawn("look", NULL, look, NULL);
	hf_spawn("prepare", NULL, prepare, NULL);
	hf_join_all();
}

HF_SCENARIOS({ "rarely", "", rarely, HF_CONCURRENT });
