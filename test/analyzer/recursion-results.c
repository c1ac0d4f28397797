// SPDX-License-Identifier: GPL-2.0-or-later
//
// In a circle of functions none comes back at first, as far as is known. What comes
// back later, and with what, is followed up all the way round: else the code behind
// each such call would be taken for dead.
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
#include <linux/err.h>
#include <linux/mutex.h>

struct pool {
  struct mutex lock;
  int flag;
};

void *take_free(int order);
void *alloc_slow(struct pool *p, int order);

void *alloc(struct pool *p, int order) {
  if (order > 10)
    return 0;
  return alloc_slow(p, order);
}
static void *wrap(struct pool *p) { return alloc(p, 0); }
static void *wrap_again(struct pool *p) { return wrap(p); }

int reclaim(struct pool *p) {
  if (!wrap_again(p))
    return -ENOMEM;
  mutex_lock(&p->lock);
  if (p->flag)
    return -EINVAL;
  // CHECK: recursion-results.c:[[#@LINE-1]]:5: warning: reclaim() returns with pool.lock held here
  mutex_unlock(&p->lock);
  return 0;
}

void *alloc_slow(struct pool *p, int order) {
  void *page = take_free(order);

  if (page)
    return page;
  if (reclaim(p))
    return 0;
  return take_free(order);
}
