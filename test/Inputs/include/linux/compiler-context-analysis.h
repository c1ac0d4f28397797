/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_COMPILER_CONTEXT_ANALYSIS_H
#define _LINUX_COMPILER_CONTEXT_ANALYSIS_H

#ifdef WARN_CONTEXT_ANALYSIS
#define __no_context_analysis __attribute__((no_thread_safety_analysis))
#define disable_context_analysis()                                             \
  _Pragma("clang diagnostic push")                                             \
      _Pragma("clang diagnostic ignored \"-Wthread-safety\"")
#define enable_context_analysis() _Pragma("clang diagnostic pop")
#else
#define __no_context_analysis
#define disable_context_analysis()
#define enable_context_analysis()
#endif

#define context_unsafe(...)                                                    \
  ({                                                                           \
    disable_context_analysis();                                                \
    __VA_ARGS__;                                                               \
    enable_context_analysis()                                                  \
  })

#define __context_unsafe(comment) __no_context_analysis

#endif
