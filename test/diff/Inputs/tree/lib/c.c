// SPDX-License-Identifier: GPL-2.0-or-later
// Has nothing to do with the others, and is wrong.
#include <linux/mm.h>

void for_read(struct mm_struct *mm) {
  mmap_read_lock(mm);
  needs_write_mm(mm);
  mmap_read_unlock(mm);
}
