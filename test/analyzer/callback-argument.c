// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// A function is given another one to call, with a lock held around it. Where the
// finding is shown, at the call that hands the function over or in that
// function, is open; that there is one for each is not.
// CHECK-DAG: callback-argument.c:{{.*}} mmap_lock held for write, but {{.*}} for read [mmap-write-in-fault]
// CHECK-DAG: callback-argument.c:{{.*}} mmap_lock held, but {{.*}} [lock-not-held]
#include <linux/mm.h>

typedef void (*visit_fn)(struct mm_struct *mm, void *data);

static void with_read_lock(struct mm_struct *mm, visit_fn visit, void *data) {
  mmap_read_lock(mm);
  visit(mm, data);
  mmap_read_unlock(mm);
}

static void without_lock(struct mm_struct *mm, visit_fn visit, void *data) {
  visit(mm, data);
}

static void change(struct mm_struct *mm, void *data) { needs_write_mm(mm); }
static void look(struct mm_struct *mm, void *data) { needs_locked(mm); }
static void late(struct mm_struct *mm, void *data) { needs_locked(mm); }

void gives_a_writer(struct mm_struct *mm) {
  with_read_lock(mm, change, NULL);
}

void ok_gives_a_reader(struct mm_struct *mm) {
  with_read_lock(mm, look, NULL);
}

void look_after_unlock(struct mm_struct *mm) {
  mmap_read_lock(mm);
  without_lock(mm, look, NULL);
  mmap_read_unlock(mm);
  without_lock(mm, late, NULL);
}

void ok_lock_around(struct mm_struct *mm) {
  mmap_write_lock(mm);
  without_lock(mm, change, NULL);
  without_lock(mm, look, NULL);
  mmap_write_unlock(mm);
}

// In a struct of callbacks that lives on the stack.
struct visitor {
  void (*visit)(struct mm_struct *mm);
};
static void run(struct mm_struct *mm, const struct visitor *v) {
  mmap_read_lock(mm);
  v->visit(mm);
  mmap_read_unlock(mm);
}
static void ok_visit(struct mm_struct *mm) { needs_locked(mm); }

void ok_visitor_on_the_stack(struct mm_struct *mm) {
  struct visitor v = {.visit = ok_visit};

  run(mm, &v);
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
