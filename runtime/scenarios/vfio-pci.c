// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The real vfio-pci core. What vfio's own core does for it (opening, device
 * sets, the pm reference around an ioctl) is played here.
 *
 * holdfast-object: drivers/vfio/pci/vfio_pci_core.o
 * holdfast-object: drivers/vfio/pci/vfio_pci_config.o
 * holdfast-plays: bar-device.c
 */
#include <linux/pm_runtime.h>
#include <linux/vfio.h>
#include <linux/vfio_pci_core.h>

#include "bar-device.h"

#define PGOFF(index) ((unsigned long)(index) << (VFIO_PCI_OFFSET_SHIFT - PAGE_SHIFT))

int vfio_pci_init_perm_bits(void);

static struct vfio_device_set device_set;
static struct vfio_pci_core_device *device;

/* --- vfio's core ------------------------------------------------------------- */

int vfio_assign_device_set(struct vfio_device *vdev, void *id)
{
	mutex_init(&device_set.lock);
	INIT_LIST_HEAD(&device_set.device_list);
	device_set.set_id = id;
	device_set.device_count = 1;
	vdev->dev_set = &device_set;
	list_add_tail(&vdev->dev_set_list, &device_set.device_list);
	return 0;
}

unsigned int vfio_device_set_open_count(struct vfio_device_set *set)
{
	return 1;
}

int vfio_register_group_dev(struct vfio_device *vdev)
{
	return 0;
}

void vfio_unregister_group_dev(struct vfio_device *vdev)
{
}

/* Releases before 6.2: the object goes with its last reference. */
void vfio_free_device(struct vfio_device *vdev)
{
	kfree(vdev);
}

bool vfio_file_is_group(struct file *group)
{
	return true;
}

bool vfio_file_has_dev(struct file *group, struct vfio_device *vdev)
{
	return true;
}

struct vfio_device *vfio_find_device_in_devset(struct vfio_device_set *set, struct device *dev)
{
	return device->vdev.dev == dev ? &device->vdev : NULL;
}

/* No interrupts are in use: nothing to tear down. */
int vfio_pci_set_irqs_ioctl(struct vfio_pci_core_device *vdev, uint32_t flags,
			    unsigned index, unsigned start, unsigned count, void *data)
{
	return 0;
}

int bus_register_notifier(
#if SINCE(6, 4)
	const
#endif
	struct bus_type *bus, struct notifier_block *block)
{
	return 0;
}

int bus_unregister_notifier(
#if SINCE(6, 4)
	const
#endif
	struct bus_type *bus, struct notifier_block *block)
{
	return 0;
}

/* The group file that a hot reset names. */
static struct file *group;

struct file *fget(unsigned int fd)
{
	return get_file(group);
}

/* --- the driver and its file ---------------------------------------------------- */

void bar_probe(struct pci_dev *pdev)
{
	hf_require(!vfio_pci_init_perm_bits());
	device = kzalloc(sizeof(*device), GFP_KERNEL);
	device->vdev.dev = &pdev->dev;
	dev_set_drvdata(&pdev->dev, device);
	hf_require(!vfio_pci_core_init_dev(&device->vdev));
	device_lock(&pdev->dev);
	hf_require(!vfio_pci_core_register_device(device));
	device_unlock(&pdev->dev);
}

void bar_remove(struct pci_dev *pdev)
{
	device_lock(&pdev->dev);
	vfio_pci_core_unregister_device(device);
	device_unlock(&pdev->dev);
	vfio_pci_core_release_dev(&device->vdev);
}

static int file_mmap(struct file *file, struct vm_area_struct *vma)
{
	return vfio_pci_core_mmap(file->private_data, vma);
}

static int file_release(struct inode *inode, struct file *file)
{
	mutex_lock(&device_set.lock);
	vfio_pci_core_close_device(&device->vdev);
	device->vdev.open_count--;
	mutex_unlock(&device_set.lock);
	return 0;
}

static const struct file_operations file_ops = {
	.mmap = file_mmap,
	.release = file_release,
};
static const struct file_operations group_ops;

struct file *bar_open(struct pci_dev *pdev)
{
	struct inode *inode = hf_inode_new();

	group = hf_file_new(inode, &group_ops, NULL);
#if SINCE(6, 10)
	device->vdev.inode = inode;
#endif
	mutex_lock(&device_set.lock);
	hf_require(!vfio_pci_core_enable(device));
	vfio_pci_core_finish_enable(device);
	device->vdev.open_count++;
	mutex_unlock(&device_set.lock);
	return hf_file_new(inode, &file_ops, &device->vdev);
}

unsigned long bar_pgoff(void)
{
	return PGOFF(VFIO_PCI_BAR0_REGION_INDEX);
}

/* --- its system calls ------------------------------------------------------------ */

static long ioctl(struct file *file, unsigned command, void *argument)
{
	struct vfio_device *vdev = file->private_data;
	long result;

	pm_runtime_resume_and_get(vdev->dev);
	result = vfio_pci_core_ioctl(vdev, command, (unsigned long)argument);
	pm_runtime_put(vdev->dev);
	return result;
}

long bar_reset(struct file *file)
{
	return ioctl(file, VFIO_DEVICE_RESET, NULL);
}

long bar_hot_reset(struct file *file)
{
	struct {
		struct vfio_pci_hot_reset head;
		__s32 fd;
	} reset = { { .argsz = sizeof(reset), .count = 1 }, 3 };

	return ioctl(file, VFIO_DEVICE_PCI_HOT_RESET, &reset);
}

long bar_set_memory(struct file *file, bool enabled)
{
	loff_t at = ((loff_t)VFIO_PCI_CONFIG_REGION_INDEX << VFIO_PCI_OFFSET_SHIFT) + PCI_COMMAND;
	u16 command = enabled ? PCI_COMMAND_MEMORY : 0;
	ssize_t n = vfio_pci_core_write(file->private_data, (void __user *)&command, 2, &at);

	return n == 2 ? 0 : -EIO;
}

long bar_low_power(struct file *file, bool enter)
{
	struct vfio_device *vdev = file->private_data;
	u32 feature = enter ? VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY :
			      VFIO_DEVICE_FEATURE_LOW_POWER_EXIT;
	long result;

	pm_runtime_resume_and_get(vdev->dev);
	result = vfio_pci_core_ioctl_feature(vdev, VFIO_DEVICE_FEATURE_SET | feature, NULL, 0);
	pm_runtime_put(vdev->dev);
	return result;
}
