// SPDX-License-Identifier: GPL-2.0-or-later
//
// The handler is in one file and the table that makes it one in another; both
// files have a static function of the same name.
// RUN: rm -rf %t && split-file --leading-lines %s %t
// RUN: %check %t/main.c %t/file.c -- %cflags -I %t | FileCheck %s --implicit-check-not=warning:
// RUN: %check %t/file.c %t/main.c -- %cflags -I %t | FileCheck %s --implicit-check-not=warning:
//
// The file with the handler alone does not say what it is.
// RUN: %check %t/main.c -- %cflags -I %t | FileCheck %s --check-prefix=ALONE --implicit-check-not=warning:
// ALONE: 0 findings; 1 file analyzed, 0 failed

//--- gadget.h
#include <linux/mm.h>
vm_fault_t gadget_fault(struct vm_fault *vmf);
vm_fault_t ok_gadget_fault(struct vm_fault *vmf);
extern struct vm_operations_struct gadget_ops;

//--- file.c
#include "gadget.h"

// Not the one in main.c.
static vm_fault_t local(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  // CHECK: file.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but local() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_LOCKED;
}

struct vm_operations_struct gadget_ops = {
    .fault = gadget_fault,
    .page_mkwrite = ok_gadget_fault,
    .pfn_mkwrite = local,
};

//--- main.c
#include "gadget.h"

static vm_fault_t local(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  return VM_FAULT_LOCKED;
}

vm_fault_t gadget_fault(struct vm_fault *vmf) {
  vm_flags_set(vmf->vma, VM_IO);
  // CHECK: main.c:[[#@LINE-1]]:3: warning: vm_flags_set() needs mmap_lock held for write, but gadget_fault() is entered with it held for read [mmap-write-in-fault]
  // CHECK: file.c:{{[0-9]+}}:{{[0-9]+}}: note: gadget_fault is vm_operations_struct.fault of gadget_ops, set here; entered with mmap_lock held for read
  return VM_FAULT_NOPAGE;
}

vm_fault_t ok_gadget_fault(struct vm_fault *vmf) {
  needs_locked(vmf->vma->vm_mm);
  return VM_FAULT_LOCKED;
}

int ok_with_the_other_local(struct vm_fault *vmf) {
  mmap_write_lock(vmf->vma->vm_mm);
  local(vmf);
  mmap_write_unlock(vmf->vma->vm_mm);
  return 0;
}
// CHECK: 2 findings; 2 files analyzed, 0 failed
