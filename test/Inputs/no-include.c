// SPDX-License-Identifier: GPL-2.0-or-later
// Includes what does not exist.
#include <linux/mm.h>
#include <linux/nowhere_to_be_found.h>

void nothing(void) {}
