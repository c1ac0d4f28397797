// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/mm.h>
vm_fault_t helper(struct vm_area_struct *vma);
static inline void touch(struct vm_area_struct *vma) {}
