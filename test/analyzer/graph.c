// SPDX-License-Identifier: GPL-2.0-or-later
//
// The lock-order graph. The order is that of a device whose mappings are zapped: the
// fault handler takes `list` and then `memory` under mmap_lock; who zaps keeps to it, and
// where several devices are locked only tries.
// RUN: %holdfast graph -q --rules %rules %s -- %cflags | FileCheck %s --implicit-check-not='->'
// RUN: %holdfast graph -q --rules %rules --format dot %s -- %cflags | FileCheck %s --check-prefix=DOT
// RUN: %holdfast graph -q --rules %rules --format html -o %t.html %s -- %cflags
// RUN: FileCheck %s --check-prefix=HTML < %t.html
// RUN: not grep -E 'https?:|src=|@import|url\(' %t.html
// RUN: %holdfast graph -q --rules %rules --class '*.memory' %s -- %cflags | FileCheck %s --check-prefix=ONLY --implicit-check-not='->'
// RUN: %holdfast graph -q --rules %rules --depth 1 --class other.deep %s -- %cflags | FileCheck %s --check-prefix=NEAR
// RUN: %exits 2 %holdfast graph -q --rules %rules --class '[' %s -- %cflags 2>&1 | FileCheck %s --check-prefix=GLOB
// RUN: %exits 2 %holdfast graph -q --rules %rules --format svg %s -- %cflags 2>&1 | FileCheck %s --check-prefix=FORMAT
// RUN: %exits 3 %holdfast graph -q --rules %rules %s %inputs/broken.c -- %cflags 2>&1 | FileCheck %s --check-prefix=BROKEN
// GLOB: holdfast: error: '[' is no glob
// FORMAT: holdfast: error: {{.*}}svg
// BROKEN: broken.c: not analyzed
//
// Nothing of this is a cycle.
// RUN: %check %s -- %cflags | FileCheck %s --check-prefix=SILENT
// SILENT: 0 findings
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>

struct device {
  struct mutex list;
  struct rw_semaphore memory;
  struct mutex set;
};
struct other {
  struct mutex outer, deep;
};

// CHECK: device.list -> device.memory (read)
// CHECK: device.list -> device.memory{{$}}
// CHECK-NEXT: graph.c:[[#@LINE+16]]: zap_and_lock acquires device.list here
// CHECK-NEXT: graph.c:[[#@LINE+16]]: zap_and_lock waits for device.memory here
// CHECK: device.set -> device.list (try)
// CHECK-NEXT: reset acquires device.set here
// CHECK-NEXT: reset calls take
// CHECK-NEXT: take tries for device.list here
static int take(struct device *d, bool try) {
  if (try) {
    if (!mutex_trylock(&d->list))
      return 0;
  } else {
    mutex_lock(&d->list);
  }
  return 1;
}
void zap_and_lock(struct device *d) {
  mutex_lock(&d->list);
  down_write(&d->memory);
  mutex_unlock(&d->list);
  up_write(&d->memory);
}
int reset(struct device *d) {
  int ret;
  mutex_lock(&d->set);
  ret = take(d, true);
  if (ret)
    mutex_unlock(&d->list);
  mutex_unlock(&d->set);
  return ret;
}

// CHECK: mmap_lock (read) -> device.list
// CHECK-NEXT: device_fault is vm_operations_struct.fault of device_ops, set here; entered with mmap_lock held for read
// CHECK-NEXT: device_fault waits for device.list here
// CHECK: mmap_lock (read) -> device.memory (read)
static vm_fault_t device_fault(struct vm_fault *vmf) {
  struct device *d = vmf->vma->vm_private_data;
  mutex_lock(&d->list);
  down_read(&d->memory);
  up_read(&d->memory);
  mutex_unlock(&d->list);
  return 0;
}
const struct vm_operations_struct device_ops = {.fault = device_fault};

// CHECK: other.outer -> other.deep
// CHECK-NEXT: outer acquires other.outer here
// CHECK-NEXT: outer calls middle
// CHECK-NEXT: middle waits for other.deep here
static void middle(struct other *o) {
  mutex_lock(&o->deep);
  mutex_unlock(&o->deep);
}
void outer(struct other *o) {
  mutex_lock(&o->outer);
  middle(o);
  mutex_unlock(&o->outer);
}
// CHECK: 6 classes, 6 edges (1 of them only tried)

// DOT: digraph locks {
// DOT: "device.list" -> "device.memory" [label="write / read"
// DOT: "device.set" -> "device.list" [label="try", style=dashed
// DOT: "mmap_lock" -> "device.memory" [label="read / read"
// DOT: }

// HTML: <!DOCTYPE html>
// HTML: <input id="find"
// HTML: <section id="c0" data-name="device.list">
// HTML: &rarr; <a href="#c1">device.memory</a>

// ONLY: device.list -> device.memory (read)
// ONLY: device.list -> device.memory{{$}}
// ONLY: mmap_lock (read) -> device.memory (read)
// ONLY: 3 classes, 3 edges

// NEAR: 0 classes, 0 edges
