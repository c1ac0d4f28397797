// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// A demand that holds for every task but the one that runs.
#include <linux/mm.h>

static void touch(struct task_struct *p) {
  if (p != current)
    lockdep_assert_held(&p->alloc_lock);
}

void somebody(struct task_struct *p) {
  spin_lock(&p->alloc_lock);
  spin_unlock(&p->alloc_lock);
  touch(p);
  // CHECK: current-task.c:[[#@LINE-1]]:3: warning: touch() needs task_struct.alloc_lock held, but somebody() has released it [lock-not-held]
}

void ok_myself(void) {
  spin_lock(&current->alloc_lock);
  spin_unlock(&current->alloc_lock);
  touch(current);
}

void ok_held(struct task_struct *p) {
  spin_lock(&p->alloc_lock);
  touch(p);
  spin_unlock(&p->alloc_lock);
}
// CHECK: 1 finding; 1 file analyzed, 0 failed
