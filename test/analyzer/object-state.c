// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
// RUN: %check --confidence possible %s -- %cflags | FileCheck %s --check-prefix=ALL
//
// A demand behind what a member of the object says is a mere possibility: the
// object's state mostly goes with the locks that are held in it.
#include <linux/mm.h>

static struct mutex registration;
struct device {
  int state;
};

static void put_device(struct device *d) {
  if (d->state == 1)
    lockdep_assert_held(&registration);
}

void fails_later(struct device *d) {
  mutex_lock(&registration);
  mutex_unlock(&registration);
  put_device(d);
  // ALL: object-state.c:[[#@LINE-1]]:3: warning: put_device() needs registration held, but fails_later() has released it [lock-not-held]
}

static void put_now(struct device *d, int state) {
  if (state == 1)
    lockdep_assert_held(&registration);
}

void told(struct device *d) {
  mutex_lock(&registration);
  mutex_unlock(&registration);
  put_now(d, 1);
  // CHECK: object-state.c:[[#@LINE-1]]:3: warning: put_now() needs registration held, but told() has released it [lock-not-held]
}
// CHECK: 1 finding; 1 file analyzed, 0 failed
