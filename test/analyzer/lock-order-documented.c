// SPDX-License-Identifier: GPL-2.0-or-later
//
// Against an order that the kernel's comments lay down, though nobody is seen to take
// the locks the right way.
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
// RUN: %check %s --confidence possible -- %cflags | FileCheck %s --check-prefix=POSSIBLE
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/rwsem.h>

struct anon_vma {
  struct rw_semaphore rwsem;
};
struct inode {
  struct rw_semaphore i_rwsem;
};
struct address_space {
  struct rw_semaphore i_mmap_rwsem;
};

void wrong(struct anon_vma *v, struct address_space *m) {
  down_write(&v->rwsem);
  down_write(&m->i_mmap_rwsem);
  // CHECK: lock-order-documented.c:[[#@LINE-1]]:3: warning: wrong() waits for i_mmap_rwsem with the anon_vma lock held, but i_mmap_rwsem is documented to be taken before the anon_vma lock [lock-order]
  // CHECK-NEXT: note: wrong acquires the anon_vma lock here
  // CHECK-NEXT: note: wrong waits for i_mmap_rwsem here
  // CHECK-NEXT: note: i_mmap_rwsem before the anon_vma lock: mm/rmap.c:23 (6.12)
  up_write(&m->i_mmap_rwsem);
  up_write(&v->rwsem);
}

// The order of the comment.
void ok_right(struct mm_struct *mm, struct address_space *m) {
  mmap_write_lock(mm);
  down_write(&m->i_mmap_rwsem);
  up_write(&m->i_mmap_rwsem);
  mmap_write_unlock(mm);
}

// An attempt waits for nobody.
void ok_try(struct mm_struct *mm, struct address_space *m) {
  down_write(&m->i_mmap_rwsem);
  if (mmap_read_trylock(mm))
    mmap_read_unlock(mm);
  up_write(&m->i_mmap_rwsem);
}

// Which of many file systems' i_rwsem it is, nobody knows: only possible.
void unsure(struct mm_struct *mm, struct inode *i) {
  mmap_write_lock(mm);
  down_write(&i->i_rwsem);
  // POSSIBLE: lock-order-documented.c:[[#@LINE-1]]:3: warning: unsure() waits for i_rwsem with mmap_lock held, but i_rwsem is documented to be taken before mmap_lock [lock-order]
  up_write(&i->i_rwsem);
  mmap_write_unlock(mm);
}
// CHECK: 1 finding;
