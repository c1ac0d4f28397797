// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// What a call through a pointer with several targets does to locks is not known;
// where a flag that it may have set is tested, the lock may have been taken.
#include <linux/mm.h>

struct gadget {
  struct mutex lock;
  int value;
};
struct work_struct {
  void (*func)(struct work_struct *work);
};
struct job {
  struct work_struct work;
  struct gadget *gadget;
  void (*run)(struct gadget *g, bool *locked);
};

static void takes_it(struct gadget *g, bool *locked) {
  if (!*locked) {
    mutex_lock(&g->lock);
    *locked = true;
  }
}
static void does_not(struct gadget *g, bool *locked) {}
const struct job jobs[] = {{.run = takes_it}, {.run = does_not}};

static void needs_it(struct gadget *g) { lockdep_assert_held(&g->lock); }

static void ok_work(struct work_struct *work) {
  struct job *job = container_of(work, struct job, work);
  bool locked = false;

  job->run(job->gadget, &locked);
  if (locked) {
    needs_it(job->gadget);
    mutex_unlock(&job->gadget->lock);
  }
}
struct work_struct some_work = {.func = ok_work};
// CHECK: 0 findings; 1 file analyzed, 0 failed
