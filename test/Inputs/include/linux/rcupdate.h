/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_LINUX_RCUPDATE_H
#define FAKE_LINUX_RCUPDATE_H

#include <linux/types.h>

void __rcu_read_lock(void);
void __rcu_read_unlock(void);

static __always_inline void rcu_read_lock(void) { __rcu_read_lock(); }
static inline void rcu_read_unlock(void) { __rcu_read_unlock(); }

#define rcu_dereference(p) READ_ONCE(p)

#endif
