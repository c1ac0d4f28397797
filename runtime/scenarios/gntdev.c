// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The real Xen grant device: a program reserves grants, maps them, unmaps them
 * and closes. The hypervisor grants whatever it is asked for, at once. That user
 * memory is read and written by the ioctl counts as a fault, hence as mmap_lock.
 *
 * holdfast-object: drivers/xen/gntdev.o
 * holdfast-config: CONFIG_HYPERVISOR_GUEST=y
 * holdfast-config: CONFIG_PARAVIRT=y
 * holdfast-config: CONFIG_X86_X2APIC=y
 * holdfast-config: CONFIG_XEN=y
 * holdfast-config: CONFIG_XEN_GNTDEV=y
 * holdfast-config: CONFIG_SPARSEMEM_VMEMMAP=y
 */
#include <linux/file.h>
#include <xen/features.h>
#include <xen/grant_table.h>
#include <xen/gntdev.h>

#include "mm.h"
#include "scenario.h"

#define GRANTS 1

/* --- the hypervisor ------------------------------------------------------------ */

u8 xen_features[XENFEAT_NR_SUBMAPS * 32];

int gnttab_alloc_pages(int count, struct page **pages)
{
	return 0;
}

void gnttab_free_pages(int count, struct page **pages)
{
}

int gnttab_map_refs(struct gnttab_map_grant_ref *ops, struct gnttab_map_grant_ref *kernel_ops,
		    struct page **pages, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		ops[i].status = GNTST_okay;
		ops[i].handle = i;
	}
	return 0;
}

void gnttab_unmap_refs_async(struct gntab_unmap_queue_data *item)
{
	unsigned int i;

	for (i = 0; i < item->count; i++)
		item->unmap_ops[i].status = GNTST_okay;
	item->done(0, item);
}

int vm_map_pages_zero(struct vm_area_struct *vma, struct page **pages, unsigned long count)
{
	return 0;
}

/* --- what a program does -------------------------------------------------------- */

static struct file *file;

static void begin(void)
{
	const struct file_operations *ops = hf->find_object("gntdev_fops");
	struct inode *inode = hf_inode_new();

	hf_require(ops && ops->open && ops->mmap && ops->unlocked_ioctl);
	hf_mm_use(hf_mm_new());
	file = hf_file_new(inode, ops, NULL);
	hf_require(!ops->open(inode, file));
	hf_syscall_end("open");
}

static void end(void)
{
	hf_join_all();
	if (current->mm)
		mmput(current->mm);
	fput(file);
	hf_syscall_end("close");
}

/* Returns the page offset at which the grants can be mapped. */
static unsigned long reserve(void)
{
	struct ioctl_gntdev_map_grant_ref request = { .count = GRANTS };
	long error = file->f_op->unlocked_ioctl(file, IOCTL_GNTDEV_MAP_GRANT_REF,
						(unsigned long)&request);

	hf_syscall_end("ioctl");
	hf_expect("grants", !error, "grants cannot be reserved: %ld", error);
	return request.index >> PAGE_SHIFT;
}

static void map_and_unmap(unsigned long pgoff)
{
	long start = hf_mmap(file, GRANTS << PAGE_SHIFT, VM_READ | VM_WRITE | VM_SHARED, pgoff);

	hf_syscall_end("mmap");
	hf_expect("mapped", start > 0, "reserved grants cannot be mapped: %ld", start);
	if (start > 0)
		hf_munmap(start, GRANTS << PAGE_SHIFT);
	hf_syscall_end("munmap");
}

static void lifecycle(void)
{
	begin();
	map_and_unmap(reserve());
	end();
}

static void reserve_task(void *unused)
{
	reserve();
}

static void race_map_reserve(void)
{
	unsigned long pgoff;

	begin();
	pgoff = reserve();
	hf_spawn("reserve", current->mm, reserve_task, NULL);
	map_and_unmap(pgoff);
	end();
}

HF_SCENARIOS({ "lifecycle", "reserve grants, map them, unmap them, close", lifecycle },
	     { "race-map-reserve", "one task maps while another reserves", race_map_reserve,
	       HF_CONCURRENT });
