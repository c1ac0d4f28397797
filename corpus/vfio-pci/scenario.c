// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drives bardev, any stage of it.
 *
 * holdfast-plays: ../../runtime/scenarios/bar-device.c
 */
#include "bar-device.h"
#include "bardev.h"

static struct bardev *device;

void bar_probe(struct pci_dev *pdev)
{
	device = bardev_probe(pdev);
	hf_require(device);
}

void bar_remove(struct pci_dev *pdev)
{
	bardev_remove(device);
}

struct file *bar_open(struct pci_dev *pdev)
{
	struct file *file = hf_file_new(hf_inode_new(), &bardev_fops, NULL);

	hf_require(!bardev_open(device, file));
	return file;
}

unsigned long bar_pgoff(void)
{
	return 0;
}

long bar_reset(struct file *file)
{
	return file->f_op->unlocked_ioctl(file, BARDEV_RESET, 0);
}

/* It has one function and one way to be reset. */
long bar_hot_reset(struct file *file)
{
	return bar_reset(file);
}

long bar_set_memory(struct file *file, bool enabled)
{
	return file->f_op->unlocked_ioctl(file, BARDEV_MEMORY, enabled);
}

long bar_low_power(struct file *file, bool enter)
{
	return file->f_op->unlocked_ioctl(file, BARDEV_LOW_POWER, enter);
}
