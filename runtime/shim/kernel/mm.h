/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small mm that scenarios drive: what a process can do to a mapping. Each
 * function takes the locks that the kernel takes around the driver's callbacks,
 * in the kernel's order, through the tree's own inlines.
 */
#ifndef HOLDFAST_SHIM_KERNEL_MM_H
#define HOLDFAST_SHIM_KERNEL_MM_H

#include <linux/fs.h>

#include "shim.h"

/* A file over an inode of its own, or over that of another file. */
struct inode *hf_inode_new(void);
struct file *hf_file_new(struct inode *inode, const struct file_operations *ops,
			 void *private_data);

/* An address space with no mapping; current's from hf_mm_use() on. */
struct mm_struct *hf_mm_new(void);
void hf_mm_use(struct mm_struct *mm);

/* All act on current->mm. Addresses and lengths are whole pages; `flags` are
 * VM_READ, VM_WRITE and VM_SHARED. Errors are negative, as the kernel's. */
long hf_mmap(struct file *file, unsigned long length, unsigned long flags,
	     unsigned long pgoff);
int hf_munmap(unsigned long start, unsigned long length);
long hf_mremap(unsigned long start, unsigned long length);
struct mm_struct *hf_fork(void);

/* A load or a store. 0, -EFAULT (SIGBUS) or -ENOMEM; faults as often as needed. */
int hf_touch(unsigned long address, bool write);
/* Calls of the fault handlers by the current execution. */
extern unsigned long hf_faults;

/* Populates inside ->mmap(), that is before the vma is linked, are seen here. */
bool hf_vma_linked(struct vm_area_struct *vma);

#endif
