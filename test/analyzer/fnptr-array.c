// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check --confidence possible %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Functions in arrays: any element may be the one that is called. Where several
// may be, the finding is in the one that is entered in a way it cannot work.
// Which instance was dropped is a guess by class, so that one is only possible.
#include <linux/mm.h>

typedef void (*handler_t)(struct mm_struct *mm);

static void look(struct mm_struct *mm) { needs_locked(mm); }
static void change(struct mm_struct *mm) {
  needs_write_mm(mm);
  // CHECK: fnptr-array.c:[[#@LINE-1]]:3: warning: needs_write_mm() needs mmap_lock held for write, but change() is entered with it held for read [mmap-write-in-fault]
}
static void late(struct mm_struct *mm) {
  needs_locked(mm);
  // CHECK: fnptr-array.c:[[#@LINE-1]]:3: warning: needs_locked() needs mmap_lock held, but late() is entered without it [lock-not-held]
}
static void neither(struct mm_struct *mm) { cond_resched(); }

static const handler_t looks[] = {look, neither};
static const handler_t changes[] = {neither, [2] = change};
static const handler_t nothings[] = {neither, neither};

struct command {
  int code;
  handler_t run;
};
static const struct command commands[] = {
    {1, neither},
    {.code = 2, .run = late},
};

void any_of_them(struct mm_struct *mm, int i) {
  mmap_read_lock(mm);
  looks[i](mm);
  changes[i](mm);
  mmap_read_unlock(mm);
}

void table_after_unlock(struct mm_struct *mm, int i) {
  mmap_read_lock(mm);
  commands[i].run(mm);
  mmap_read_unlock(mm);
  commands[i].run(mm);
}

void ok_write_held(struct mm_struct *mm, int i) {
  mmap_write_lock(mm);
  looks[i](mm);
  changes[i](mm);
  mmap_write_unlock(mm);
  nothings[i](mm);
}

void ok_entry_in_a_local(struct mm_struct *mm, int i) {
  const struct command *c = &commands[i];

  mmap_read_lock(mm);
  c->run(mm);
  mmap_read_unlock(mm);
}

void ok_for_each(struct mm_struct *mm) {
  mmap_write_lock(mm);
  for (size_t i = 0; i < ARRAY_SIZE(changes); i++)
    if (changes[i])
      changes[i](mm);
  mmap_write_unlock(mm);
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
