// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Downgrading: from then on it is held for read, and still held.
#include <linux/mm.h>

void write_after_downgrade(struct vm_area_struct *vma) {
  mmap_write_lock(vma->vm_mm);
  mmap_write_downgrade(vma->vm_mm);
  vm_flags_set(vma, VM_IO);
  // CHECK: downgrade.c:[[#@LINE-1]]:3: warning: vm_flags_set() needs mmap_lock held for write, but write_after_downgrade() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(vma->vm_mm);
}

static void settle(struct mm_struct *mm, bool downgrade) {
  if (downgrade)
    mmap_write_downgrade(mm);
}

void downgraded_by_a_callee(struct vm_area_struct *vma) {
  mmap_write_lock(vma->vm_mm);
  settle(vma->vm_mm, true);
  needs_write(vma);
  // CHECK: downgrade.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but downgraded_by_a_callee() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(vma->vm_mm);
}

void ok_before(struct vm_area_struct *vma) {
  mmap_write_lock(vma->vm_mm);
  vm_flags_set(vma, VM_IO);
  mmap_write_downgrade(vma->vm_mm);
  needs_locked(vma->vm_mm);
  mmap_read_unlock(vma->vm_mm);
}

void ok_not_downgraded(struct vm_area_struct *vma) {
  mmap_write_lock(vma->vm_mm);
  settle(vma->vm_mm, false);
  needs_write(vma);
  mmap_write_unlock(vma->vm_mm);
}

void ok_unlocked_as_it_was(struct vm_area_struct *vma, bool downgrade) {
  mmap_write_lock(vma->vm_mm);
  needs_write(vma);
  if (downgrade) {
    mmap_write_downgrade(vma->vm_mm);
    needs_locked(vma->vm_mm);
    mmap_read_unlock(vma->vm_mm);
  } else {
    needs_write(vma);
    mmap_write_unlock(vma->vm_mm);
  }
}

struct gadget {
  struct rw_semaphore sem;
};

static void gadget_change(struct gadget *g) {
  lockdep_assert_held_write(&g->sem);
}
static void gadget_look(struct gadget *g) { lockdep_assert_held(&g->sem); }

void rwsem_downgraded(struct gadget *g) {
  down_write(&g->sem);
  downgrade_write(&g->sem);
  gadget_look(g);
  gadget_change(g);
  // CHECK: downgrade.c:[[#@LINE-1]]:3: warning: gadget_change() needs gadget.sem held for write, but rwsem_downgraded() holds it for read [lock-not-held]
  up_read(&g->sem);
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
