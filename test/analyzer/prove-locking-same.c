// SPDX-License-Identifier: GPL-2.0-or-later
//
// lockdep on or off: word for word the same findings and the same path notes.
// RUN: %check %s -- %cflags | grep -v "analyzed, " > %t.off
// RUN: %check %s -- %cflags -DCONFIG_PROVE_LOCKING | grep -v "analyzed, " > %t.on
// RUN: diff %t.off %t.on
// RUN: FileCheck %s --implicit-check-not=warning: < %t.on
#include <linux/mm.h>

struct gadget {
  struct mutex lock;
  struct rw_semaphore sem;
  spinlock_t slock;
};

static void touch(struct gadget *g) { lockdep_assert_held(&g->lock); }
static void look(struct gadget *g) { lockdep_assert_held(&g->sem); }
static void change(struct gadget *g) { lockdep_assert_held_write(&g->sem); }
static void spin(struct gadget *g) { lockdep_assert_held(&g->slock); }

static vm_fault_t fault(struct vm_fault *vmf) {
  vm_flags_set(vmf->vma, VM_IO);
  // CHECK: [[#@LINE-1]]:3: warning: vm_flags_set() needs mmap_lock held for write
  return VM_FAULT_NOPAGE;
}
const struct vm_operations_struct ops = {.fault = fault};

void unlocked(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  touch(g);
  // CHECK: [[#@LINE-1]]:3: warning: touch() needs gadget.lock held
  spin_lock(&g->slock);
  spin_unlock(&g->slock);
  spin(g);
  // CHECK: [[#@LINE-1]]:3: warning: spin() needs gadget.slock held
}

void only_read(struct gadget *g, struct vm_area_struct *vma) {
  down_read(&g->sem);
  change(g);
  // CHECK: [[#@LINE-1]]:3: warning: change() needs gadget.sem held for write
  up_read(&g->sem);
  mmap_read_lock(vma->vm_mm);
  needs_write(vma);
  // CHECK: [[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write
  mmap_read_unlock(vma->vm_mm);
}

int tries(struct gadget *g) {
  if (mutex_lock_interruptible(&g->lock)) {
    touch(g);
    // CHECK: [[#@LINE-1]]:5: warning: touch() needs gadget.lock held
    return -EINTR;
  }
  touch(g);
  mutex_unlock(&g->lock);
  return 0;
}

void ok_all_held(struct gadget *g, struct vm_area_struct *vma) {
  mutex_lock(&g->lock);
  down_write(&g->sem);
  spin_lock(&g->slock);
  touch(g);
  look(g);
  change(g);
  spin(g);
  spin_unlock(&g->slock);
  up_write(&g->sem);
  mutex_unlock(&g->lock);
  mmap_write_lock(vma->vm_mm);
  vm_flags_set(vma, VM_IO);
  mmap_write_unlock(vma->vm_mm);
}
