/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stand-ins for the kernel's headers, written for these tests: the same names
 * and the same shapes of macros, nothing more than the tests need.
 */
#ifndef FAKE_LINUX_COMPILER_H
#define FAKE_LINUX_COMPILER_H

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define __always_inline inline __attribute__((always_inline))
#define __must_check __attribute__((warn_unused_result))
#define __maybe_unused __attribute__((unused))
#define __cleanup(fn) __attribute__((cleanup(fn)))
#define __noreturn __attribute__((noreturn))
#define fallthrough __attribute__((fallthrough))

/* Sparse's annotations: nothing at all unless sparse itself looks. */
#ifdef __CHECKER__
#define __private __attribute__((annotate("noderef")))
#define ACCESS_PRIVATE(p, member)                                              \
  (*((typeof((p)->member) *)&(p)->member))
#else
#define __private
#define ACCESS_PRIVATE(p, member) ((p)->member)
#endif
#define __force
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#define __cond_acquires(x)
#define __cond_lock(x, c) (c)

#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v)                                                       \
  do {                                                                         \
    *(volatile typeof(x) *)&(x) = (v);                                         \
  } while (0)

#define FAKE_PASTE_(a, b) a##b
#define FAKE_PASTE(a, b) FAKE_PASTE_(a, b)
#define __UNIQUE_ID(prefix) FAKE_PASTE(fake_##prefix##_, __COUNTER__)

/*
 * 1 if the option is defined as 1, otherwise 0, as an expression: the option's
 * value completes the name of a macro that shifts the arguments by one.
 */
#define FAKE_SHIFT_BY_1 ~,
#define FAKE_SECOND(first, second, ...) second
#define FAKE_IS_ONE__(shifter) FAKE_SECOND(shifter 1, 0, 0)
#define FAKE_IS_ONE_(value) FAKE_IS_ONE__(FAKE_SHIFT_BY_##value)
#define FAKE_IS_ONE(value) FAKE_IS_ONE_(value)
#define IS_ENABLED(option) FAKE_IS_ONE(option)

#endif
