// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/mm.h>
#include <generated/limit.h>

#ifdef __CHECKER__
#error "what is for sparse has come through"
#endif

void open_up(struct vm_area_struct *vma, int limit);

static vm_fault_t mkwrite(struct vm_fault *vmf) {
  open_up(vmf->vma, LIMIT);
  return VM_FAULT_LOCKED;
}

const struct vm_operations_struct ops = {.page_mkwrite = mkwrite};
