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
// CHECK: 1 finding; 1 file analyzed, 0 failed
