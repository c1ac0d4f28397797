// SPDX-License-Identifier: GPL-2.0-or-later
// A fault handler that is right, and one that never was.
#include "a.h"
#include <linux/mm.h>

static vm_fault_t fault(struct vm_fault *vmf) {
  return helper(vmf->vma);
}
const struct vm_operations_struct ops = {.fault = fault};

static vm_fault_t bad_fault(struct vm_fault *vmf) {
  vm_flags_set(vmf->vma, VM_IO);
  return 0;
}
const struct vm_operations_struct bad_ops = {.fault = bad_fault};
