// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// A register function stores the handler it is given.
#include <linux/mm.h>

typedef vm_fault_t (*fault_fn)(struct vm_fault *vmf);

struct gadget {
  struct vm_operations_struct ops;
};

static void set_fault(struct gadget *g, fault_fn fn) { g->ops.fault = fn; }

// One more hand in between, and the table itself as the parameter.
static void fill(struct vm_operations_struct *ops, fault_fn fn,
                 void (*open)(struct vm_area_struct *vma)) {
  ops->page_mkwrite = fn;
  ops->open = open;
}
static void fill_outer(struct gadget *g, fault_fn fn,
                       void (*open)(struct vm_area_struct *vma)) {
  fill(&g->ops, fn, open);
}

static vm_fault_t given(struct vm_fault *vmf) {
  vm_flags_set(vmf->vma, VM_IO);
  // CHECK: ops-through-param.c:[[#@LINE-1]]:3: warning: vm_flags_set() needs mmap_lock held for write, but given() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}
static vm_fault_t given_twice(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  // CHECK: ops-through-param.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but given_twice() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_LOCKED;
}
static vm_fault_t ok_given(struct vm_fault *vmf) {
  needs_locked(vmf->vma->vm_mm);
  return VM_FAULT_NOPAGE;
}
static void ok_open(struct vm_area_struct *vma) { needs_write(vma); }

// Given to somebody who does not store it as a fault handler.
static vm_fault_t ok_not_stored(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  return VM_FAULT_NOPAGE;
}
static int same(fault_fn a, fault_fn b) { return a == b; }

int setup(struct gadget *g) {
  set_fault(g, given);
  set_fault(g, ok_given);
  fill_outer(g, given_twice, ok_open);
  return same(ok_not_stored, g->ops.fault);
}
// CHECK: 2 findings; 1 file analyzed, 0 failed
