// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef TEST_LINUX_SLAB_H
#define TEST_LINUX_SLAB_H

#include <linux/types.h>

#define GFP_ATOMIC 0x820u
#define GFP_NOWAIT 0x800u
#define __GFP_ZERO 0x100u

void *kmalloc_noprof(size_t size, gfp_t flags);
#define kmalloc(...) kmalloc_noprof(__VA_ARGS__)
static inline void *kzalloc(size_t size, gfp_t flags) {
  return kmalloc(size, flags | __GFP_ZERO);
}
void kfree(const void *p);

#endif
