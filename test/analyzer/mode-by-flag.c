// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
// RUN: %check --confidence=possible %s -- %cflags | FileCheck %s --check-prefix=POSSIBLE --implicit-check-not=warning:
//
// The caller chooses the mode by what the callee tests to choose what it does: that
// is not followed (known imprecise: wrong_by_flag() is as wrong as it looks).
#include <linux/mm.h>

bool needs_to_write(int behavior);
void walk(struct vm_area_struct *vma, int behavior) {
  if (needs_to_write(behavior))
    needs_write(vma);
}

void ok_by_flag(struct vm_area_struct *vma, int behavior) {
  bool write = needs_to_write(behavior);

  if (write)
    mmap_write_lock(vma->vm_mm);
  else
    mmap_read_lock(vma->vm_mm);
  walk(vma, behavior);
  // POSSIBLE: mode-by-flag.c:[[#@LINE-1]]:3: warning: walk() needs mmap_lock held for write, but ok_by_flag() holds it for read
  if (write)
    mmap_write_unlock(vma->vm_mm);
  else
    mmap_read_unlock(vma->vm_mm);
}

void wrong_by_flag(struct vm_area_struct *vma, bool write) {
  if (write)
    mmap_write_lock(vma->vm_mm);
  else
    mmap_read_lock(vma->vm_mm);
  needs_write(vma);
  // POSSIBLE: mode-by-flag.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but wrong_by_flag() holds it for read
  if (write)
    mmap_write_unlock(vma->vm_mm);
  else
    mmap_read_unlock(vma->vm_mm);
}

// One mode after the other is no choice.
void downgraded_in_a_loop(struct vm_area_struct *vma, int n) {
  down_write(&vma->vm_mm->mmap_lock);
  for (int i = 0; i < n; i++) {
    needs_write(vma);
    // CHECK: mode-by-flag.c:[[#@LINE-1]]:5: warning: needs_write() needs mmap_lock held for write, but downgraded_in_a_loop() holds it for read
    // POSSIBLE: mode-by-flag.c:[[#@LINE-2]]:5: warning: needs_write() needs mmap_lock held for write, but downgraded_in_a_loop() holds it for read
    if (i == 0)
      downgrade_write(&vma->vm_mm->mmap_lock);
  }
  up_read(&vma->vm_mm->mmap_lock);
}
