// SPDX-License-Identifier: GPL-2.0-or-later
#include "pci.h"

unsigned long hf_bars_enabled;

struct hf_pci {
	struct pci_dev dev;
	struct pci_bus bus;
	struct pci_slot slot;
	struct hf_pci *next;
	u8 config[256];
	bool in_reset;
};

static struct hf_pci *devices;
static unsigned long next_bus_address;

static struct hf_pci *of(struct pci_dev *dev)
{
	return container_of(dev, struct hf_pci, dev);
}

struct pci_dev *hf_pci_new(struct device_driver *driver)
{
	struct hf_pci *d = hf->alloc(sizeof(*d), 64, HF_FRAME);

	memset(d, 0, sizeof(*d));
	d->dev.bus = &d->bus;
	d->dev.dev.driver = driver;
	d->dev.hdr_type = PCI_HEADER_TYPE_NORMAL;
	d->dev.vendor = 0x1234;
	d->dev.device = 0x5678;
	d->dev.cfg_size = 256;
	d->dev.current_state = PCI_D0;
	d->dev.error_state = pci_channel_io_normal;
	d->config[PCI_COMMAND] = PCI_COMMAND_MEMORY;
	*(u16 *)&d->config[PCI_VENDOR_ID] = d->dev.vendor;
	*(u16 *)&d->config[PCI_DEVICE_ID] = d->dev.device;
	mutex_init(&d->dev.dev.mutex);
	INIT_LIST_HEAD(&d->bus.devices);
	list_add_tail(&d->dev.bus_list, &d->bus.devices);
	d->next = devices;
	devices = d;
	if (!next_bus_address)
		next_bus_address = 1UL << 40;
	return &d->dev;
}

void hf_pci_bar(struct pci_dev *dev, int index, unsigned long size)
{
	unsigned long start = ALIGN(next_bus_address, size);

	dev->resource[index].start = start;
	dev->resource[index].end = start + size - 1;
	dev->resource[index].flags = IORESOURCE_MEM | IORESOURCE_MEM_64;
	next_bus_address = start + size;
}

/* --- what BARs may be accessed -------------------------------------------- */

static bool enabled(struct hf_pci *d)
{
	return (d->config[PCI_COMMAND] & PCI_COMMAND_MEMORY) && !d->in_reset &&
	       d->dev.current_state < PCI_D3hot;
}

void hf_bar_access(unsigned long pfn)
{
	struct hf_pci *d;
	int i;

	hf->checked("no-access-while-disabled");
	for (d = devices; d; d = d->next)
		for (i = 0; i < PCI_STD_NUM_BARS; i++)
			if (d->dev.resource[i].flags &&
			    pfn >= d->dev.resource[i].start >> PAGE_SHIFT &&
			    pfn <= d->dev.resource[i].end >> PAGE_SHIFT && !enabled(d))
				hf_fail(HF_FAIL_PROPERTY, "no-access-while-disabled",
					"a process accesses BAR %d, page 0x%lx, while the device's "
					"memory is disabled", i,
					pfn - (unsigned long)(d->dev.resource[i].start >> PAGE_SHIFT));
}

static void check_zapped(struct hf_pci *d, const char *when)
{
	unsigned long count;
	struct hf_pte one;
	const void *mm;
	int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		if (!d->dev.resource[i].flags)
			continue;
		count = hf->pfn_count(d->dev.resource[i].start >> PAGE_SHIFT,
				      d->dev.resource[i].end >> PAGE_SHIFT, &mm, &one);
		hf->checked("zap-complete");
		if (count)
			hf_fail(HF_FAIL_PROPERTY, "zap-complete",
				"%s with %lu mapping(s) of BAR %d left, one at 0x%lx", when,
				count, i, one.address);
	}
}

static void changes(struct hf_pci *d, const char *when)
{
	hf_point(HF_OP_MEMORY, &hf_bars_enabled, 1);
	hf_bars_enabled++;
	check_zapped(d, when);
}

static int reset(struct pci_dev *dev)
{
	of(dev)->in_reset = true;
	changes(of(dev), "function reset");
	hf_point(HF_OP_MEMORY, &hf_bars_enabled, 1);
	of(dev)->in_reset = false;
	return 0;
}

int pci_try_reset_function(struct pci_dev *dev)
{
	int error;

	if (!mutex_trylock(&dev->dev.mutex))
		return -EAGAIN;
	error = reset(dev);
	mutex_unlock(&dev->dev.mutex);
	return error;
}

int __pci_reset_function_locked(struct pci_dev *dev)
{
	return reset(dev);
}

int pci_reset_bus(struct pci_dev *dev)
{
	return pci_try_reset_function(dev);
}

int pci_set_power_state(struct pci_dev *dev, pci_power_t state)
{
	if (state >= PCI_D3hot && dev->current_state < PCI_D3hot)
		changes(of(dev), "power down");
	dev->current_state = state;
	return 0;
}

/* --- config space ---------------------------------------------------------- */

static void read_config(struct pci_dev *dev, int where, void *value, int size)
{
	hf_point(HF_OP_MEMORY, of(dev)->config, 0);
	memset(value, 0xff, size);
	if (where >= 0 && where + size <= sizeof(of(dev)->config))
		memcpy(value, of(dev)->config + where, size);
}

static void write_config(struct pci_dev *dev, int where, u32 value, int size)
{
	struct hf_pci *d = of(dev);
	bool was = enabled(d);

	hf_point(HF_OP_MEMORY, d->config, 1);
	if (where >= 0 && where + size <= sizeof(d->config))
		memcpy(d->config + where, &value, size);
	if (was && !enabled(d))
		changes(d, "memory disabled");
}

int pci_read_config_byte(const struct pci_dev *dev, int where, u8 *value)
{
	read_config((struct pci_dev *)dev, where, value, 1);
	return 0;
}

int pci_read_config_word(const struct pci_dev *dev, int where, u16 *value)
{
	read_config((struct pci_dev *)dev, where, value, 2);
	return 0;
}

int pci_read_config_dword(const struct pci_dev *dev, int where, u32 *value)
{
	read_config((struct pci_dev *)dev, where, value, 4);
	return 0;
}

int pci_write_config_byte(const struct pci_dev *dev, int where, u8 value)
{
	write_config((struct pci_dev *)dev, where, value, 1);
	return 0;
}

int pci_write_config_word(const struct pci_dev *dev, int where, u16 value)
{
	write_config((struct pci_dev *)dev, where, value, 2);
	return 0;
}

int pci_write_config_dword(const struct pci_dev *dev, int where, u32 value)
{
	write_config((struct pci_dev *)dev, where, value, 4);
	return 0;
}

int pci_user_read_config_word(struct pci_dev *dev, int where, u16 *value)
{
	return pci_read_config_word(dev, where, value);
}

int pci_user_write_config_word(struct pci_dev *dev, int where, u16 value)
{
	return pci_write_config_word(dev, where, value);
}

int pcie_capability_read_dword(struct pci_dev *dev, int where, u32 *value)
{
	*value = 0;
	return 0;
}

/* --- the rest of a device that always works -------------------------------- */

int pci_enable_device(struct pci_dev *dev)
{
	atomic_inc(&dev->enable_cnt);
	return 0;
}

void pci_disable_device(struct pci_dev *dev)
{
	atomic_dec(&dev->enable_cnt);
}

void pci_set_master(struct pci_dev *dev)
{
}

void pci_clear_master(struct pci_dev *dev)
{
}

void pci_intx(struct pci_dev *dev, int enable)
{
}

int pci_save_state(struct pci_dev *dev)
{
	return 0;
}

void pci_restore_state(struct pci_dev *dev)
{
}

struct pci_saved_state *pci_store_saved_state(struct pci_dev *dev)
{
	return kzalloc(64, GFP_KERNEL);
}

int pci_load_and_free_saved_state(struct pci_dev *dev, struct pci_saved_state **state)
{
	kfree(*state);
	*state = NULL;
	return 0;
}

int pci_load_saved_state(struct pci_dev *dev, struct pci_saved_state *state)
{
	return 0;
}

int pci_request_selected_regions(struct pci_dev *dev, int bars, const char *name)
{
	return 0;
}

void pci_release_selected_regions(struct pci_dev *dev, int bars)
{
}

void __iomem *pci_iomap(struct pci_dev *dev, int bar, unsigned long max)
{
	return (void __iomem *)hf->alloc(16, 16, HF_FRAME);
}

void pci_iounmap(struct pci_dev *dev, void __iomem *address)
{
	hf->free((void *)address, HF_FRAME);
}

int pci_probe_reset_slot(struct pci_slot *slot)
{
	return -ENOTTY;
}

int pci_probe_reset_bus(struct pci_bus *bus)
{
	return 0;
}

struct pci_driver *pci_dev_driver(const struct pci_dev *dev)
{
	return dev->dev.driver ? container_of(dev->dev.driver, struct pci_driver, driver) : NULL;
}

void pci_dev_put(struct pci_dev *dev)
{
}

struct pci_dev *pci_dev_get(struct pci_dev *dev)
{
	return dev;
}

int pci_dev_trylock(struct pci_dev *dev)
{
	return mutex_trylock(&dev->dev.mutex);
}

void pci_dev_unlock(struct pci_dev *dev)
{
	mutex_unlock(&dev->dev.mutex);
}

void pci_walk_bus(struct pci_bus *top, int (*call)(struct pci_dev *, void *), void *data)
{
	struct pci_dev *dev;

	list_for_each_entry(dev, &top->devices, bus_list)
		if (call(dev, data))
			break;
}

unsigned char pci_bus_max_busnr(struct pci_bus *bus)
{
	return bus->number;
}
