// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Assertions on a rwsem with and without a mode.
// RUN: %check %s -- %cflags -DCONFIG_PROVE_LOCKING | FileCheck %s --implicit-check-not=warning:
#include <linux/mm.h>

struct table {
  struct rw_semaphore sem;
};

static void look(struct table *t) { lockdep_assert_held(&t->sem); }
static void look_read(struct table *t) { lockdep_assert_held_read(&t->sem); }
static void change(struct table *t) { lockdep_assert_held_write(&t->sem); }
static void look2(struct table *t) { rwsem_assert_held(&t->sem); }
static void change2(struct table *t) { rwsem_assert_held_write(&t->sem); }

void change_for_read(struct table *t) {
  down_read(&t->sem);
  change(t);
  // CHECK: rwsem-modes.c:[[#@LINE-1]]:3: warning: change() needs table.sem held for write, but change_for_read() holds it for read [lock-not-held]
  change2(t);
  // CHECK: rwsem-modes.c:[[#@LINE-1]]:3: warning: change2() needs table.sem held for write, but change_for_read() holds it for read [lock-not-held]
  up_read(&t->sem);
}

void look_unlocked(struct table *t) {
  down_read(&t->sem);
  up_read(&t->sem);
  look(t);
  // CHECK: rwsem-modes.c:[[#@LINE-1]]:3: warning: look() needs table.sem held, but look_unlocked() has released it [lock-not-held]
}

void look2_unlocked(struct table *t) {
  down_write(&t->sem);
  up_write(&t->sem);
  look2(t);
  // CHECK: rwsem-modes.c:[[#@LINE-1]]:3: warning: look2() needs table.sem held, but look2_unlocked() has released it [lock-not-held]
}

void look_read_unlocked(struct table *t) {
  down_read(&t->sem);
  up_read(&t->sem);
  look_read(t);
  // CHECK: rwsem-modes.c:[[#@LINE-1]]:3: warning: look_read() needs table.sem held for read, but look_read_unlocked() has released it [lock-not-held]
}

void ok_read(struct table *t) {
  down_read(&t->sem);
  look(t);
  look_read(t);
  look2(t);
  up_read(&t->sem);
}

void ok_write(struct table *t) {
  down_write(&t->sem);
  look(t);
  look2(t);
  change(t);
  change2(t);
  up_write(&t->sem);
}
// CHECK: 5 findings; 1 file analyzed, 0 failed
