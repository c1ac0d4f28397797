/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The small mm's own structures, for its own files. */
#ifndef HOLDFAST_SHIM_KERNEL_MM_MODEL_H
#define HOLDFAST_SHIM_KERNEL_MM_MODEL_H

#include "mm.h"

struct hf_vma {
	struct vm_area_struct vma;
#if defined(CONFIG_PER_VMA_LOCK) && !SINCE(6, 15)
	struct vma_lock lock;
#endif
	struct list_head in_mm, in_all;
	struct rcu_head rcu; /* a fault may look at a vma that is being removed */
};

struct hf_mm {
	struct list_head vmas;
	unsigned long next; /* address that the next mapping gets */
	struct mm_struct mm; /* last: it ends in a flexible array */
};

static inline struct hf_mm *hf_mm_of(struct mm_struct *mm)
{
	return container_of(mm, struct hf_mm, mm);
}

extern struct list_head hf_all_vmas;
struct hf_vma *hf_find_vma(struct mm_struct *mm, unsigned long address);
/* Clears the page table entries of a range of the vma. */
void hf_zap(struct vm_area_struct *vma, unsigned long start, unsigned long end);

#endif
