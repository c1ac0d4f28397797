// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Function pointers in unions; the finding is in the function called.
#include <linux/mm.h>

static void look(struct mm_struct *mm) { needs_locked(mm); }
static void change(struct mm_struct *mm, int how) {
  needs_write_mm(mm);
  // CHECK: fnptr-union.c:[[#@LINE-1]]:3: warning: needs_write_mm() needs mmap_lock held for write, but change() is entered with it held for read [mmap-write-in-fault]
}
static void change_named(struct mm_struct *mm, int how) {
  needs_write_mm(mm);
  // CHECK: fnptr-union.c:[[#@LINE-1]]:3: warning: needs_write_mm() needs mmap_lock held for write, but change_named() is entered with it held for read [mmap-write-in-fault]
}

struct work {
  int kind;
  union {
    void (*plain)(struct mm_struct *mm);
    void (*with_arg)(struct mm_struct *mm, int how);
  };
};
struct named_work {
  union {
    void (*plain)(struct mm_struct *mm);
    void (*with_arg)(struct mm_struct *mm, int how);
  } u;
};

static const struct work look_work = {.plain = look};
static const struct work change_work = {.kind = 1, .with_arg = change};
static const struct named_work named = {.u.with_arg = change_named};

void run_for_read(struct mm_struct *mm, const struct work *w) {
  mmap_read_lock(mm);
  if (!w->kind)
    w->plain(mm);
  else
    w->with_arg(mm, 1);
  mmap_read_unlock(mm);
}

void run_named_for_read(struct mm_struct *mm, const struct named_work *w) {
  mmap_read_lock(mm);
  w->u.with_arg(mm, 1);
  mmap_read_unlock(mm);
}

void ok_run(struct mm_struct *mm, const struct work *w) {
  mmap_read_lock(mm);
  if (!w->kind)
    w->plain(mm);
  mmap_read_unlock(mm);
  mmap_write_lock(mm);
  if (w->kind)
    w->with_arg(mm, 1);
  mmap_write_unlock(mm);
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
