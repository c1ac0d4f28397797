// SPDX-License-Identifier: GPL-2.0-or-later
// No finding.
#include <linux/mm.h>

static int mmap(struct file *file, struct vm_area_struct *vma) {
  vm_flags_set(vma, VM_IO);
  return 0;
}
const struct file_operations fops = {.mmap = mmap};
