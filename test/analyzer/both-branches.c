// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// What every branch needs is needed, whatever the condition. What only one
// needs, on the state of an object the caller may know better, is not reported
// as likely.
#include <linux/mm.h>

static void first(struct vm_area_struct *vma) { vm_flags_set(vma, VM_IO); }
static void second(struct vm_area_struct *vma) { needs_write(vma); }

static void one_or_the_other(struct vm_area_struct *vma) {
  if (vma->vm_pgoff)
    first(vma);
  else
    second(vma);
}

static void by_number(struct vm_area_struct *vma, int how) {
  switch (how) {
  case 0:
    first(vma);
    break;
  case 1:
    second(vma);
    break;
  default:
    vm_flags_clear(vma, VM_IO);
  }
}

static vm_fault_t fault(struct vm_fault *vmf) {
  one_or_the_other(vmf->vma);
  // CHECK: both-branches.c:[[#@LINE-1]]:3: warning: one_or_the_other() needs mmap_lock held for write, but fault() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}

void only_read(struct vm_area_struct *vma, int how) {
  mmap_read_lock(vma->vm_mm);
  by_number(vma, how);
  // CHECK: both-branches.c:[[#@LINE-1]]:3: warning: by_number() needs mmap_lock held for write, but only_read() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(vma->vm_mm);
}

// Set up in mmap(), and never changed again in a fault.
static void unless_already(struct vm_area_struct *vma) {
  if (!(vma->vm_flags & VM_MIXEDMAP))
    vm_flags_set(vma, VM_MIXEDMAP);
}

static vm_fault_t ok_fault(struct vm_fault *vmf) {
  unless_already(vmf->vma);
  return VM_FAULT_NOPAGE;
}

static int ok_mmap(struct file *file, struct vm_area_struct *vma) {
  one_or_the_other(vma);
  by_number(vma, 1);
  unless_already(vma);
  return 0;
}

const struct vm_operations_struct ops = {.fault = fault};
const struct vm_operations_struct ok_ops = {.fault = ok_fault};
const struct file_operations fops = {.mmap = ok_mmap};
// CHECK: 2 findings; 1 file analyzed, 0 failed
