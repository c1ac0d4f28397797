/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef FAKE_LINUX_SPINLOCK_H
#define FAKE_LINUX_SPINLOCK_H

#include <linux/cleanup.h>
#include <linux/lockdep.h>

typedef struct raw_spinlock {
  int raw_lock;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
  struct lockdep_map dep_map;
#endif
} raw_spinlock_t;

typedef struct spinlock {
  union {
    struct raw_spinlock rlock;
#ifdef CONFIG_DEBUG_LOCK_ALLOC
    struct {
      char fake_padding[__builtin_offsetof(struct raw_spinlock, dep_map)];
      struct lockdep_map dep_map;
    };
#endif
  };
} spinlock_t;

#define DEFINE_SPINLOCK(x) spinlock_t x

void _raw_spin_lock(raw_spinlock_t *lock) __acquires(lock);
void _raw_spin_lock_nested(raw_spinlock_t *lock, int sub) __acquires(lock);
void _raw_spin_lock_bh(raw_spinlock_t *lock) __acquires(lock);
void _raw_spin_lock_irq(raw_spinlock_t *lock) __acquires(lock);
unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock) __acquires(lock);
int _raw_spin_trylock(raw_spinlock_t *lock);
void _raw_spin_unlock(raw_spinlock_t *lock) __releases(lock);
void _raw_spin_unlock_bh(raw_spinlock_t *lock) __releases(lock);
void _raw_spin_unlock_irq(raw_spinlock_t *lock) __releases(lock);
void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)
    __releases(lock);

#define raw_spin_lock(lock) _raw_spin_lock(lock)
#define raw_spin_unlock(lock) _raw_spin_unlock(lock)
#define raw_spin_trylock(lock) __cond_lock(lock, _raw_spin_trylock(lock))
#define raw_spin_lock_irqsave(lock, flags)                                     \
  do {                                                                         \
    flags = _raw_spin_lock_irqsave(lock);                                      \
  } while (0)
#ifdef CONFIG_DEBUG_LOCK_ALLOC
#define raw_spin_lock_nested(lock, sub) _raw_spin_lock_nested(lock, sub)
#else
#define raw_spin_lock_nested(lock, sub) _raw_spin_lock(((void)(sub), (lock)))
#endif

static __always_inline raw_spinlock_t *spinlock_check(spinlock_t *lock) {
  return &lock->rlock;
}
static __always_inline void spin_lock(spinlock_t *lock) {
  raw_spin_lock(&lock->rlock);
}
static __always_inline void spin_lock_irq(spinlock_t *lock) {
  _raw_spin_lock_irq(&lock->rlock);
}
static __always_inline int spin_trylock(spinlock_t *lock) {
  return raw_spin_trylock(&lock->rlock);
}
static __always_inline void spin_unlock(spinlock_t *lock) {
  raw_spin_unlock(&lock->rlock);
}
static __always_inline void spin_unlock_irq(spinlock_t *lock) {
  _raw_spin_unlock_irq(&lock->rlock);
}
static __always_inline void spin_unlock_irqrestore(spinlock_t *lock,
                                                   unsigned long flags) {
  _raw_spin_unlock_irqrestore(&lock->rlock, flags);
}
#define spin_lock_irqsave(lock, flags)                                         \
  do {                                                                         \
    raw_spin_lock_irqsave(spinlock_check(lock), flags);                        \
  } while (0)
#define spin_lock_nested(lock, sub)                                            \
  do {                                                                         \
    raw_spin_lock_nested(spinlock_check(lock), sub);                           \
  } while (0)

DEFINE_LOCK_GUARD_1(spinlock, spinlock_t, spin_lock(_T->lock),
                    spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irqsave, spinlock_t,
                    spin_lock_irqsave(_T->lock, _T->flags),
                    spin_unlock_irqrestore(_T->lock, _T->flags),
                    unsigned long flags)

#endif
