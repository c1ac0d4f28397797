// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/mm.h>

void wrapper(struct vm_area_struct *vma);
void wrapper(struct vm_area_struct *vma) { vm_flags_set(vma, VM_IO); }
