// SPDX-License-Identifier: GPL-2.0-or-later
/* What the compiler calls at plain accesses of a driver that was compiled with
 * -fsanitize=thread: each may become a scheduling point, and a use of freed
 * memory is seen at once. */
#include "shim.h"

static void note(const void *address, unsigned long size, int is_write, const void *frame)
{
	struct task_struct *task = current;
	int preempt = preempt_count();

	hf->access(address, size, is_write, frame);
	hf_resume(task, preempt);
}

#define ACCESS(size)                                                           \
	void __tsan_read##size(void *address)                                  \
	{                                                                      \
		note(address, size, 0, HF_FRAME);                              \
	}                                                                      \
	void __tsan_write##size(void *address)                                 \
	{                                                                      \
		note(address, size, 1, HF_FRAME);                              \
	}                                                                      \
	void __tsan_unaligned_read##size(void *address)                        \
	{                                                                      \
		note(address, size, 0, HF_FRAME);                              \
	}                                                                      \
	void __tsan_unaligned_write##size(void *address)                       \
	{                                                                      \
		note(address, size, 1, HF_FRAME);                              \
	}

ACCESS(1)
ACCESS(2)
ACCESS(4)
ACCESS(8)
ACCESS(16)

void __tsan_read_range(void *address, unsigned long size)
{
	note(address, size, 0, HF_FRAME);
}

void __tsan_write_range(void *address, unsigned long size)
{
	note(address, size, 1, HF_FRAME);
}

void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller)
{
}

void __tsan_func_exit(void)
{
}
