/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the plays of bar-device.c ask of a driver that maps a PCI device's BARs
 * to user space. A scenario file implements it for its driver.
 */
#ifndef HOLDFAST_SCENARIOS_BAR_DEVICE_H
#define HOLDFAST_SCENARIOS_BAR_DEVICE_H

#include <linux/file.h>

#include "mm.h"
#include "pci.h"
#include "scenario.h"

/* Binds the driver to a new device whose BAR 0 has `bar` bytes. */
void bar_probe(struct pci_dev *pdev);
void bar_remove(struct pci_dev *pdev);
/* The device file; the driver's close runs when its last user is gone. */
struct file *bar_open(struct pci_dev *pdev);
/* Page offset in the file at which BAR 0 begins. */
unsigned long bar_pgoff(void);

/* System calls on the file; 0 or a negative error. */
long bar_reset(struct file *file);
long bar_hot_reset(struct file *file);
long bar_set_memory(struct file *file, bool enabled);
long bar_low_power(struct file *file, bool enter);

#endif
