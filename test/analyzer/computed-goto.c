// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Computed goto: any label whose address is taken may be the target.
#include <linux/mm.h>

void jump(struct mm_struct *mm, int op) {
  static const void *const where[] = {&&look, &&drop, &&again};

  mmap_read_lock(mm);
  goto *where[op];
drop:
  mmap_read_unlock(mm);
  needs_locked(mm);
  // CHECK: computed-goto.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but jump() has released it [lock-not-held]
  return;
again:
  mmap_read_unlock(mm);
  mmap_read_lock(mm);
look:
  needs_locked(mm);
  mmap_read_unlock(mm);
}

void interpret(struct vm_area_struct *vma, const unsigned char *code) {
  static const void *const ops[] = {&&weaken, &&write, &&end};

  down_write(&vma->vm_mm->mmap_lock);
  goto *ops[*code++];
weaken:
  downgrade_write(&vma->vm_mm->mmap_lock);
  goto *ops[*code++];
write:
  needs_write(vma);
  // CHECK: computed-goto.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but interpret() holds it for read [mmap-write-in-fault]
  goto *ops[*code++];
end:
  return;
}

void ok_jump(struct mm_struct *mm, int op) {
  static const void *const where[] = {&&one, &&two};

  mmap_read_lock(mm);
  goto *where[op];
one:
  needs_locked(mm);
  goto out;
two:
  needs_locked(mm);
out:
  needs_locked(mm);
  mmap_read_unlock(mm);
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
