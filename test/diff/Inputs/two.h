// SPDX-License-Identifier: GPL-2.0-or-later
// What it writes, lib/one.h says.
static inline void through(box_t *b) { ACCESS_PRIVATE(b, __vm_flags) = 1; }
