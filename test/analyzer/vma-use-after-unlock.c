// SPDX-License-Identifier: GPL-2.0-or-later
//
// A vma lives no longer than mmap_lock is held.
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
#include <linux/mm.h>

unsigned long stale(struct mm_struct *mm, unsigned long addr) {
  struct vm_area_struct *vma;
  mmap_read_lock(mm);
  vma = find_vma(mm, addr);
  mmap_read_unlock(mm);
  return vma->vm_start;
  // CHECK: vma-use-after-unlock.c:[[#@LINE-1]]:15: warning: using vm_area_struct.vm_start after mmap_lock was released: the object may be gone [vma-use-after-unlock]
  // CHECK: vma-use-after-unlock.c:[[#@LINE-3]]:3: note: released here
}
unsigned long ok_before(struct mm_struct *mm, unsigned long addr) {
  struct vm_area_struct *vma;
  unsigned long start;
  mmap_read_lock(mm);
  vma = find_vma(mm, addr);
  start = vma->vm_start;
  mmap_read_unlock(mm);
  return start;
}
unsigned long ok_again(struct mm_struct *mm, unsigned long addr) {
  struct vm_area_struct *vma;
  unsigned long start;
  mmap_read_lock(mm);
  vma = find_vma(mm, addr);
  mmap_read_unlock(mm);
  mmap_read_lock(mm);
  vma = find_vma(mm, addr);
  start = vma->vm_start;
  mmap_read_unlock(mm);
  return start;
}
// CHECK: 1 finding
