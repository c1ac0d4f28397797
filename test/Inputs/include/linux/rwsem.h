/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_LINUX_RWSEM_H
#define FAKE_LINUX_RWSEM_H

#include <linux/cleanup.h>
#include <linux/lockdep.h>

struct rw_semaphore {
  atomic_long_t count;
  atomic_long_t owner;
  struct list_head wait_list;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
  struct lockdep_map dep_map;
#endif
};

#define DECLARE_RWSEM(x) struct rw_semaphore x
#define RWSEM_UNLOCKED_VALUE 0L
#define RWSEM_WRITER_LOCKED (1L << 0)

static inline int rwsem_is_locked(struct rw_semaphore *sem) {
  return atomic_long_read(&sem->count) != RWSEM_UNLOCKED_VALUE;
}

/*
 * Without lockdep the assertion only looks whether anybody at all holds it;
 * that is what the kernel does since 6.10.
 */
static inline void rwsem_assert_held_nolockdep(const struct rw_semaphore *sem) {
  WARN_ON(atomic_long_read(&sem->count) == RWSEM_UNLOCKED_VALUE);
}
static inline void
rwsem_assert_held_write_nolockdep(const struct rw_semaphore *sem) {
  WARN_ON(!(atomic_long_read(&sem->count) & RWSEM_WRITER_LOCKED));
}
static inline void rwsem_assert_held(const struct rw_semaphore *sem) {
  if (IS_ENABLED(CONFIG_LOCKDEP))
    lockdep_assert_held(sem);
  else
    rwsem_assert_held_nolockdep(sem);
}
static inline void rwsem_assert_held_write(const struct rw_semaphore *sem) {
  if (IS_ENABLED(CONFIG_LOCKDEP))
    lockdep_assert_held_write(sem);
  else
    rwsem_assert_held_write_nolockdep(sem);
}

void down_read(struct rw_semaphore *sem);
int __must_check down_read_interruptible(struct rw_semaphore *sem);
int __must_check down_read_killable(struct rw_semaphore *sem);
int down_read_trylock(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
int __must_check down_write_killable(struct rw_semaphore *sem);
int down_write_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
void downgrade_write(struct rw_semaphore *sem);

#ifdef CONFIG_DEBUG_LOCK_ALLOC
void down_read_nested(struct rw_semaphore *sem, int sub);
void down_write_nested(struct rw_semaphore *sem, int sub);
int __must_check down_write_killable_nested(struct rw_semaphore *sem, int sub);
void _down_write_nest_lock(struct rw_semaphore *sem, struct lockdep_map *nest);
#define down_write_nest_lock(sem, nest_lock)                                   \
  do {                                                                         \
    (void)((struct lockdep_map *)0 == &(nest_lock)->dep_map);                  \
    _down_write_nest_lock(sem, &(nest_lock)->dep_map);                         \
  } while (0)
#else
#define down_read_nested(sem, sub) down_read(sem)
#define down_write_nested(sem, sub) down_write(sem)
#define down_write_killable_nested(sem, sub) down_write_killable(sem)
#define down_write_nest_lock(sem, nest_lock) down_write(sem)
#endif

DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))
DEFINE_GUARD_COND(rwsem_read, _try, down_read_trylock(_T))

#endif
