// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// The _nest_lock variants take their first lock; the second is only named, as
// the one that orders the others.
// RUN: %check %s -- %cflags -DCONFIG_PROVE_LOCKING | FileCheck %s --implicit-check-not=warning:
#include <linux/mm.h>

struct group {
  struct mutex lock;
};
struct member {
  struct mutex lock;
  struct rw_semaphore sem;
  struct group *group;
};

static void member_touch(struct member *m) { lockdep_assert_held(&m->lock); }
static void member_change(struct member *m) {
  lockdep_assert_held_write(&m->sem);
}
static void group_touch(struct group *g) { lockdep_assert_held(&g->lock); }

void group_let_go(struct member *m, struct group *g) {
  mutex_lock(&g->lock);
  mutex_lock_nest_lock(&m->lock, &g->lock);
  mutex_unlock(&g->lock);
  member_touch(m);
  group_touch(g);
  // CHECK: nest-lock.c:[[#@LINE-1]]:3: warning: group_touch() needs group.lock held, but group_let_go() has released it [lock-not-held]
  mutex_unlock(&m->lock);
}

void member_let_go(struct member *m, struct mm_struct *mm) {
  mmap_write_lock(mm);
  down_write_nest_lock(&m->sem, &mm->mmap_lock);
  up_write(&m->sem);
  needs_write_mm(mm);
  member_change(m);
  // CHECK: nest-lock.c:[[#@LINE-1]]:3: warning: member_change() needs member.sem held for write, but member_let_go() has released it [lock-not-held]
  mmap_write_unlock(mm);
}

void ok_both(struct member *m, struct group *g) {
  mutex_lock(&g->lock);
  mutex_lock_nest_lock(&m->lock, &g->lock);
  member_touch(m);
  group_touch(g);
  mutex_unlock(&m->lock);
  group_touch(g);
  mutex_unlock(&g->lock);
}

void ok_rwsem(struct member *m, struct mm_struct *mm) {
  mmap_write_lock(mm);
  down_write_nest_lock(&m->sem, &mm->mmap_lock);
  member_change(m);
  needs_write_mm(mm);
  up_write(&m->sem);
  mmap_write_unlock(mm);
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
