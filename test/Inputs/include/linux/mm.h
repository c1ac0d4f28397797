/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_LINUX_MM_H
#define FAKE_LINUX_MM_H

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm_types.h>
#include <linux/mmap_lock.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#define VM_WRITE 0x00000002ul
#define VM_PFNMAP 0x00000400ul
#define VM_IO 0x00004000ul
#define VM_DONTCOPY 0x00020000ul
#define VM_MIXEDMAP 0x10000000ul

struct vm_fault {
  const struct {
    struct vm_area_struct *vma;
    gfp_t gfp_mask;
    pgoff_t pgoff;
    unsigned long address;
  };
  enum fault_flag flags;
  struct page *page;
};

struct vm_operations_struct {
  void (*open)(struct vm_area_struct *vma);
  void (*close)(struct vm_area_struct *vma);
  int (*may_split)(struct vm_area_struct *vma, unsigned long addr);
  int (*mremap)(struct vm_area_struct *vma);
  vm_fault_t (*fault)(struct vm_fault *vmf);
  vm_fault_t (*huge_fault)(struct vm_fault *vmf, unsigned int order);
  vm_fault_t (*map_pages)(struct vm_fault *vmf, pgoff_t start, pgoff_t end);
  vm_fault_t (*page_mkwrite)(struct vm_fault *vmf);
  vm_fault_t (*pfn_mkwrite)(struct vm_fault *vmf);
  int (*access)(struct vm_area_struct *vma, unsigned long addr, void *buf,
                int len, int write);
};

/*
 * The VMA's own lock: read by a fault, written only under mmap_lock held for
 * write, and then until that lock is dropped or downgraded.
 */
static inline bool vma_start_read(struct vm_area_struct *vma) {
  if (READ_ONCE(vma->vm_lock_seq) == READ_ONCE(vma->vm_mm->mm_lock_seq))
    return false;
  if (unlikely(down_read_trylock(&vma->vm_lock->lock) == 0))
    return false;
  if (unlikely(vma->vm_lock_seq == READ_ONCE(vma->vm_mm->mm_lock_seq))) {
    up_read(&vma->vm_lock->lock);
    return false;
  }
  return true;
}
static inline void vma_end_read(struct vm_area_struct *vma) {
  rcu_read_lock();
  up_read(&vma->vm_lock->lock);
  rcu_read_unlock();
}
static inline bool __is_vma_write_locked(struct vm_area_struct *vma, int *seq) {
  mmap_assert_write_locked(vma->vm_mm);
  *seq = READ_ONCE(vma->vm_mm->mm_lock_seq);
  return vma->vm_lock_seq == *seq;
}
static inline void vma_start_write(struct vm_area_struct *vma) {
  int seq;

  if (__is_vma_write_locked(vma, &seq))
    return;
  down_write(&vma->vm_lock->lock);
  WRITE_ONCE(vma->vm_lock_seq, seq);
  up_write(&vma->vm_lock->lock);
}
static inline void vma_assert_write_locked(struct vm_area_struct *vma) {
  int seq;

  VM_BUG_ON_VMA(!__is_vma_write_locked(vma, &seq), vma);
}

#ifndef FAKE_PLAIN_VM_FLAGS
static inline void vm_flags_init(struct vm_area_struct *vma, vm_flags_t flags) {
  ACCESS_PRIVATE(vma, __vm_flags) = flags;
}
static inline void vm_flags_reset(struct vm_area_struct *vma,
                                  vm_flags_t flags) {
  vma_assert_write_locked(vma);
  vm_flags_init(vma, flags);
}
static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags) {
  vma_start_write(vma);
  ACCESS_PRIVATE(vma, __vm_flags) |= flags;
}
static inline void vm_flags_clear(struct vm_area_struct *vma,
                                  vm_flags_t flags) {
  vma_start_write(vma);
  ACCESS_PRIVATE(vma, __vm_flags) &= ~flags;
}
#endif

struct vm_area_struct *vm_area_alloc(struct mm_struct *mm);
void vm_area_free(struct vm_area_struct *vma);
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);

/*
 * What most tests call: functions that say what they need by an assertion and
 * by nothing else, so that no rule is involved.
 */
static inline void needs_write(struct vm_area_struct *vma) {
  mmap_assert_write_locked(vma->vm_mm);
}
static inline void needs_write_mm(struct mm_struct *mm) {
  mmap_assert_write_locked(mm);
}
static inline void needs_locked(struct mm_struct *mm) {
  mmap_assert_locked(mm);
}

#endif
