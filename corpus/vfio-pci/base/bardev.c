// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of locks is mmap_lock, vma_lock, memory_lock. A fault arrives with
 * mmap_lock held; whoever takes the BARs away must therefore find an mm under
 * vma_lock, drop that, and come back with the mm's mmap_lock, until no mapping
 * is left; only then may it keep memory_lock for writing.
 */
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "bardev.h"

struct mapping_of {
	struct list_head link;
	struct vm_area_struct *vma;
};

static void forget(struct mapping_of *m)
{
	list_del(&m->link);
	kfree(m);
}

static struct mapping_of *find(struct bardev *dev, struct vm_area_struct *vma)
{
	struct mapping_of *m;

	list_for_each_entry(m, &dev->mapped, link)
		if (m->vma == vma)
			return m;
	return NULL;
}

/* An mm that still has a mapping, with a reference; vma_lock is held. */
static struct mm_struct *some_mm(struct bardev *dev)
{
	struct mapping_of *m;

	while ((m = list_first_entry_or_null(&dev->mapped, struct mapping_of, link))) {
		struct mm_struct *mm = m->vma->vm_mm;

		if (mmget_not_zero(mm))
			return mm;
		forget(m);
	}
	return NULL;
}

static void zap_in(struct bardev *dev, struct mm_struct *mm)
{
	struct mapping_of *m, *next;

	mmap_read_lock(mm);
	mutex_lock(&dev->vma_lock);
	list_for_each_entry_safe(m, next, &dev->mapped, link) {
		struct vm_area_struct *vma = m->vma;

		if (vma->vm_mm != mm)
			continue;
		zap_vma_ptes(vma, vma->vm_start, vma->vm_end - vma->vm_start);
		forget(m);
	}
	mutex_unlock(&dev->vma_lock);
	mmap_read_unlock(mm);
}

/* Nobody accesses a BAR from here on until memory_lock is released. */
static void take_memory(struct bardev *dev)
{
	struct mm_struct *mm;

	mutex_lock(&dev->vma_lock);
	while ((mm = some_mm(dev))) {
		mutex_unlock(&dev->vma_lock);
		zap_in(dev, mm);
		mmput(mm);
		mutex_lock(&dev->vma_lock);
	}
	down_write(&dev->memory_lock);
	mutex_unlock(&dev->vma_lock);
}

static void give_memory(struct bardev *dev)
{
	up_write(&dev->memory_lock);
}

static bool accessible(struct bardev *dev)
{
	return dev->memory_on && !dev->low_power;
}

/* --- mappings ---------------------------------------------------------------- */

static unsigned long first_pfn(struct bardev *dev, struct vm_area_struct *vma)
{
	return (pci_resource_start(dev->pdev, 0) >> PAGE_SHIFT) + vma->vm_pgoff;
}

static int map_all(struct bardev *dev, struct vm_area_struct *vma)
{
	struct mapping_of *m = kmalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return -ENOMEM;
	if (io_remap_pfn_range(vma, vma->vm_start, first_pfn(dev, vma),
			       vma->vm_end - vma->vm_start, vma->vm_page_prot)) {
		kfree(m);
		return -EFAULT;
	}
	m->vma = vma;
	list_add(&m->link, &dev->mapped);
	return 0;
}

static vm_fault_t bardev_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct bardev *dev = vma->vm_private_data;
	vm_fault_t result = VM_FAULT_SIGBUS;

	mutex_lock(&dev->vma_lock);
	down_read(&dev->memory_lock);
	if (accessible(dev)) {
		/* Two tasks may fault at a time: the first one maps it all. */
		result = VM_FAULT_NOPAGE;
		if (!find(dev, vma) && map_all(dev, vma))
			result = VM_FAULT_SIGBUS;
	}
	up_read(&dev->memory_lock);
	mutex_unlock(&dev->vma_lock);
	return result;
}

/* A copy starts out empty, so that the list knows all that is mapped. */
static void bardev_vma_open(struct vm_area_struct *vma)
{
	zap_vma_ptes(vma, vma->vm_start, vma->vm_end - vma->vm_start);
}

static void bardev_vma_close(struct vm_area_struct *vma)
{
	struct bardev *dev = vma->vm_private_data;
	struct mapping_of *m;

	mutex_lock(&dev->vma_lock);
	m = find(dev, vma);
	if (m)
		forget(m);
	mutex_unlock(&dev->vma_lock);
}

static const struct vm_operations_struct bardev_vm_ops = {
	.open = bardev_vma_open,
	.close = bardev_vma_close,
	.fault = bardev_fault,
};

static int bardev_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct bardev *dev = file->private_data;
	unsigned long pages = pci_resource_len(dev->pdev, 0) >> PAGE_SHIFT;

	if (!(vma->vm_flags & VM_SHARED) || vma->vm_pgoff + vma_pages(vma) > pages)
		return -EINVAL;
	vma->vm_private_data = dev;
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	vma->vm_ops = &bardev_vm_ops;
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	return 0;
}

/* --- the rest of the file ------------------------------------------------------ */

static long set_memory(struct bardev *dev, bool on)
{
	u16 command;

	take_memory(dev);
	pci_read_config_word(dev->pdev, PCI_COMMAND, &command);
	command = on ? command | PCI_COMMAND_MEMORY : command & ~PCI_COMMAND_MEMORY;
	pci_write_config_word(dev->pdev, PCI_COMMAND, command);
	dev->memory_on = on;
	give_memory(dev);
	return 0;
}

static long set_low_power(struct bardev *dev, bool on)
{
	take_memory(dev);
	dev->low_power = on;
	pci_set_power_state(dev->pdev, on ? PCI_D3hot : PCI_D0);
	give_memory(dev);
	return 0;
}

static long reset(struct bardev *dev)
{
	long result;

	take_memory(dev);
	result = pci_try_reset_function(dev->pdev);
	give_memory(dev);
	return result;
}

static long bardev_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	struct bardev *dev = file->private_data;

	switch (command) {
	case BARDEV_RESET:
		return reset(dev);
	case BARDEV_MEMORY:
		return set_memory(dev, argument);
	case BARDEV_LOW_POWER:
		return set_low_power(dev, argument);
	default:
		return -ENOTTY;
	}
}

const struct file_operations bardev_fops = {
	.mmap = bardev_mmap,
	.unlocked_ioctl = bardev_ioctl,
};

int bardev_open(struct bardev *dev, struct file *file)
{
	file->private_data = dev;
	return 0;
}

struct bardev *bardev_probe(struct pci_dev *pdev)
{
	struct bardev *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return NULL;
	dev->pdev = pdev;
	dev->memory_on = true;
	mutex_init(&dev->vma_lock);
	INIT_LIST_HEAD(&dev->mapped);
	init_rwsem(&dev->memory_lock);
	return dev;
}

void bardev_remove(struct bardev *dev)
{
	kfree(dev);
}
