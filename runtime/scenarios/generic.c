// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any driver with a file_operations that has mmap. What is behind the file is
 * not known, so its private data, where open does not make any, is zeros: a
 * handler that gives up on an empty device is still entered as the kernel
 * enters it, and leaves its locks as it should or does not. What cannot be
 * reached like that needs a scenario of its own.
 */
#include <linux/file.h>

#include "mm.h"
#include "mm_model.h"
#include "scenario.h"

static struct file *file;
static unsigned long start, length;
static bool reached;

/* The n-th object of the image that looks like a file_operations with mmap. */
static const struct file_operations *operations(unsigned n)
{
	const struct file_operations *ops;
	unsigned i;

	for (i = 0; (ops = hf->object_of_size(sizeof(*ops), i)); i++)
		if (ops->mmap && n-- == 0)
			return ops;
	return NULL;
}

/* Some refuse to be mapped for writing, some want exactly one page. */
static bool map(const struct file_operations *ops)
{
	static const unsigned long flags[] = { VM_READ | VM_WRITE | VM_SHARED,
					       VM_READ | VM_SHARED };
	void *data = hf->alloc(1 << 16, 64, HF_FRAME);
	long address = -EINVAL;
	unsigned i;

	memset(data, 0, 1 << 16);
	hf_mm_use(hf_mm_new());
	file = hf_file_new(hf_inode_new(), ops, data);
	for (i = 0; i < 4 && address < 0; i++) {
		length = i < 2 ? 4 * PAGE_SIZE : PAGE_SIZE;
		address = hf_mmap(file, length, flags[i & 1], 0);
		hf_syscall_end("mmap");
	}
	start = address;
	return address > 0;
}

static void touch_task(void *write)
{
	hf_touch(start, write);
	hf_syscall_end("page fault");
}

static void close_task(void *unused)
{
	hf_munmap(start, length);
	hf_syscall_end("munmap");
}

static void each(void (*play)(void))
{
	const struct file_operations *ops;
	unsigned n;

	for (n = 0; (ops = operations(n)); n++)
		if (map(ops)) {
			struct vm_area_struct *vma = &hf_find_vma(current->mm, start)->vma;

			reached = reached || (vma->vm_ops && vma->vm_ops->fault);
			play();
			hf_join_all();
		}
	if (!reached)
		hf_fail(HF_FAIL_SETUP, "setup",
			"no mmap of this driver led to a fault handler; it needs a scenario of "
			"its own");
}

static void read_then_write(void)
{
	unsigned long i;

	for (i = 0; i < length; i += PAGE_SIZE) {
		hf_touch(start + i, false);
		hf_syscall_end("page fault");
		hf_touch(start + i, true);
		hf_syscall_end("page fault");
	}
	mmput(hf_fork());
	hf_syscall_end("exit");
	close_task(NULL);
}

static void faults_and_close(void)
{
	hf_spawn("read", current->mm, touch_task, NULL);
	hf_spawn("write", current->mm, touch_task, (void *)1);
	hf_spawn("close", current->mm, close_task, NULL);
}

static void sequential(void)
{
	each(read_then_write);
}

static void concurrent(void)
{
	each(faults_and_close);
}

HF_SCENARIOS({ "sequential", "mmap, read and write each page, fork, munmap", sequential,
	       HF_GUESSED },
	     { "concurrent", "a read, a write and an unmap at a time", concurrent,
	       HF_CONCURRENT | HF_GUESSED });
