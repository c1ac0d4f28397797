// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// __free() and the bare cleanup attribute.
#include <linux/mm.h>

int step(int n);

struct gadget {
  struct mutex lock;
};
struct buffer {
  struct gadget *owner;
};

static void gadget_touch(struct gadget *g) { lockdep_assert_held(&g->lock); }

static struct buffer *buffer_get(struct gadget *g);
static void buffer_put(struct buffer *b) { gadget_touch(b->owner); }
DEFINE_FREE(buffer_put, struct buffer *, if (_T) buffer_put(_T))

static void unlock_mm(struct mm_struct **mm) { mmap_read_unlock(*mm); }

void unlocked_by_hand_first(struct gadget *g) {
  struct mutex *held __free(mutex) = &g->lock;

  mutex_lock(held);
  mutex_unlock(no_free_ptr(held));
  gadget_touch(g);
  // CHECK: cleanup.c:[[#@LINE-1]]:3: warning: gadget_touch() needs gadget.lock held, but unlocked_by_hand_first() has released it [lock-not-held]
}

void attribute_for_read(struct vm_area_struct *vma) {
  struct mm_struct *mm __cleanup(unlock_mm) = vma->vm_mm;

  mmap_read_lock(mm);
  needs_write(vma);
  // CHECK: cleanup.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but attribute_for_read() holds it for read [mmap-write-in-fault]
}

void attribute_scope_ended(struct mm_struct *which) {
  if (step(1)) {
    struct mm_struct *mm __cleanup(unlock_mm) = which;

    mmap_read_lock(mm);
    needs_locked(which);
  } else {
    return;
  }
  needs_locked(which);
  // CHECK: cleanup.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but attribute_scope_ended() has released it [lock-not-held]
}

int ok_free(struct gadget *g) {
  struct mutex *held __free(mutex) = &g->lock;

  mutex_lock(held);
  gadget_touch(g);
  if (step(1))
    return -EINVAL;
  gadget_touch(g);
  return 0;
}

void ok_attribute(struct vm_area_struct *vma) {
  struct mm_struct *mm __cleanup(unlock_mm) = vma->vm_mm;

  mmap_read_lock(mm);
  needs_locked(vma->vm_mm);
}

// The last declared is the first cleaned up: still under the lock.
int ok_order(struct gadget *g) {
  guard(mutex)(&g->lock);
  struct buffer *b __free(buffer_put) = &(struct buffer){.owner = g};

  return step(1);
}

// And the other way round it is not.
int wrong_order(struct gadget *g) {
  struct buffer *b __free(buffer_put) = &(struct buffer){.owner = g};
  // CHECK: cleanup.c:{{[0-9]+}}:{{[0-9]+}}: warning: {{.*}} needs gadget.lock held, but wrong_order() has released it [lock-not-held]
  guard(mutex)(&g->lock);

  return step(1);
}
// CHECK: 4 findings; 1 file analyzed, 0 failed
