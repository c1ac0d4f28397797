// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s --kernel=6.12 --checks='-*,weak-assertion' -- %cflags | FileCheck %s --implicit-check-not=note:
// RUN: %check %s --kernel=6.12 --checks='-*,weak-assertion' -- %cflags -DCONFIG_LOCKDEP -DCONFIG_PROVE_LOCKING | FileCheck %s --implicit-check-not=note:
// RUN: %check %s -- %cflags | FileCheck %s --check-prefix=USUAL
//
// Assertions that hold where somebody else holds the lock, or where it is held
// in a mode that is not enough.
// USUAL: 0 findings
#include <linux/mm.h>
#include <linux/mutex.h>

struct thing {
  struct mutex lock;
  struct rw_semaphore sem;
};

void somebody(struct thing *t) {
  WARN_ON(!mutex_is_locked(&t->lock));
  // CHECK: weak-assertion.c:[[#@LINE-1]]:3: note: somebody() claims with mutex_is_locked() that thing.lock is held, which is true as well where somebody else holds it [weak-assertion]
  // CHECK-NEXT: note: use lockdep_assert_held()
}

void somebody_bug(struct thing *t) {
  BUG_ON(!rwsem_is_locked(&t->sem));
  // CHECK: weak-assertion.c:[[#@LINE-1]]:3: note: somebody_bug() claims with rwsem_is_locked() that thing.sem is held, which is true as well where somebody else holds it [weak-assertion]
  // CHECK-NEXT: note: use rwsem_assert_held() or rwsem_assert_held_write()
}

void somebody_compared(struct thing *t) {
  WARN_ON(mutex_is_locked(&t->lock) == 0);
  // CHECK: weak-assertion.c:[[#@LINE-1]]:3: note: somebody_compared() claims with mutex_is_locked()
  // CHECK-NEXT: note: use
}

static bool is_busy(struct thing *t) { return rwsem_is_locked(&t->sem); }
void somebody_by_wrapper(struct thing *t) {
  WARN_ON(!is_busy(t));
  // CHECK: weak-assertion.c:[[#@LINE-1]]:3: note: somebody_by_wrapper() claims with rwsem_is_locked() that thing.sem is held
  // CHECK-NEXT: note: use
}

// With lockdep it looks closer; without, anybody will do.
void backed_by_lockdep(struct thing *t) {
  lockdep_assert_held_write(&t->sem);
  VM_BUG_ON_MM(!rwsem_is_locked(&t->sem), NULL);
  // CHECK: weak-assertion.c:[[#@LINE-1]]:3: note: backed_by_lockdep() claims with rwsem_is_locked() that thing.sem is held for write, which is true as well where somebody else holds it, or where it is held for read [weak-assertion]
  // CHECK-NEXT: note: use
}

void modeless(struct vm_area_struct *vma) {
  mmap_assert_locked(vma->vm_mm);
  // CHECK: weak-assertion.c:[[#@LINE-1]]:3: note: mmap_assert_locked() in modeless() lets mmap_lock held for read pass, but writing vm_area_struct.vm_start needs it held for write [weak-assertion]
  // CHECK-NEXT: note: modeless writes vm_area_struct.vm_start here
  // CHECK-NEXT: note: use mmap_assert_write_locked(vma->vm_mm)
  vma->vm_start = 0;
}

void modeless_lockdep(struct vm_area_struct *vma) {
  lockdep_assert_held(&vma->vm_mm->mmap_lock);
  // CHECK: weak-assertion.c:[[#@LINE-1]]:3: note: lockdep_assert_held() in modeless_lockdep() lets mmap_lock held for read pass
  // CHECK-NEXT: note: modeless_lockdep writes
  // CHECK-NEXT: note: use
  vma->vm_start = 0;
}

// That nobody holds it can be said so.
void ok_nobody(struct thing *t) { WARN_ON(mutex_is_locked(&t->lock)); }
// A question is no claim.
int ok_asks(struct thing *t) { return mutex_is_locked(&t->lock) ? 1 : 0; }
void ok_owner(struct thing *t) { WARN_ON(!lockdep_is_held(&t->lock)); }
void ok_lockdep(struct thing *t) { lockdep_assert_held(&t->lock); }
void ok_mode(struct vm_area_struct *vma) {
  mmap_assert_write_locked(vma->vm_mm);
  vma->vm_start = 0;
}
unsigned long ok_reads(struct vm_area_struct *vma) {
  mmap_assert_locked(vma->vm_mm);
  return vma->vm_start;
}
void ok_both(struct vm_area_struct *vma) {
  mmap_assert_locked(vma->vm_mm);
  mmap_assert_write_locked(vma->vm_mm);
  vma->vm_start = 0;
}
