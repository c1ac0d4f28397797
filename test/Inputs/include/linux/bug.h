/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_LINUX_BUG_H
#define FAKE_LINUX_BUG_H

#include <linux/types.h>

void fake_warn(const char *file, int line);

#define BUG()                                                                  \
  do {                                                                         \
    asm volatile("ud2");                                                       \
    __builtin_unreachable();                                                   \
  } while (0)
#define BUG_ON(cond)                                                           \
  do {                                                                         \
    if (unlikely(cond))                                                        \
      BUG();                                                                   \
  } while (0)

#define WARN_ON(cond)                                                          \
  ({                                                                           \
    int fake_hit = !!(cond);                                                   \
    if (unlikely(fake_hit))                                                    \
      fake_warn(__FILE__, __LINE__);                                           \
    unlikely(fake_hit);                                                        \
  })
#define WARN_ON_ONCE(cond)                                                     \
  ({                                                                           \
    static bool fake_seen;                                                     \
    int fake_once = !!(cond);                                                  \
    if (unlikely(fake_once && !fake_seen)) {                                   \
      fake_seen = true;                                                        \
      WARN_ON(1);                                                              \
    }                                                                          \
    unlikely(fake_once);                                                       \
  })

/* The debug forms check nothing and generate nothing when the option is off. */
#ifdef CONFIG_DEBUG_VM
#define VM_BUG_ON(cond) BUG_ON(cond)
#define VM_BUG_ON_MM(cond, mm) BUG_ON(cond)
#define VM_BUG_ON_VMA(cond, vma) BUG_ON(cond)
#define VM_WARN_ON(cond) ((void)WARN_ON(cond))
#else
#define VM_BUG_ON(cond) ((void)sizeof((long)(cond)))
#define VM_BUG_ON_MM(cond, mm) VM_BUG_ON(cond)
#define VM_BUG_ON_VMA(cond, vma) VM_BUG_ON(cond)
#define VM_WARN_ON(cond) ((void)sizeof((long)(cond)))
#endif

#endif
