// SPDX-License-Identifier: GPL-2.0-or-later
// RUN: %check %s -- %cflags | FileCheck %s --implicit-check-not=warning:
// RUN: %check %s -- %cflags -D__CHECKER__ | FileCheck %s --implicit-check-not=warning:
//
// vm_flags written directly, in each of its spellings. Reading it and changing
// a copy are fine.
#include <linux/mm.h>

static vm_fault_t fault_private(struct vm_fault *vmf) {
  ACCESS_PRIVATE(vmf->vma, __vm_flags) |= VM_IO;
  // CHECK: guarded-field.c:[[#@LINE-1]]:{{[0-9]+}}: warning: writing vm_area_struct.{{(__)?}}vm_flags needs mmap_lock held for write, but fault_private() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}

static vm_fault_t fault_write_once(struct vm_fault *vmf) {
  struct vm_area_struct *vma = vmf->vma;

  WRITE_ONCE(ACCESS_PRIVATE(vma, __vm_flags), vma->vm_flags & ~VM_IO);
  // CHECK: guarded-field.c:[[#@LINE-1]]:{{[0-9]+}}: warning: writing vm_area_struct.{{(__)?}}vm_flags needs mmap_lock held for write, but fault_write_once() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}

static vm_fault_t fault_cast(struct vm_fault *vmf) {
  *(vm_flags_t *)&vmf->vma->vm_flags |= VM_IO;
  // CHECK: guarded-field.c:[[#@LINE-1]]:{{[0-9]+}}: warning: writing vm_area_struct.{{(__)?}}vm_flags needs mmap_lock held for write, but fault_cast() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}

static void set_flag(struct vm_area_struct *vma) { vma->__vm_flags = VM_IO; }

static vm_fault_t fault_in_a_helper(struct vm_fault *vmf) {
  set_flag(vmf->vma);
  // CHECK: guarded-field.c:[[#@LINE-1]]:3: warning: set_flag() needs mmap_lock held for write, but fault_in_a_helper() is entered with it held for read [mmap-write-in-fault]
  return VM_FAULT_NOPAGE;
}

void held_for_read(struct vm_area_struct *vma) {
  mmap_read_lock(vma->vm_mm);
  vma->__vm_flags &= ~VM_IO;
  // CHECK: guarded-field.c:[[#@LINE-1]]:{{[0-9]+}}: warning: writing vm_area_struct.{{(__)?}}vm_flags needs mmap_lock held for write, but held_for_read() holds it for read [mmap-write-in-fault]
  mmap_read_unlock(vma->vm_mm);
}

static vm_fault_t ok_fault_local_copy(struct vm_fault *vmf) {
  vm_flags_t flags = vmf->vma->vm_flags;

  flags |= VM_IO;
  if (flags & VM_WRITE)
    flags &= ~VM_WRITE;
  return flags ? VM_FAULT_NOPAGE : VM_FAULT_SIGBUS;
}

static vm_fault_t ok_fault_copied_vma(struct vm_fault *vmf) {
  struct vm_area_struct copy = *vmf->vma;

  copy.__vm_flags |= VM_IO;
  return copy.vm_flags ? VM_FAULT_NOPAGE : VM_FAULT_SIGBUS;
}

static vm_fault_t ok_fault_reads(struct vm_fault *vmf) {
  return vmf->vma->vm_flags & VM_WRITE ? VM_FAULT_NOPAGE : VM_FAULT_SIGBUS;
}

// Its other fields are not guarded by that rule.
static vm_fault_t ok_fault_other_field(struct vm_fault *vmf) {
  vmf->vma->vm_private_data = NULL;
  return VM_FAULT_NOPAGE;
}

// A field of the same name in another record.
struct region {
  struct mm_struct *vm_mm;
  unsigned long vm_flags;
};
static vm_fault_t ok_fault_other_record(struct vm_fault *vmf) {
  struct region *r = vmf->vma->vm_private_data;

  r->vm_flags |= VM_IO;
  return VM_FAULT_NOPAGE;
}

static int ok_mmap(struct file *file, struct vm_area_struct *vma) {
  vma->__vm_flags |= VM_IO;
  return 0;
}

void ok_held_for_write(struct vm_area_struct *vma) {
  mmap_write_lock(vma->vm_mm);
  ACCESS_PRIVATE(vma, __vm_flags) |= VM_IO;
  mmap_write_unlock(vma->vm_mm);
}

const struct vm_operations_struct a = {.fault = fault_private};
const struct vm_operations_struct b = {.fault = fault_write_once};
const struct vm_operations_struct c = {.fault = fault_cast};
const struct vm_operations_struct d = {.fault = fault_in_a_helper};
const struct vm_operations_struct e = {.fault = ok_fault_local_copy};
const struct vm_operations_struct f = {.fault = ok_fault_copied_vma};
const struct vm_operations_struct g = {.fault = ok_fault_reads};
const struct vm_operations_struct h = {.fault = ok_fault_other_field};
const struct vm_operations_struct i = {.fault = ok_fault_other_record};
const struct file_operations fops = {.mmap = ok_mmap};
// CHECK: 5 findings; 1 file analyzed, 0 failed
