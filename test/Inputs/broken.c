// SPDX-License-Identifier: GPL-2.0-or-later
// Does not parse.
#include <linux/mm.h>

void broken(struct mm_struct *mm) {
  mmap_read_lock(mm)
  this is no C;
}
