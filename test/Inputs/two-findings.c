// SPDX-License-Identifier: GPL-2.0-or-later
// One finding of each rule, for the tests of reports.
#include <linux/mm.h>

static vm_fault_t fault(struct vm_fault *vmf) {
  vm_flags_set(vmf->vma, VM_IO);
  return VM_FAULT_NOPAGE;
}
const struct vm_operations_struct table = {.fault = fault};

struct gadget {
  struct rw_semaphore sem;
};
static void change(struct gadget *g) { lockdep_assert_held_write(&g->sem); }

void only_read(struct gadget *g) {
  down_read(&g->sem);
  change(g);
  up_read(&g->sem);
}
