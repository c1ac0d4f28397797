// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a process does: mmap, munmap, mremap, fork, exit. The order of locks and
 * callbacks is the kernel's: ->mmap() with mmap_lock for write and the vma not
 * yet in the file's address space; munmap downgrades before it clears the page
 * tables, so ->close() runs with mmap_lock for read; exit closes with it for
 * write; fork copies page tables of pfn mappings before ->open().
 *
 * Linked vmas are in one list, guarded by their mapping's i_mmap_rwsem where
 * the kernel's interval tree is.
 */
#include <linux/file.h>
#include <linux/mman.h>

#include "mm.h"
#include "mm_model.h"

LIST_HEAD(hf_all_vmas);
const struct vm_operations_struct vma_dummy_vm_ops;
struct mm_struct init_mm;
struct page *mem_map;

/* --- vmas ----------------------------------------------------------------- */

static void set_flags(struct vm_area_struct *vma, unsigned long flags)
{
#if SINCE(6, 3)
	vm_flags_init(vma, flags);
#else
	vma->vm_flags = flags;
#endif
}

static struct hf_vma *new_vma(struct mm_struct *mm)
{
	struct hf_vma *v = hf->alloc(sizeof(*v), 64, HF_FRAME);

	memset(v, 0, sizeof(*v));
	vma_init(&v->vma, mm);
	INIT_LIST_HEAD(&v->in_mm);
	INIT_LIST_HEAD(&v->in_all);
#ifdef CONFIG_PER_VMA_LOCK
#if SINCE(6, 15)
	vma_lock_init(&v->vma, true);
#else
	struct vm_area_struct *vma = &v->vma;

	vma->vm_lock = &v->lock;
	vma->vm_lock_seq = UINT_MAX;
	init_rwsem(&vma->vm_lock->lock);
#endif
#endif
	return v;
}

static struct hf_vma *duplicate(struct hf_vma *from, struct mm_struct *mm)
{
	struct hf_vma *v = new_vma(mm);

	set_flags(&v->vma, from->vma.vm_flags);
	v->vma.vm_start = from->vma.vm_start;
	v->vma.vm_end = from->vma.vm_end;
	v->vma.vm_pgoff = from->vma.vm_pgoff;
	v->vma.vm_page_prot = from->vma.vm_page_prot;
	v->vma.vm_ops = from->vma.vm_ops;
	v->vma.vm_private_data = from->vma.vm_private_data;
	v->vma.vm_file = get_file(from->vma.vm_file);
	return v;
}

static void free_after_readers(struct rcu_head *head)
{
	hf->free(container_of(head, struct hf_vma, rcu), HF_FRAME);
}

static void free_vma(struct hf_vma *v)
{
	fput(v->vma.vm_file);
	call_rcu(&v->rcu, free_after_readers);
}

static void start_write(struct hf_vma *v)
{
#ifdef CONFIG_PER_VMA_LOCK
	vma_start_write(&v->vma);
#endif
}

static void link_vma(struct hf_vma *v)
{
	struct address_space *mapping = v->vma.vm_file->f_mapping;

	start_write(v);
	list_add_tail(&v->in_mm, &hf_mm_of(v->vma.vm_mm)->vmas);
	i_mmap_lock_write(mapping);
	list_add_tail(&v->in_all, &hf_all_vmas);
	i_mmap_unlock_write(mapping);
}

static void unlink_vma(struct hf_vma *v)
{
	struct address_space *mapping = v->vma.vm_file->f_mapping;

	i_mmap_lock_write(mapping);
	list_del_init(&v->in_all);
	i_mmap_unlock_write(mapping);
}

bool hf_vma_linked(struct vm_area_struct *vma)
{
	return !list_empty(&container_of(vma, struct hf_vma, vma)->in_all);
}

struct hf_vma *hf_find_vma(struct mm_struct *mm, unsigned long address)
{
	struct hf_vma *v;

	list_for_each_entry(v, &hf_mm_of(mm)->vmas, in_mm)
		if (v->vma.vm_start <= address && address < v->vma.vm_end)
			return v;
	return NULL;
}

static void call_open(struct hf_vma *v)
{
	unsigned depth = hf->held_depth();

	if (v->vma.vm_ops && v->vma.vm_ops->open)
		v->vma.vm_ops->open(&v->vma);
	hf->returned("vm_ops->open", depth, HF_FRAME);
}

static void call_close(struct hf_vma *v)
{
	unsigned depth = hf->held_depth();

	if (v->vma.vm_ops && v->vma.vm_ops->close)
		v->vma.vm_ops->close(&v->vma);
	hf->returned("vm_ops->close", depth, HF_FRAME);
}

/* --- mm ------------------------------------------------------------------- */

struct mm_struct *hf_mm_new(void)
{
	struct hf_mm *m = hf->alloc(sizeof(*m) + 256, 64, HF_FRAME);
	struct mm_struct *mm;

	memset(m, 0, sizeof(*m) + 256);
	INIT_LIST_HEAD(&m->vmas);
	m->next = 0x7f0000000000UL;
	mm = &m->mm;
	mmap_init_lock(mm);
	spin_lock_init(&mm->page_table_lock);
	atomic_set(&mm->mm_users, 1);
	atomic_set(&mm->mm_count, 1);
	return mm;
}

void hf_mm_use(struct mm_struct *mm)
{
	current->mm = mm;
	current->active_mm = mm;
}

/* Aligned to its size, so that huge pages fit where the device's do. */
static unsigned long place(struct mm_struct *mm, unsigned long length)
{
	struct hf_mm *m = hf_mm_of(mm);
	unsigned long align = min_t(unsigned long, roundup_pow_of_two(length), PUD_SIZE);
	unsigned long start = ALIGN(m->next, align);

	m->next = start + length + PAGE_SIZE;
	return start;
}

long hf_mmap(struct file *file, unsigned long length, unsigned long flags,
	     unsigned long pgoff)
{
	struct mm_struct *mm = current->mm;
	struct hf_vma *v;
	unsigned depth;
	int error;

	mmap_write_lock(mm);
	v = new_vma(mm);
	set_flags(&v->vma, flags | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC |
				   (flags & VM_SHARED ? VM_MAYSHARE : 0));
	v->vma.vm_start = place(mm, length);
	v->vma.vm_end = v->vma.vm_start + length;
	v->vma.vm_pgoff = pgoff;
	v->vma.vm_file = get_file(file);
	depth = hf->held_depth();
	error = file->f_op->mmap(file, &v->vma);
	hf->returned("file_operations.mmap", depth, HF_FRAME);
	if (!error)
		link_vma(v);
	mmap_write_unlock(mm);
	if (error) {
		hf_zap(&v->vma, v->vma.vm_start, v->vma.vm_end);
		free_vma(v);
		return error;
	}
	return v->vma.vm_start;
}

/* Cuts v in two at `address`; returns the upper part. */
static struct hf_vma *split(struct hf_vma *v, unsigned long address)
{
	struct hf_vma *upper;

	if (v->vma.vm_ops && v->vma.vm_ops->may_split &&
	    v->vma.vm_ops->may_split(&v->vma, address))
		return NULL;
	start_write(v);
	upper = duplicate(v, v->vma.vm_mm);
	upper->vma.vm_start = address;
	upper->vma.vm_pgoff += (address - v->vma.vm_start) >> PAGE_SHIFT;
	call_open(upper);
	v->vma.vm_end = address;
	link_vma(upper);
	return upper;
}

static void remove(struct hf_vma *v)
{
	hf_zap(&v->vma, v->vma.vm_start, v->vma.vm_end);
	unlink_vma(v);
	call_close(v);
	free_vma(v);
}

int hf_munmap(unsigned long start, unsigned long length)
{
	struct mm_struct *mm = current->mm;
	struct hf_vma *v;

	mmap_write_lock(mm);
	v = hf_find_vma(mm, start);
	if (v && v->vma.vm_end > start + length && !split(v, start + length))
		v = NULL;
	if (v && v->vma.vm_start < start)
		v = split(v, start);
	if (!v) {
		mmap_write_unlock(mm);
		return -EINVAL;
	}
	start_write(v);
	list_del_init(&v->in_mm);
	mmap_write_downgrade(mm);
	remove(v);
	mmap_read_unlock(mm);
	return 0;
}

/* Moves a whole vma elsewhere, page table entries and all. */
long hf_mremap(unsigned long start, unsigned long length)
{
	struct mm_struct *mm = current->mm;
	struct hf_vma *old, *new;
	long result = -EFAULT;

	mmap_write_lock(mm);
	old = hf_find_vma(mm, start);
	if (!old || old->vma.vm_start != start || old->vma.vm_end != start + length)
		goto out;
	start_write(old);
	new = duplicate(old, mm);
	new->vma.vm_start = place(mm, length);
	new->vma.vm_end = new->vma.vm_start + length;
	call_open(new);
	link_vma(new);
	spin_lock(&mm->page_table_lock);
	hf->map_copy(mm, mm, start, start + length, new->vma.vm_start - start);
	spin_unlock(&mm->page_table_lock);
	hf_zap(&old->vma, start, start + length);
	if (new->vma.vm_ops && new->vma.vm_ops->mremap)
		new->vma.vm_ops->mremap(&new->vma);
	result = new->vma.vm_start;
	list_del_init(&old->in_mm);
	remove(old);
out:
	mmap_write_unlock(mm);
	return result;
}

struct mm_struct *hf_fork(void)
{
	struct mm_struct *mm = current->mm, *child = hf_mm_new();
	struct hf_vma *v, *copy;

	hf_mm_of(child)->next = hf_mm_of(mm)->next;
	mmap_write_lock(mm);
	mmap_write_lock_nested(child, SINGLE_DEPTH_NESTING);
	list_for_each_entry(v, &hf_mm_of(mm)->vmas, in_mm) {
		start_write(v);
		copy = duplicate(v, child);
		link_vma(copy);
		if (v->vma.vm_flags & (VM_PFNMAP | VM_MIXEDMAP)) {
			spin_lock(&child->page_table_lock);
			spin_lock_nested(&mm->page_table_lock, SINGLE_DEPTH_NESTING);
			hf->map_copy(mm, child, v->vma.vm_start, v->vma.vm_end, 0);
			spin_unlock(&mm->page_table_lock);
			spin_unlock(&child->page_table_lock);
		}
		call_open(copy);
	}
	mmap_write_unlock(child);
	mmap_write_unlock(mm);
	return child;
}

/* The last user of an address space leaves: the page tables go under mmap_lock
 * for read, the vmas under mmap_lock for write. */
static void exit_mm(struct mm_struct *mm)
{
	struct hf_vma *v, *next;

	mmap_read_lock(mm);
	list_for_each_entry(v, &hf_mm_of(mm)->vmas, in_mm)
		hf_zap(&v->vma, v->vma.vm_start, v->vma.vm_end);
	mmap_read_unlock(mm);
	mmap_write_lock(mm);
	list_for_each_entry_safe(v, next, &hf_mm_of(mm)->vmas, in_mm) {
		list_del_init(&v->in_mm);
		unlink_vma(v);
		call_close(v);
		free_vma(v);
	}
	mmap_write_unlock(mm);
}

void mmput(struct mm_struct *mm)
{
	hf_point(HF_OP_MEMORY, &mm->mm_users, 1);
	if (atomic_dec_and_test(&mm->mm_users)) {
		hf->mm_unused(mm);
		exit_mm(mm);
		mmdrop(mm);
	}
}

void __mmdrop(struct mm_struct *mm)
{
	hf->free(hf_mm_of(mm), HF_FRAME);
}
