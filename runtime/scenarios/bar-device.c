// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plays for any driver that maps BARs to user space. Each begins with a fresh
 * machine. That no BAR page is mapped while the device is disabled, and that
 * nobody touches one then, is checked by the PCI model (shim/kernel/pci.c); that
 * no lock is held on return, by the callers of the callbacks; the order of locks
 * by lockdep's engine. So a play mostly has to do things.
 */
#include "bar-device.h"

#define PAGES 4UL
#define LENGTH (PAGES << PAGE_SHIFT)
#define SHARED (VM_READ | VM_WRITE | VM_SHARED)

static struct device_driver driver = { .name = "bar-device" };
static struct pci_dev *pdev;
static struct file *file;

static void begin(unsigned long bar)
{
	pdev = hf_pci_new(&driver);
	hf_pci_bar(pdev, 0, bar);
	bar_probe(pdev);
	file = bar_open(pdev);
	hf_require(file);
	hf_mm_use(hf_mm_new());
}

/* Ends current's process and closes the file. */
static void end(void)
{
	hf_join_all();
	if (current->mm)
		mmput(current->mm);
	fput(file);
	hf_syscall_end("exit");
	bar_remove(pdev);
}

static unsigned long map(unsigned long length)
{
	long start = hf_mmap(file, length, SHARED, bar_pgoff());

	hf_syscall_end("mmap");
	hf_require(start > 0);
	return start;
}

static int touch(unsigned long address)
{
	int error = hf_touch(address, true);

	hf_syscall_end("page fault");
	return error;
}

static void touch_all(unsigned long start, unsigned long length)
{
	unsigned long i;

	for (i = 0; i < length; i += PAGE_SIZE)
		hf_expect("access", !touch(start + i), "page %lu cannot be accessed",
			  i >> PAGE_SHIFT);
}

/* --- one task --------------------------------------------------------------- */

static void lifecycle(void)
{
	unsigned long start;

	begin(LENGTH);
	start = map(LENGTH);
	touch_all(start, LENGTH);
	hf_expect("reset", !bar_reset(file), "the reset fails");
	touch_all(start, LENGTH);
	hf_munmap(start, LENGTH);
	end();
}

static void memory_disable(void)
{
	unsigned long start;

	begin(LENGTH);
	start = map(LENGTH);
	touch_all(start, LENGTH);
	bar_set_memory(file, false);
	hf_expect("sigbus-while-disabled", touch(start) == -EFAULT,
		  "an access with memory disabled does not get SIGBUS");
	bar_set_memory(file, true);
	touch_all(start, LENGTH);
	end();
}

static void low_power(void)
{
	unsigned long start;

	begin(LENGTH);
	start = map(LENGTH);
	touch_all(start, LENGTH);
	hf_require(!bar_low_power(file, true));
	hf_expect("sigbus-while-disabled", touch(start) == -EFAULT,
		  "an access in the low power state does not get SIGBUS");
	hf_require(!bar_low_power(file, false));
	touch_all(start, LENGTH);
	end();
}

/* Mappings in every shape; then what must remove them all does. */
static void address_spaces(void)
{
	struct mm_struct *parent, *child, *stranger = hf_mm_new();
	unsigned long a, b, c;

	begin(4 * LENGTH);
	parent = current->mm;
	a = map(LENGTH);
	b = map(LENGTH);
	touch_all(a, LENGTH);
	touch_all(b, LENGTH);
	child = hf_fork();
	hf_munmap(a + PAGE_SIZE, PAGE_SIZE);
	b = hf_mremap(b, LENGTH);
	hf_require((long)b > 0);
	touch(a + 2 * PAGE_SIZE);
	touch(b);
	hf_mm_use(child);
	touch_all(a, LENGTH);
	hf_mm_use(stranger);
	c = map(2 * LENGTH);
	touch_all(c, 2 * LENGTH);
	hf_expect("reset", !bar_reset(file), "the reset fails");
	touch_all(c, 2 * LENGTH);
	bar_set_memory(file, false);
	hf_expect("sigbus-while-disabled", touch(c) == -EFAULT,
		  "an access with memory disabled does not get SIGBUS");
	bar_set_memory(file, true);
	mmput(stranger);
	mmput(child);
	hf_mm_use(parent);
	touch(b);
	bar_reset(file);
	end();
}

static void hot_reset(void)
{
	unsigned long start;

	begin(LENGTH);
	start = map(LENGTH);
	touch_all(start, LENGTH);
	hf_require(!bar_hot_reset(file));
	touch_all(start, LENGTH);
	end();
}

/* Faults that a program pays for touching every page of a BAR once. */
static void count_faults(void)
{
	unsigned long size, i, start;

	begin(1UL << 30);
	for (size = 1UL << 14; size <= 1UL << 30; size <<= 2) {
		start = map(size);
		hf_faults = 0;
		for (i = 0; i < size; i += PAGE_SIZE)
			hf_require(!touch(start + i));
		hf->measure("faults", size, hf_faults);
		hf_munmap(start, size);
	}
	end();
}

/* --- several tasks ------------------------------------------------------------ */

static unsigned long shared;

/* A program that loses its mapping meanwhile gets a signal; that is no bug. */
static void fault_task(void *page)
{
	touch(shared + ((unsigned long)page << PAGE_SHIFT));
}

static void reset_task(void *unused)
{
	bar_reset(file);
	hf_syscall_end("ioctl");
}

static void disable_task(void *unused)
{
	bar_set_memory(file, false);
	hf_syscall_end("write");
	bar_set_memory(file, true);
	hf_syscall_end("write");
}

static void close_task(void *unused)
{
	hf_munmap(shared, LENGTH);
	hf_syscall_end("munmap");
}

static void map_task(void *unused)
{
	touch(map(LENGTH));
}

static void exit_task(void *mm)
{
	hf_mm_use(mm);
	touch(shared);
	hf_mm_use(NULL);
	mmput(mm);
	hf_syscall_end("exit");
}

static void power_task(void *unused)
{
	if (!bar_low_power(file, true))
		bar_low_power(file, false);
	hf_syscall_end("ioctl");
}

static void race_fault_reset_close(void)
{
	begin(LENGTH);
	shared = map(LENGTH);
	hf_spawn("fault-1", current->mm, fault_task, (void *)0);
	hf_spawn("fault-2", current->mm, fault_task, (void *)0);
	hf_spawn("reset", current->mm, reset_task, NULL);
	hf_spawn("close", current->mm, close_task, NULL);
	end();
}

static void race_fault_disable(void)
{
	begin(LENGTH);
	shared = map(LENGTH);
	hf_spawn("fault-1", current->mm, fault_task, (void *)0);
	hf_spawn("fault-2", current->mm, fault_task, (void *)1);
	hf_spawn("disable", current->mm, disable_task, NULL);
	end();
}

static void race_mmap_reset(void)
{
	begin(LENGTH);
	hf_spawn("mmap", current->mm, map_task, NULL);
	hf_spawn("reset", current->mm, reset_task, NULL);
	end();
}

static void race_exit_reset(void)
{
	begin(LENGTH);
	shared = map(LENGTH);
	hf_spawn("exit", NULL, exit_task, hf_fork());
	hf_spawn("reset", current->mm, reset_task, NULL);
	end();
}

static void race_fault_power(void)
{
	begin(LENGTH);
	shared = map(LENGTH);
	hf_spawn("fault", current->mm, fault_task, (void *)0);
	hf_spawn("power", current->mm, power_task, NULL);
	hf_spawn("reset", current->mm, reset_task, NULL);
	end();
}

HF_SCENARIOS(
	{ "lifecycle", "mmap, fault, reset, fault again, munmap, close", lifecycle },
	{ "memory-disable", "an access while memory is disabled gets SIGBUS", memory_disable },
	{ "low-power", "the same in the low power state", low_power },
	{ "hot-reset", "a reset of the whole bus", hot_reset },
	{ "address-spaces", "fork, partial unmap, mremap, a second process; then reset and disable",
	  address_spaces },
	{ "faults", "faults needed to touch a whole BAR, 16 KiB to 1 GiB", count_faults,
	  HF_MEASURE },
	{ "race-fault-reset-close", "two tasks fault, one resets, one unmaps",
	  race_fault_reset_close, HF_CONCURRENT },
	{ "race-fault-disable", "two tasks fault, one disables memory", race_fault_disable,
	  HF_CONCURRENT },
	{ "race-mmap-reset", "a mapping is made during a reset", race_mmap_reset,
	  HF_CONCURRENT },
	{ "race-exit-reset", "a process with mappings exits during a reset", race_exit_reset,
	  HF_CONCURRENT },
	{ "race-fault-power", "a fault, low power entry and a reset", race_fault_power,
	  HF_CONCURRENT });
