/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scope-based cleanup: what the kernel's documentation promises of it.
 *   DEFINE_FREE(name, type, free)    what __free(name) runs on a variable, _T
 *   DEFINE_CLASS(name, ...)          a constructor and what undoes it
 *   DEFINE_GUARD(name, type, l, u)   a class whose value is the lock's pointer
 *   DEFINE_GUARD_COND(name, ext, c)  the same, NULL unless `c` took the lock
 *   DEFINE_LOCK_GUARD_1(...)         a class with the pointer in a struct
 */
#ifndef FAKE_LINUX_CLEANUP_H
#define FAKE_LINUX_CLEANUP_H

#include <linux/types.h>

#define DEFINE_FREE(name, type, free)                                          \
  static inline void __free_##name(void *fake_where) {                         \
    type _T = *(type *)fake_where;                                             \
    free;                                                                      \
  }
#define __free(name) __cleanup(__free_##name)

/* Takes the value out of the variable, so that its cleanup finds NULL. */
#define no_free_ptr(var)                                                       \
  ({                                                                           \
    typeof(var) fake_taken = (var);                                            \
    (var) = NULL;                                                              \
    fake_taken;                                                                \
  })
#define return_ptr(var) return no_free_ptr(var)

#define DEFINE_CLASS(name, type, exit, init, params...)                        \
  typedef type class_##name##_t;                                               \
  static inline void class_##name##_destructor(type *fake_self) {              \
    type _T = *fake_self;                                                      \
    exit;                                                                      \
  }                                                                            \
  static inline type class_##name##_constructor(params) {                      \
    type fake_new = init;                                                      \
    return fake_new;                                                           \
  }
#define CLASS(name, var)                                                       \
  class_##name##_t var __cleanup(class_##name##_destructor) =                  \
      class_##name##_constructor

#define DEFINE_GUARD(name, type, lock, unlock)                                 \
  static const bool __maybe_unused class_##name##_is_conditional = false;      \
  DEFINE_CLASS(                                                                \
      name, type,                                                              \
      if (_T) { unlock; },                                                     \
      ({                                                                       \
        lock;                                                                  \
        _T;                                                                    \
      }),                                                                      \
      type _T)                                                                 \
  static inline void *class_##name##_lock_ptr(class_##name##_t *fake_self) {   \
    return (void *)(unsigned long)*fake_self;                                  \
  }
#define DEFINE_GUARD_COND(name, ext, condlock)                                 \
  static const bool __maybe_unused class_##name##ext##_is_conditional = true;  \
  typedef class_##name##_t class_##name##ext##_t;                              \
  static inline void class_##name##ext##_destructor(class_##name##_t *p) {     \
    class_##name##_destructor(p);                                              \
  }                                                                            \
  static inline class_##name##_t class_##name##ext##_constructor(              \
      class_##name##_t _T) {                                                   \
    class_##name##_t fake_new = ({                                             \
      void *fake_got = _T;                                                     \
      if (_T && !(condlock))                                                   \
        fake_got = NULL;                                                       \
      fake_got;                                                                \
    });                                                                        \
    return fake_new;                                                           \
  }                                                                            \
  static inline void *class_##name##ext##_lock_ptr(class_##name##_t *p) {      \
    return class_##name##_lock_ptr(p);                                         \
  }

#define DEFINE_LOCK_GUARD_1(name, type, lock_, unlock_, members...)            \
  static const bool __maybe_unused class_##name##_is_conditional = false;      \
  typedef struct {                                                             \
    type *lock;                                                                \
    members;                                                                   \
  } class_##name##_t;                                                          \
  static inline void class_##name##_destructor(class_##name##_t *_T) {         \
    if (_T->lock) {                                                            \
      unlock_;                                                                 \
    }                                                                          \
  }                                                                            \
  static inline void *class_##name##_lock_ptr(class_##name##_t *_T) {          \
    return (void *)(unsigned long)_T->lock;                                    \
  }                                                                            \
  static inline class_##name##_t class_##name##_constructor(type *which) {     \
    class_##name##_t fake_new = {.lock = which}, *_T = &fake_new;              \
    lock_;                                                                     \
    return fake_new;                                                           \
  }

#define guard(name) CLASS(name, __UNIQUE_ID(guard))

/*
 * A loop whose variable is the guard. The body runs once if the lock was
 * taken; the "next round" jumps to a break that ends the loop, and with it the
 * guard's scope.
 */
#define scoped_guard(name, args...)                                            \
  FAKE_SCOPED_GUARD(name, __UNIQUE_ID(label), args)
#define FAKE_SCOPED_GUARD(name, out, args...)                                  \
  for (CLASS(name, scope)(args);                                               \
       class_##name##_lock_ptr(&scope) || !class_##name##_is_conditional;      \
       ({ goto out; }))                                                        \
    if (0) {                                                                   \
    out:                                                                       \
      break;                                                                   \
    } else

#endif
