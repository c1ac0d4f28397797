// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/version.h>

#include "window.h"

static struct window the_window = {
	.lock = __MUTEX_INITIALIZER(the_window.lock),
	.base = 0xfe000000,
	.size = 1 << 20,
};

static vm_fault_t window_fault(struct vm_fault *vmf)
{
	struct window *w = vmf->vma->vm_private_data;
	vm_fault_t ret = VM_FAULT_SIGBUS;

	mutex_lock(&w->lock);
	if (w->enabled)
		ret = window_map_page(w, vmf);
	mutex_unlock(&w->lock);
	return ret;
}

static const struct vm_operations_struct window_vm_ops = {
	.fault = window_fault,
};

static int window_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_end - vma->vm_start > the_window.size)
		return -EINVAL;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_set(vma, VM_PFNMAP | VM_IO | VM_DONTEXPAND);
#else
	vma->vm_flags |= VM_PFNMAP | VM_IO | VM_DONTEXPAND;
#endif
	vma->vm_private_data = &the_window;
	vma->vm_ops = &window_vm_ops;
	return 0;
}

static long window_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct window *w = &the_window;

	mutex_lock(&w->lock);
	if (cmd != 0) {
		mutex_unlock(&w->lock);
		return -ENOTTY;
	}
	w->enabled = arg != 0;
	mutex_unlock(&w->lock);
	return 0;
}

static const struct file_operations window_fops = {
	.owner = THIS_MODULE,
	.mmap = window_mmap,
	.unlocked_ioctl = window_ioctl,
};

static struct miscdevice window_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "window",
	.fops = &window_fops,
};

module_misc_device(window_misc);
MODULE_DESCRIPTION("A window of memory, to be mapped");
MODULE_LICENSE("GPL");
