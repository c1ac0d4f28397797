/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_LINUX_MUTEX_H
#define FAKE_LINUX_MUTEX_H

#include <linux/cleanup.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>

struct mutex {
  atomic_long_t owner;
  raw_spinlock_t wait_lock;
  struct list_head wait_list;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
  struct lockdep_map dep_map;
#endif
};

#define DEFINE_MUTEX(x) struct mutex x

bool mutex_is_locked(struct mutex *lock);

#ifdef CONFIG_DEBUG_LOCK_ALLOC
void mutex_lock_nested(struct mutex *lock, unsigned int sub);
int __must_check mutex_lock_interruptible_nested(struct mutex *lock,
                                                 unsigned int sub);
int __must_check mutex_lock_killable_nested(struct mutex *lock,
                                            unsigned int sub);
void _mutex_lock_nest_lock(struct mutex *lock, struct lockdep_map *nest_lock);
#define mutex_lock(lock) mutex_lock_nested(lock, 0)
#define mutex_lock_interruptible(lock) mutex_lock_interruptible_nested(lock, 0)
#define mutex_lock_killable(lock) mutex_lock_killable_nested(lock, 0)
#define mutex_lock_nest_lock(lock, nest_lock)                                  \
  do {                                                                         \
    (void)((struct lockdep_map *)0 == &(nest_lock)->dep_map);                  \
    _mutex_lock_nest_lock(lock, &(nest_lock)->dep_map);                        \
  } while (0)
#else
void mutex_lock(struct mutex *lock);
int __must_check mutex_lock_interruptible(struct mutex *lock);
int __must_check mutex_lock_killable(struct mutex *lock);
#define mutex_lock_nested(lock, sub) mutex_lock(lock)
#define mutex_lock_interruptible_nested(lock, sub) mutex_lock_interruptible(lock)
#define mutex_lock_killable_nested(lock, sub) mutex_lock_killable(lock)
#define mutex_lock_nest_lock(lock, nest_lock) mutex_lock(lock)
#endif

int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);

DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))
DEFINE_GUARD_COND(mutex, _intr, mutex_lock_interruptible(_T) == 0)
DEFINE_FREE(mutex, struct mutex *, if (_T) mutex_unlock(_T))

#endif
