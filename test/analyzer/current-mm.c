// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// current->mm, mm and vma->vm_mm are the same lock where that is known.
#include <linux/mm.h>

void found_and_written(unsigned long addr) {
  struct vm_area_struct *vma;

  mmap_read_lock(current->mm);
  vma = find_vma(current->mm, addr);
  if (vma)
    vm_flags_set(vma, VM_IO);
  // CHECK: current-mm.c:[[#@LINE-1]]:5: warning: vm_flags_set() needs mmap_lock held for write, but found_and_written() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(current->mm);
}

void through_a_local(unsigned long addr) {
  struct mm_struct *mm = current->mm;
  struct task_struct *me = current;

  mmap_read_lock(mm);
  needs_write_mm(me->mm);
  // CHECK: current-mm.c:[[#@LINE-1]]:3: warning: needs_write_mm() needs mmap_lock held for write, but through_a_local() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(current->mm);
}

void let_go_as_current(void) {
  struct mm_struct *mm = current->mm;

  mmap_read_lock(mm);
  mmap_read_unlock(current->mm);
  needs_locked(mm);
  // CHECK: current-mm.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but let_go_as_current() has released it [lock-not-held]
}

static int mmap_then_down(struct file *file, struct vm_area_struct *vma) {
  mmap_write_downgrade(current->mm);
  needs_write(vma);
  // CHECK: current-mm.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but mmap_then_down() holds it for read [mmap-write-in-fault]
  return 0;
}

void ok_found_and_written(unsigned long addr) {
  struct vm_area_struct *vma;

  mmap_write_lock(current->mm);
  vma = find_vma(current->mm, addr);
  if (vma) {
    needs_write(vma);
    vm_flags_set(vma, VM_IO);
  }
  mmap_write_unlock(current->mm);
}

void ok_through_a_local(unsigned long addr) {
  struct mm_struct *mm = current->mm;
  struct vm_area_struct *vma;

  mmap_write_lock(mm);
  vma = find_vma(mm, addr);
  if (vma)
    needs_write(vma);
  needs_write_mm(current->mm);
  mmap_write_unlock(mm);
}

// mmap() maps into the caller's own address space.
static int ok_mmap(struct file *file, struct vm_area_struct *vma) {
  needs_write(vma);
  needs_write_mm(current->mm);
  needs_locked(current->mm);
  vm_flags_set(vma, VM_IO);
  return 0;
}

// Another task's mm is not ours.
void ok_somebody_elses(struct task_struct *task) {
  mmap_read_lock(current->mm);
  needs_locked(current->mm);
  mmap_read_unlock(current->mm);
  needs_locked(task->mm);
}

const struct file_operations down_fops = {.mmap = mmap_then_down};
const struct file_operations fine_fops = {.mmap = ok_mmap};
// CHECK: 4 findings; 1 file analyzed, 0 failed
