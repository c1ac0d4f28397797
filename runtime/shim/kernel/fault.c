// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults: how the kernel enters a driver's handlers, and holding what.
 *
 * Where the tree has per-vma locks a fault is first tried under the vma's lock
 * alone. huge_fault is called like that; fault only if the driver also has
 * map_pages, else the fault is retried with mmap_lock for read. A huge page is
 * tried where an aligned range fits into the vma with nothing mapped in it.
 */
#include <linux/pagemap.h>

#include "mm.h"
#include "mm_model.h"
#include "pci.h"

unsigned long hf_faults;

/* A handler that asks for a retry has dropped the lock it was entered with. */
static void returned(const char *handler, unsigned depth, vm_fault_t result)
{
	if (result & (VM_FAULT_RETRY | VM_FAULT_COMPLETED))
		depth--;
	hf->returned(handler, depth, HF_FRAME);
}

#if SINCE(6, 6)
static bool can_be_huge(struct vm_area_struct *vma, unsigned long address, unsigned order)
{
	unsigned long size = PAGE_SIZE << order, start = address & ~(size - 1);

	if (!IS_ALIGNED((vma->vm_start >> PAGE_SHIFT) - vma->vm_pgoff, size >> PAGE_SHIFT))
		return false;
	if (start < vma->vm_start || start + size > vma->vm_end)
		return false;
	return !hf->map_count(vma->vm_mm, start, start + size);
}

static vm_fault_t huge_fault(struct vm_fault *vmf, unsigned order)
{
	unsigned depth = hf->held_depth();
	vm_fault_t result;

	if (!vmf->vma->vm_ops->huge_fault || !can_be_huge(vmf->vma, vmf->address, order))
		return VM_FAULT_FALLBACK;
	hf_faults++;
	result = vmf->vma->vm_ops->huge_fault(vmf, order);
	if (result & VM_FAULT_FALLBACK)
		hf_faults--; /* goes on as a fault of the next size */
	returned("vm_ops->huge_fault", depth, result);
	return result;
}
#endif

static vm_fault_t page_fault(struct vm_fault *vmf)
{
	const struct vm_operations_struct *ops = vmf->vma->vm_ops;
	unsigned depth = hf->held_depth();
	vm_fault_t result;

	if (!ops || !ops->fault)
		return VM_FAULT_SIGBUS;
#ifdef CONFIG_PER_VMA_LOCK
	if ((vmf->flags & FAULT_FLAG_VMA_LOCK) && !ops->map_pages) {
		vma_end_read(vmf->vma);
		return VM_FAULT_RETRY;
	}
#endif
	hf_faults++;
	result = ops->fault(vmf);
	returned("vm_ops->fault", depth, result);
	return result;
}

/* The handler left a page for mm to map; it may have to be made writable. */
static vm_fault_t finish(struct vm_fault *vmf, vm_fault_t result)
{
	struct vm_area_struct *vma = vmf->vma;
	bool shared_write = (vmf->flags & FAULT_FLAG_WRITE) && (vma->vm_flags & VM_SHARED);
	struct hf_pte pte = { vmf->address, page_to_pfn(vmf->page), 0, shared_write };

	if (shared_write && vma->vm_ops->page_mkwrite) {
		unsigned depth = hf->held_depth();

		result = vma->vm_ops->page_mkwrite(vmf);
		hf->returned("vm_ops->page_mkwrite", depth, HF_FRAME);
		if (result & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY))
			return result;
	}
	spin_lock(&vma->vm_mm->page_table_lock);
	hf->map_set(vma->vm_mm, &pte);
	spin_unlock(&vma->vm_mm->page_table_lock);
	return VM_FAULT_NOPAGE;
}

static vm_fault_t fault_in(struct vm_area_struct *vma, unsigned long address, unsigned flags)
{
	struct vm_fault vmf = {
		.vma = vma,
		.address = address & PAGE_MASK,
		.real_address = address,
		.pgoff = linear_page_index(vma, address),
		.gfp_mask = GFP_KERNEL,
		.flags = flags,
	};
	vm_fault_t result;

#if SINCE(6, 6)
	pud_t pud = {};
	pmd_t pmd = {};

	vmf.pud = &pud;
	vmf.pmd = &pmd;
	result = huge_fault(&vmf, PUD_ORDER);
	if (!(result & VM_FAULT_FALLBACK))
		return result;
	result = huge_fault(&vmf, PMD_ORDER);
	if (!(result & VM_FAULT_FALLBACK))
		return result;
#endif
	result = page_fault(&vmf);
	if (!(result & (VM_FAULT_ERROR | VM_FAULT_NOPAGE | VM_FAULT_RETRY)) && vmf.page)
		result = finish(&vmf, result);
	return result;
}

static struct vm_area_struct *find(struct mm_struct *mm, unsigned long address)
{
	struct hf_vma *v = hf_find_vma(mm, address);

	return v ? &v->vma : NULL;
}

/* A store to what is mapped for reading only. */
static vm_fault_t write_protect_fault(struct vm_area_struct *vma, unsigned long address)
{
	struct vm_fault vmf = { .vma = vma, .address = address & PAGE_MASK,
				.real_address = address,
				.pgoff = linear_page_index(vma, address),
				.flags = FAULT_FLAG_WRITE };
	unsigned depth = hf->held_depth();
	vm_fault_t result = 0;
	struct hf_pte pte;

	if (vma->vm_ops && vma->vm_ops->pfn_mkwrite) {
		hf_faults++;
		result = vma->vm_ops->pfn_mkwrite(&vmf);
		hf->returned("vm_ops->pfn_mkwrite", depth, HF_FRAME);
	}
	if (result & (VM_FAULT_ERROR | VM_FAULT_RETRY))
		return result;
	spin_lock(&vma->vm_mm->page_table_lock);
	if (hf->map_get(vma->vm_mm, address, &pte)) {
		hf->map_clear(vma->vm_mm, pte.address, pte.address + PAGE_SIZE);
		pte.writable = 1;
		hf->map_set(vma->vm_mm, &pte);
	}
	spin_unlock(&vma->vm_mm->page_table_lock);
	return VM_FAULT_NOPAGE;
}

static vm_fault_t fault_once(struct mm_struct *mm, unsigned long address, bool write,
			     bool present)
{
	unsigned flags = FAULT_FLAG_DEFAULT | FAULT_FLAG_USER | (write ? FAULT_FLAG_WRITE : 0);
	struct vm_area_struct *vma;
	vm_fault_t result;

#ifdef CONFIG_PER_VMA_LOCK
	rcu_read_lock();
	vma = present ? NULL : find(mm, address);
	if (vma && !vma_start_read(vma))
		vma = NULL;
	if (vma && find(mm, address) != vma) { /* removed before it was locked */
		vma_end_read(vma);
		vma = NULL;
	}
	rcu_read_unlock();
	if (vma) {
		result = fault_in(vma, address, flags | FAULT_FLAG_VMA_LOCK);
		if (!(result & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
			vma_end_read(vma);
		if (!(result & VM_FAULT_RETRY))
			return result;
	}
#endif
	mmap_read_lock(mm);
	vma = find(mm, address);
	if (!vma)
		result = VM_FAULT_SIGSEGV;
	else if (present)
		result = write_protect_fault(vma, address);
	else
		result = fault_in(vma, address, flags);
	if (!(result & (VM_FAULT_RETRY | VM_FAULT_COMPLETED)))
		mmap_read_unlock(mm);
	return result;
}

int hf_touch(unsigned long address, bool write)
{
	struct mm_struct *mm = current->mm;
	vm_fault_t result;
	struct hf_pte pte;

	for (;;) {
		bool present;

		hf_point(HF_OP_MEMORY, &hf_bars_enabled, 0);
		present = hf->map_get(mm, address, &pte);
		if (present && (pte.writable || !write)) {
			hf_bar_access(pte.pfn + ((address - pte.address) >> PAGE_SHIFT));
			return 0;
		}
		result = fault_once(mm, address, write, present);
		if (result & VM_FAULT_RETRY)
			hf_yield();
		if (result & VM_FAULT_OOM)
			return -ENOMEM;
		if (result & VM_FAULT_ERROR)
			return -EFAULT;
	}
}
