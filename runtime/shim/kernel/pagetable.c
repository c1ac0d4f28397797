// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What drivers call to fill and clear page tables. The contracts are the tree's:
 * remap_pfn_range() changes vm_flags through the tree's own vm_flags_set(), so
 * whatever that asserts in this release is asserted here, by the tree's code.
 * Releases before 6.3 assert nothing; there the contract of later ones is checked
 * and reported as theirs.
 */
#include "mm.h"
#include "mm_model.h"

void hf_zap(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct mm_struct *mm = vma->vm_mm;

	spin_lock(&mm->page_table_lock);
	hf->map_clear(mm, start, end);
	spin_unlock(&mm->page_table_lock);
}

/* Returns false if something is mapped there already. */
static bool insert(struct vm_area_struct *vma, unsigned long address, unsigned long pfn,
		   unsigned order)
{
	const struct vm_operations_struct *ops = vma->vm_ops;
	bool notify = ops && (ops->page_mkwrite || ops->pfn_mkwrite);
	struct hf_pte pte = { address, pfn, order, (vma->vm_flags & VM_WRITE) && !notify };
	bool done;

	spin_lock(&vma->vm_mm->page_table_lock);
	done = hf->map_set(vma->vm_mm, &pte);
	spin_unlock(&vma->vm_mm->page_table_lock);
	return done;
}

static void set_pfnmap(struct vm_area_struct *vma)
{
	unsigned long flags = VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP;

#if SINCE(6, 3)
	vm_flags_set(vma, flags);
#else
	if (!lock_is_held_type(&vma->vm_mm->mmap_lock.dep_map, 0))
		hf_fail(HF_FAIL_CONTRACT, "mmap-write-in-fault",
			"remap_pfn_range() changes vma->vm_flags with mmap_lock not held for "
			"write; %d.%d does not check this, 6.3 asserts it in vm_flags_set() and "
			"6.10 warns",
			LINUX_VERSION_MAJOR, LINUX_VERSION_PATCHLEVEL);
	vma->vm_flags |= flags;
#endif
}

int remap_pfn_range(struct vm_area_struct *vma, unsigned long address, unsigned long pfn,
		    unsigned long size, pgprot_t prot)
{
	unsigned long end = address + PAGE_ALIGN(size);

	if (WARN_ON_ONCE(!PAGE_ALIGNED(address)))
		return -EINVAL;
	set_pfnmap(vma);
	for (; address < end; address += PAGE_SIZE, pfn++)
		if (!insert(vma, address, pfn, 0))
			hf_fail(HF_FAIL_PROPERTY, "insert-once",
				"remap_pfn_range() over a page that is mapped already (mm has a "
				"BUG_ON for this)");
	hf->checked("insert-once");
	return 0;
}

int vm_iomap_memory(struct vm_area_struct *vma, phys_addr_t start, unsigned long length)
{
	unsigned long pfn = (start >> PAGE_SHIFT) + vma->vm_pgoff;

	if ((start & ~PAGE_MASK) + length > ((u64)vma->vm_pgoff << PAGE_SHIFT) +
					     PAGE_ALIGN(vma->vm_end - vma->vm_start) &&
	    vma->vm_pgoff > (PAGE_ALIGN(length) >> PAGE_SHIFT))
		return -EINVAL;
	return remap_pfn_range(vma, vma->vm_start, pfn, vma->vm_end - vma->vm_start,
			       vma->vm_page_prot);
}

static vm_fault_t insert_pfn(struct vm_area_struct *vma, unsigned long address,
			     unsigned long pfn, unsigned order, const char *function)
{
	if (!(vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP))) {
		hf_fail(HF_FAIL_PROPERTY, "pfnmap-flags",
			"%s() on a vma without VM_PFNMAP (mm has a BUG_ON for this)", function);
		return VM_FAULT_SIGBUS;
	}
	if (address < vma->vm_start || address + (PAGE_SIZE << order) > vma->vm_end)
		return VM_FAULT_SIGBUS;
	insert(vma, address, pfn, order); /* mapped already: the other fault won */
	hf->checked("insert-once");
	return VM_FAULT_NOPAGE;
}

vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long address,
			  unsigned long pfn)
{
	return insert_pfn(vma, address, pfn, 0, "vmf_insert_pfn");
}

vm_fault_t vmf_insert_pfn_prot(struct vm_area_struct *vma, unsigned long address,
			       unsigned long pfn, pgprot_t prot)
{
	return insert_pfn(vma, address, pfn, 0, "vmf_insert_pfn_prot");
}

#if SINCE(6, 17)
#define PFN_ARGUMENT unsigned long
#define PFN_OF(pfn) (pfn)
#else
#include <linux/pfn_t.h>
#define PFN_ARGUMENT pfn_t
#define PFN_OF(pfn) pfn_t_to_pfn(pfn)
#endif

#if SINCE(6, 8)
vm_fault_t vmf_insert_pfn_pmd(struct vm_fault *vmf, PFN_ARGUMENT pfn, bool write)
#else
vm_fault_t vmf_insert_pfn_pmd_prot(struct vm_fault *vmf, PFN_ARGUMENT pfn, pgprot_t prot,
				   bool write)
#endif
{
	return insert_pfn(vmf->vma, vmf->address & PMD_MASK, PFN_OF(pfn),
			  PMD_SHIFT - PAGE_SHIFT, "vmf_insert_pfn_pmd");
}

#if SINCE(6, 8)
vm_fault_t vmf_insert_pfn_pud(struct vm_fault *vmf, PFN_ARGUMENT pfn, bool write)
#else
vm_fault_t vmf_insert_pfn_pud_prot(struct vm_fault *vmf, PFN_ARGUMENT pfn, pgprot_t prot,
				   bool write)
#endif
{
	return insert_pfn(vmf->vma, vmf->address & PUD_MASK, PFN_OF(pfn),
			  PUD_SHIFT - PAGE_SHIFT, "vmf_insert_pfn_pud");
}

int vm_insert_page(struct vm_area_struct *vma, unsigned long address, struct page *page)
{
	if (!(vma->vm_flags & VM_MIXEDMAP)) {
#if SINCE(6, 3)
		vm_flags_set(vma, VM_MIXEDMAP);
#else
		vma->vm_flags |= VM_MIXEDMAP;
#endif
	}
	return insert(vma, address, page_to_pfn(page), 0) ? 0 : -EBUSY;
}

void zap_vma_ptes(struct vm_area_struct *vma, unsigned long address, unsigned long size)
{
	if (address >= vma->vm_start && address + size <= vma->vm_end &&
	    (vma->vm_flags & VM_PFNMAP))
		hf_zap(vma, address, address + size);
}

static void zap_pages(struct vm_area_struct *vma, pgoff_t first, pgoff_t last)
{
	pgoff_t start = max(first, vma->vm_pgoff);
	pgoff_t end = min(last, vma->vm_pgoff + vma_pages(vma) - 1);

	if (start <= end)
		hf_zap(vma, vma->vm_start + ((start - vma->vm_pgoff) << PAGE_SHIFT),
		       vma->vm_start + ((end - vma->vm_pgoff + 1) << PAGE_SHIFT));
}

void unmap_mapping_range(struct address_space *mapping, loff_t const start,
			 loff_t const length, int even_cows)
{
	pgoff_t first = start >> PAGE_SHIFT;
	pgoff_t last = length ? first + ((length + PAGE_SIZE - 1) >> PAGE_SHIFT) - 1 : ULONG_MAX;
	struct hf_vma *v;

	i_mmap_lock_read(mapping);
	list_for_each_entry(v, &hf_all_vmas, in_all)
		if (v->vma.vm_file->f_mapping == mapping)
			zap_pages(&v->vma, first, last);
	i_mmap_unlock_read(mapping);
}
