// SPDX-License-Identifier: GPL-2.0-or-later
/* What the host finds in an image. The link puts the lock functions first and
 * this file next: they end where its first function is. */
#include <generated/utsrelease.h>

#include "scenario.h"

void hf_locks_end(void)
{
}

void *hf_new_task(unsigned id, const char *name, void *mm);
int hf_find_bug(unsigned long address, struct hf_bug *bug);

static void boot(const struct hf_host *host)
{
	hf = host;
}

/* Data that a tree may ask for and that is off: tracepoints, static calls. */
char hf_off[4096] __aligned(64);

/* What a user says need not be modelled. */
long hf_null(void)
{
	return 0;
}

void hf_spawn(const char *name, struct mm_struct *mm, void (*entry)(void *), void *argument)
{
	hf->spawn(name, mm, entry, argument, 0);
}

void hf_join_all(void)
{
	struct task_struct *task = current;

	hf->join_all();
	hf_become(task);
	hf_rcu_quiescent();
}

void hf_syscall_end(const char *name)
{
	hf->returned(name, 0, HF_FRAME);
}

struct hf_image hf_image = {
	.abi = HF_ABI_VERSION,
	.release = LINUX_VERSION_CODE,
	.release_name = UTS_RELEASE,
	.scenarios = hf_scenarios,
	.n_scenarios = &hf_n_scenarios,
	.boot = boot,
	.task = hf_new_task,
	.become = hf_become,
	.find_bug = hf_find_bug,
};
