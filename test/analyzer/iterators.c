// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// An iterator over the tree of vmas is set up before the lock is taken; it is used
// where it is passed on.
#include <linux/mm.h>

struct ma_state {
  struct maple_tree *tree;
  unsigned long index;
};
struct vma_iterator {
  struct ma_state mas;
};
struct vm_area_struct *vma_next(struct vma_iterator *vmi);
void mas_pause(struct ma_state *mas);

#define VMA_ITERATOR(name, mm, addr)                                                     \
  struct vma_iterator name = {                                                           \
      .mas = {.tree = &(mm)->mm_mt, .index = addr}}

void ok_set_up_before(struct mm_struct *mm) {
  VMA_ITERATOR(vmi, mm, 0);

  if (mmap_read_lock_killable(mm))
    return;
  vma_next(&vmi);
  mmap_read_unlock(mm);
}

void ok_put_away_after(struct mm_struct *mm) {
  VMA_ITERATOR(vmi, mm, 0);

  mmap_read_lock(mm);
  vma_next(&vmi);
  mmap_read_unlock(mm);
  mas_pause(&vmi.mas);
}

void used_after(struct mm_struct *mm) {
  VMA_ITERATOR(vmi, mm, 0);

  mmap_read_lock(mm);
  mmap_read_unlock(mm);
  vma_next(&vmi);
  // CHECK: iterators.c:[[#@LINE-1]]:3: warning: using mm_struct.mm_mt needs mmap_lock held, but used_after() has released it [lock-not-held]
}

static struct vm_area_struct *first(struct mm_struct *mm) {
  VMA_ITERATOR(vmi, mm, 0);

  return vma_next(&vmi);
}
void used_by_a_callee(struct mm_struct *mm) {
  mmap_read_lock(mm);
  first(mm);
  mmap_read_unlock(mm);
  first(mm);
  // CHECK: iterators.c:[[#@LINE-1]]:3: warning: first() needs mmap_lock held, but used_by_a_callee() has released it [lock-not-held]
}
