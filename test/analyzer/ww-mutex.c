// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// ww_mutex_lock() says -EALREADY where the context holds the lock: that is held.
#include <linux/mm.h>

#define EALREADY 114
struct ww_acquire_ctx;
struct ww_mutex {
  struct mutex base;
};
int ww_mutex_lock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
void ww_mutex_unlock(struct ww_mutex *lock);

struct buffer {
  struct ww_mutex lock;
};
static void touch(struct buffer *b) { lockdep_assert_held(&b->lock.base); }

static int lock_buffer(struct buffer *b, struct ww_acquire_ctx *ctx) {
  int ret = ww_mutex_lock(&b->lock, ctx);

  if (ret == -EALREADY)
    ret = 0;
  return ret;
}

int ok_already(struct buffer *b, struct ww_acquire_ctx *ctx) {
  int err = lock_buffer(b, ctx);

  if (err)
    return err;
  touch(b);
  return 0;
}

int failed(struct buffer *b, struct ww_acquire_ctx *ctx) {
  if (lock_buffer(b, ctx)) {
    touch(b);
    // CHECK: ww-mutex.c:[[#@LINE-1]]:5: warning: touch() needs buffer.lock held, but failed() does not hold it [lock-not-held]
  }
  return 0;
}

// Without a context it does not fail, and who has none says so to a wrapper.
struct acquire {
  bool intr;
  struct ww_acquire_ctx *none;
  struct mutex ctx;
};
int ww_mutex_lock_interruptible(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);

static int lock_buffer_intr(struct buffer *b, struct ww_acquire_ctx *ctx) {
  return ww_mutex_lock_interruptible(&b->lock, ctx);
}
static int lock_either(struct buffer *b, struct acquire *a, bool intr) {
  if (intr)
    return lock_buffer_intr(b, a ? (struct ww_acquire_ctx *)&a->ctx : NULL);
  return lock_buffer(b, a ? (struct ww_acquire_ctx *)&a->ctx : NULL);
}
static int lock_with(struct buffer *b, struct acquire *a) {
  return lock_either(b, a, a && a->intr);
}
void ok_no_context(struct buffer *b) {
  lock_with(b, NULL);
  touch(b);
  ww_mutex_unlock(&b->lock);
}
void with_context(struct buffer *b, struct acquire *a) {
  if (lock_with(b, a))
    touch(b);
  // CHECK: ww-mutex.c:[[#@LINE-1]]:5: warning: touch() needs buffer.lock held, but with_context() does not hold it [lock-not-held]
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
