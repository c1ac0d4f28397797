/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_LINUX_SCHED_H
#define FAKE_LINUX_SCHED_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct mm_struct;

struct task_struct {
  int pid;
  struct mm_struct *mm;
  spinlock_t alloc_lock;
};

extern struct task_struct *fake_current_task;

static __always_inline struct task_struct *get_current(void) {
  return READ_ONCE(fake_current_task);
}
#define current get_current()

void cond_resched(void);

#endif
