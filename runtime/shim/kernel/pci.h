/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small PCI device: config space, BARs, function reset. While its memory is
 * disabled or it is being reset nothing may map its BARs, in any process, and an
 * access through a stale mapping is a bug: both are checked here, for any driver.
 */
#ifndef HOLDFAST_SHIM_KERNEL_PCI_H
#define HOLDFAST_SHIM_KERNEL_PCI_H

#include <linux/pci.h>

#include "shim.h"

struct pci_dev *hf_pci_new(struct device_driver *driver);
/* BAR `index` gets `size` bytes of bus addresses, aligned to their size. */
void hf_pci_bar(struct pci_dev *dev, int index, unsigned long size);

/* Counts changes of what BARs may be accessed; a scheduling object as well. */
extern unsigned long hf_bars_enabled;
void hf_bar_access(unsigned long pfn);

#endif
