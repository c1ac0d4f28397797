// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Statement expressions: ({ ... }).
#include <linux/mm.h>

int step(int n);

#define TRY_LOCK(mm)                                                           \
  ({                                                                           \
    int ret__ = 0;                                                             \
    if (step(1) || !mmap_read_trylock(mm))                                     \
      ret__ = -EBUSY;                                                          \
    ret__;                                                                     \
  })
#define LOCKED_VALUE(mm, value)                                                \
  ({                                                                           \
    typeof(value) value__;                                                     \
    mmap_read_lock(mm);                                                        \
    value__ = (value);                                                         \
    mmap_read_unlock(mm);                                                      \
    value__;                                                                   \
  })

static int count(struct mm_struct *mm) {
  needs_locked(mm);
  return 1;
}
static int change(struct mm_struct *mm) {
  needs_write_mm(mm);
  return 1;
}

int after_it(struct mm_struct *mm) {
  int n = LOCKED_VALUE(mm, step(1));

  return n + count(mm);
  // CHECK: stmt-expr.c:[[#@LINE-1]]:14: warning: count() needs mmap_lock held, but after_it() has released it [lock-not-held]
}

int in_it(struct mm_struct *mm) {
  return LOCKED_VALUE(mm, change(mm));
  // CHECK: stmt-expr.c:[[#@LINE-1]]:{{[0-9]+}}: warning: change() needs mmap_lock held for write, but in_it() holds it for read [mmap-write-in-fault]
}

int try_for_read(struct mm_struct *mm) {
  int n;

  if (TRY_LOCK(mm))
    return -EBUSY;
  n = change(mm);
  // CHECK: stmt-expr.c:[[#@LINE-1]]:7: warning: change() needs mmap_lock held for write, but try_for_read() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(mm);
  return n;
}

int ok_in_it(struct mm_struct *mm) { return LOCKED_VALUE(mm, count(mm)); }

int ok_try(struct mm_struct *mm) {
  int n;

  if (TRY_LOCK(mm))
    return -EBUSY;
  n = count(mm);
  mmap_read_unlock(mm);
  return n;
}

int ok_as_a_condition(struct mm_struct *mm) {
  if (({
        bool got = mmap_read_trylock(mm);
        got;
      })) {
    needs_locked(mm);
    mmap_read_unlock(mm);
  }
  return 0;
}

int ok_wait_until(struct mm_struct *mm) {
  int n = ({
    for (;;) {
      if (mmap_read_trylock(mm))
        break;
      cond_resched();
    }
    count(mm);
  });

  mmap_read_unlock(mm);
  return n;
}
// CHECK: 3 findings; 1 file analyzed, 0 failed
