// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// An assertion says what a function needs, also where this configuration does
// not check it. The same with the option on and off.
// RUN: %check %s -- %cflags -DCONFIG_DEBUG_VM=1 | FileCheck %s --implicit-check-not=warning:
// RUN: %check %s -- %cflags -DCONFIG_PROVE_LOCKING | FileCheck %s --implicit-check-not=warning:
#include <linux/mm.h>

struct gadget {
  struct mutex lock;
  struct rw_semaphore sem;
};

static void touch(struct gadget *g) {
  if (IS_ENABLED(CONFIG_DEBUG_VM))
    lockdep_assert_held(&g->lock);
}

static void touch_or_not(struct gadget *g) {
  if (!IS_ENABLED(CONFIG_DEBUG_VM))
    return;
  lockdep_assert_held(&g->lock);
}

static void change(struct gadget *g) {
  if (IS_ENABLED(CONFIG_LOCKDEP))
    lockdep_assert_held_write(&g->sem);
  else
    rwsem_assert_held_write_nolockdep(&g->sem);
}

static void old_assert(struct mm_struct *mm) {
  lockdep_assert_held_write(&mm->mmap_lock);
  VM_BUG_ON_MM(!rwsem_is_locked(&mm->mmap_lock), mm);
}

void unlocked(struct gadget *g) {
  mutex_lock(&g->lock);
  mutex_unlock(&g->lock);
  touch(g);
  // CHECK: is-enabled-assert.c:[[#@LINE-1]]:3: warning: touch() needs gadget.lock held, but unlocked() has released it [lock-not-held]
  touch_or_not(g);
  // CHECK: is-enabled-assert.c:[[#@LINE-1]]:3: warning: touch_or_not() needs gadget.lock held, but unlocked() has released it [lock-not-held]
}

void only_read(struct gadget *g, struct mm_struct *mm) {
  down_read(&g->sem);
  change(g);
  // CHECK: is-enabled-assert.c:[[#@LINE-1]]:3: warning: change() needs gadget.sem held for write, but only_read() holds it for read [lock-not-held]
  up_read(&g->sem);
  mmap_read_lock(mm);
  old_assert(mm);
  // CHECK: is-enabled-assert.c:[[#@LINE-1]]:3: warning: old_assert() needs mmap_lock held for write, but only_read() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(mm);
}

void ok_locked(struct gadget *g, struct mm_struct *mm) {
  mutex_lock(&g->lock);
  touch(g);
  touch_or_not(g);
  mutex_unlock(&g->lock);
  down_write(&g->sem);
  change(g);
  up_write(&g->sem);
  mmap_write_lock(mm);
  old_assert(mm);
  mmap_write_unlock(mm);
}

void ok_exported(struct gadget *g) {
  touch(g);
  touch_or_not(g);
  change(g);
}

// Other code under the option is what it is: dead where it is off.
void ok_dead_code(struct gadget *g, struct mm_struct *mm) {
  mmap_read_lock(mm);
  if (IS_ENABLED(CONFIG_NEVER_SET))
    mmap_read_unlock(mm);
  needs_locked(mm);
  mmap_read_unlock(mm);
}
// CHECK: 4 findings; 1 file analyzed, 0 failed
