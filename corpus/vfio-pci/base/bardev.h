/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small driver that lends the BARs of a PCI device to user space, and takes
 * them back while the device is reset, powered down or has its memory disabled.
 */
#ifndef BARDEV_H
#define BARDEV_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/rwsem.h>

/* ioctls; the argument of the last two is 0 or 1. */
#define BARDEV_RESET _IO('b', 0)
#define BARDEV_MEMORY _IO('b', 1)
#define BARDEV_LOW_POWER _IO('b', 2)

struct bardev {
	struct pci_dev *pdev;
	/* Vmas that BAR pages are mapped into since the last zap. */
	struct mutex vma_lock;
	struct list_head mapped;
	/* For read: the device's memory stays as it is. Guards the two flags. */
	struct rw_semaphore memory_lock;
	bool memory_on;
	bool low_power;
};

struct bardev *bardev_probe(struct pci_dev *pdev);
void bardev_remove(struct bardev *dev);
/* The opener sets private_data. */
extern const struct file_operations bardev_fops;
int bardev_open(struct bardev *dev, struct file *file);

#endif
