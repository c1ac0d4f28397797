// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
//
// What the callbacks of a mapping are entered with.
#include <linux/mm.h>

static vm_fault_t fault(struct vm_fault *vmf) {
  vm_flags_set(vmf->vma, VM_PFNMAP);
  // CHECK: callbacks.c:[[#@LINE-1]]:3: warning: vm_flags_set() needs mmap_lock held for write, but fault() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}

static vm_fault_t mkwrite(struct vm_fault *vmf) {
  struct vm_area_struct *vma = vmf->vma;

  needs_write(vma);
  // CHECK: callbacks.c:[[#@LINE-1]]:3: warning: needs_write() needs mmap_lock held for write, but mkwrite() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_LOCKED;
}

static int access(struct vm_area_struct *vma, unsigned long addr, void *buf,
                  int len, int write) {
  vm_flags_clear(vma, VM_IO);
  // CHECK: callbacks.c:[[#@LINE-1]]:3: warning: vm_flags_clear() needs mmap_lock held for write, but access() is entered with it held for read [mmap-write-in-fault]
  return len;
}

// The way down goes through helpers; the handler's own call is where it starts.
static void helper(struct vm_area_struct *vma) { vm_flags_set(vma, VM_IO); }

static vm_fault_t fault_deep(struct vm_fault *vmf) {
  helper(vmf->vma);
  // CHECK: callbacks.c:[[#@LINE-1]]:3: warning: helper() needs mmap_lock held for write, but fault_deep() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}

// Dropping what it was entered with and taking it for write: its own affair,
// and here the lock is what is asked for.
static vm_fault_t ok_fault_retakes(struct vm_fault *vmf) {
  struct mm_struct *mm = vmf->vma->vm_mm;

  mmap_read_unlock(mm);
  mmap_write_lock(mm);
  needs_write_mm(mm);
  mmap_write_unlock(mm);
  return VM_FAULT_RETRY;
}

static vm_fault_t ok_fault(struct vm_fault *vmf) {
  needs_locked(vmf->vma->vm_mm);
  return VM_FAULT_NOPAGE;
}

static int ok_mmap(struct file *file, struct vm_area_struct *vma) {
  vm_flags_set(vma, VM_IO);
  helper(vma);
  needs_write(vma);
  return 0;
}

static void ok_open(struct vm_area_struct *vma) { needs_write(vma); }

static void ok_close(struct vm_area_struct *vma) { needs_locked(vma->vm_mm); }

static int ok_access(struct vm_area_struct *vma, unsigned long addr, void *buf,
                     int len, int write) {
  needs_locked(vma->vm_mm);
  return len;
}

// Not a callback of anything: its caller may well hold it for write.
vm_fault_t ok_looks_like_a_fault(struct vm_fault *vmf) {
  needs_write(vmf->vma);
  return 0;
}

const struct vm_operations_struct ops = {
    .fault = fault,
    .page_mkwrite = mkwrite,
    .access = access,
};
const struct vm_operations_struct deep_ops = {.fault = fault_deep};
const struct vm_operations_struct ok_ops = {
    .open = ok_open,
    .close = ok_close,
    .fault = ok_fault,
    .access = ok_access,
};
const struct vm_operations_struct ok_retake_ops = {.fault = ok_fault_retakes};
const struct file_operations ok_fops = {.mmap = ok_mmap};
// CHECK: 4 findings; 1 file analyzed, 0 failed
