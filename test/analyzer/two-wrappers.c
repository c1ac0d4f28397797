// SPDX-License-Identifier: GPL-2.0-or-later
//
// page_mkwrite calls a wrapper in a second file, which calls one in a third,
// which calls vm_flags_set(). No rule names any of them.
// RUN: rm -rf %t && split-file --leading-lines %s %t
// RUN: %check %t/a.c %t/b.c %t/c.c -- %cflags -I %t | FileCheck %s --implicit-check-not=warning:
// RUN: %check %t/c.c %t/a.c %t/b.c -- %cflags -I %t | FileCheck %s --implicit-check-not=warning:
//
// Without the third file nobody can know: silence, and nothing invented.
// RUN: %check %t/a.c %t/b.c -- %cflags -I %t | FileCheck %s --check-prefix=ALONE --implicit-check-not=warning:
// ALONE: 0 findings; 2 files analyzed, 0 failed

//--- wrappers.h
#include <linux/mm.h>
void outer_wrapper(struct vm_area_struct *vma);
void inner_wrapper(struct vm_area_struct *vma, unsigned long flags);
void ok_outer_wrapper(struct vm_area_struct *vma);
void ok_inner_wrapper(struct mm_struct *mm);

//--- a.c
#include "wrappers.h"

static vm_fault_t mkwrite(struct vm_fault *vmf) {
  outer_wrapper(vmf->vma);
  // CHECK: a.c:[[#@LINE-1]]:3: warning: outer_wrapper() needs mmap_lock held for write, but mkwrite() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_LOCKED;
}

static vm_fault_t ok_mkwrite(struct vm_fault *vmf) {
  ok_outer_wrapper(vmf->vma);
  return VM_FAULT_LOCKED;
}

static int ok_mmap(struct file *file, struct vm_area_struct *vma) {
  outer_wrapper(vma);
  ok_outer_wrapper(vma);
  return 0;
}

const struct vm_operations_struct ops = {.page_mkwrite = mkwrite};
// CHECK: a.c:[[#@LINE-1]]:{{[0-9]+}}: note: mkwrite is vm_operations_struct.page_mkwrite of ops, set here; entered with mmap_lock held for read
const struct vm_operations_struct ok_ops = {.page_mkwrite = ok_mkwrite};
const struct file_operations ok_fops = {.mmap = ok_mmap};
// CHECK: a.c:{{[0-9]+}}:3: note: mkwrite calls outer_wrapper

//--- b.c
#include "wrappers.h"

void outer_wrapper(struct vm_area_struct *vma) {
  inner_wrapper(vma, VM_IO);
  // CHECK: b.c:[[#@LINE-1]]:3: note: outer_wrapper calls inner_wrapper
}
void ok_outer_wrapper(struct vm_area_struct *vma) {
  ok_inner_wrapper(vma->vm_mm);
}

//--- c.c
#include "wrappers.h"

void inner_wrapper(struct vm_area_struct *vma, unsigned long flags) {
  vm_flags_set(vma, flags);
  // CHECK: c.c:[[#@LINE-1]]:3: note: inner_wrapper calls vm_flags_set
}
void ok_inner_wrapper(struct mm_struct *mm) { needs_locked(mm); }
// CHECK: note: {{.*(asserts|claims|must be called).*}} mmap_lock {{(is )?}}held for write
// CHECK: 1 finding; 3 files analyzed, 0 failed
