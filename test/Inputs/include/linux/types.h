/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_LINUX_TYPES_H
#define FAKE_LINUX_TYPES_H

#include <linux/compiler.h>

#define NULL ((void *)0)
#define false 0
#define true 1
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

typedef _Bool bool;
typedef __SIZE_TYPE__ size_t;
typedef long ssize_t;
typedef unsigned int gfp_t;
typedef unsigned long pgoff_t;
typedef unsigned long vm_flags_t;
typedef unsigned int vm_fault_t;

typedef struct {
  int counter;
} atomic_t;
typedef struct {
  long counter;
} atomic_long_t;
typedef struct {
  unsigned long pgprot;
} pgprot_t;

static __always_inline long atomic_long_read(const atomic_long_t *v) {
  return READ_ONCE(v->counter);
}

struct list_head {
  struct list_head *next, *prev;
};

#define GFP_KERNEL 0xcc0u
#define EINTR 4
#define EAGAIN 11
#define ENOMEM 12
#define EBUSY 16
#define EINVAL 22

#define container_of(ptr, type, member)                                        \
  ({                                                                           \
    void *fake_member = (void *)(ptr);                                         \
    (type *)((char *)fake_member - __builtin_offsetof(type, member));          \
  })

#endif
