// SPDX-License-Identifier: GPL-2.0-or-later
/* The driver core, power management, resources, uuids, user copies: as much as
 * a driver's init, mmap and ioctl paths ask for. */
#include <linux/device.h>
#include <linux/eventfd.h>
#include <linux/ioport.h>
#include <linux/notifier.h>
#include <linux/pm_runtime.h>
#include <linux/uaccess.h>
#include <linux/uuid.h>

#include "shim.h"


/* --- runtime PM: a count; the callbacks are the scenario's to call --------- */

int __pm_runtime_idle(struct device *dev, int flags)
{
	if (flags & RPM_GET_PUT)
		atomic_dec(&dev->power.usage_count);
	return 0;
}

int __pm_runtime_resume(struct device *dev, int flags)
{
	if (flags & RPM_GET_PUT)
		atomic_inc(&dev->power.usage_count);
	return 0;
}

int __pm_runtime_suspend(struct device *dev, int flags)
{
	return __pm_runtime_idle(dev, flags);
}

void pm_runtime_allow(struct device *dev)
{
}

void pm_runtime_forbid(struct device *dev)
{
}

/* --- user memory: an access may fault, and a fault takes mmap_lock --------- */

static void might_fault_here(void)
{
	if (current->mm) {
		struct lockdep_map *map = &current->mm->mmap_lock.dep_map;

		lock_acquire(map, 0, 0, 1, 1, NULL, _RET_IP_);
		lock_release(map, _RET_IP_);
	}
	hf_might_sleep("user access");
}

unsigned long _copy_from_user(void *to, const void __user *from, unsigned long n)
{
	might_fault_here();
	memcpy(to, (const void *)from, n);
	return 0;
}

unsigned long _copy_to_user(void __user *to, const void *from, unsigned long n)
{
	might_fault_here();
	memcpy((void *)to, from, n);
	return 0;
}

void __might_fault(const char *file, int line)
{
	might_fault_here();
}

void *memdup_user(const void __user *from, size_t n)
{
	void *copy = kmalloc(n, GFP_KERNEL);

	might_fault_here();
	memcpy(copy, (const void *)from, n);
	return copy;
}

/* --- resources, uuids ------------------------------------------------------ */

int request_resource(struct resource *root, struct resource *new)
{
	return 0;
}

int release_resource(struct resource *old)
{
	return 0;
}

void uuid_gen(uuid_t *uuid)
{
	memset(uuid, 1, sizeof(*uuid));
}

unsigned long cachemode2protval(enum page_cache_mode mode)
{
	return mode == _PAGE_CACHE_MODE_WB ? 0 : _PAGE_PCD;
}

