/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_LINUX_LOCKDEP_H
#define FAKE_LINUX_LOCKDEP_H

#include <linux/bug.h>

struct lockdep_map {
  const char *name;
};

#define SINGLE_DEPTH_NESTING 1

/* PROVE_LOCKING selects what lies below it, as in Kconfig. */
#ifdef CONFIG_PROVE_LOCKING
#define CONFIG_LOCKDEP 1
#define CONFIG_DEBUG_LOCK_ALLOC 1
#endif

#ifdef CONFIG_LOCKDEP

extern int debug_locks;
#define LOCK_STATE_UNKNOWN -1
#define LOCK_STATE_NOT_HELD 0
#define LOCK_STATE_HELD 1

int lock_is_held_type(const struct lockdep_map *map, int read);
static inline int lock_is_held(const struct lockdep_map *map) {
  return lock_is_held_type(map, -1);
}
#define lockdep_is_held(lock) lock_is_held(&(lock)->dep_map)
#define lockdep_is_held_type(lock, read)                                       \
  lock_is_held_type(&(lock)->dep_map, (read))

#define lockdep_assert(cond)                                                   \
  do {                                                                         \
    WARN_ON(debug_locks && !(cond));                                           \
  } while (0)
#define lockdep_assert_held(lock)                                              \
  lockdep_assert(lockdep_is_held(lock) != LOCK_STATE_NOT_HELD)
#define lockdep_assert_not_held(lock)                                          \
  lockdep_assert(lockdep_is_held(lock) != LOCK_STATE_HELD)
#define lockdep_assert_held_write(lock)                                        \
  lockdep_assert(lockdep_is_held_type(lock, 0))
#define lockdep_assert_held_read(lock)                                         \
  lockdep_assert(lockdep_is_held_type(lock, 1))

#else

/* Declared and never defined: whoever calls them is dead code. */
int lock_is_held(const void *map);
int lockdep_is_held(const void *lock);
#define lockdep_is_held_type(lock, read) (1)

#define lockdep_assert(cond)                                                   \
  do {                                                                         \
  } while (0)
#define lockdep_assert_held(lock)                                              \
  do {                                                                         \
    (void)(lock);                                                              \
  } while (0)
#define lockdep_assert_not_held(lock)                                          \
  do {                                                                         \
    (void)(lock);                                                              \
  } while (0)
#define lockdep_assert_held_write(lock)                                        \
  do {                                                                         \
    (void)(lock);                                                              \
  } while (0)
#define lockdep_assert_held_read(lock)                                         \
  do {                                                                         \
    (void)(lock);                                                              \
  } while (0)

#endif
#endif
