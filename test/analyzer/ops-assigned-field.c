// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// Handlers stored by assignment, with and without an address-of, by choice.
#include <linux/mm.h>

struct gadget {
  struct vm_operations_struct ops;
};

static vm_fault_t assigned(struct vm_fault *vmf) {
  vm_flags_set(vmf->vma, VM_IO);
  // CHECK: ops-assigned-field.c:[[#@LINE-1]]:3: warning: vm_flags_set() needs mmap_lock held for write, but assigned() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}
static vm_fault_t address_of(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  // CHECK: ops-assigned-field.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but address_of() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}
static vm_fault_t chosen(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  // CHECK: ops-assigned-field.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but chosen() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}
static vm_fault_t through_a_local(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  // CHECK: ops-assigned-field.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but through_a_local() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}
static vm_fault_t ok_fault(struct vm_fault *vmf) {
  needs_locked(vmf->vma->vm_mm);
  return VM_FAULT_NOPAGE;
}
static void ok_open(struct vm_area_struct *vma) { needs_write(vma); }

void setup(struct gadget *g, int how) {
  vm_fault_t (*handler)(struct vm_fault *) = through_a_local;

  g->ops.open = ok_open;
  g->ops.fault = assigned;
  (&g->ops)->page_mkwrite = &address_of;
  g->ops.pfn_mkwrite = how ? chosen : ok_fault;
  if (how == 2)
    g->ops.page_mkwrite = handler;
}
// CHECK: 4 findings; 1 file analyzed, 0 failed
