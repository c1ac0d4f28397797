// SPDX-License-Identifier: GPL-2.0-or-later
#include "shim/host/Format.h"
#include <cctype>
#include <cstdio>
#include <cstring>

namespace holdfast {

namespace {

/// `struct va_format` of the kernel.
struct Nested {
  const char *Format;
  __builtin_va_list *Arguments;
};

template <typename T> std::string printed(const std::string &Spec, T Value) {
  char Buffer[512];
  std::snprintf(Buffer, sizeof Buffer, Spec.c_str(), Value);
  return Buffer;
}

std::string pointer(const char *&F, void *Value) {
  if (*F == 'V') {
    ++F;
    Nested *N = static_cast<Nested *>(Value);
    __builtin_va_list Copy;
    __builtin_va_copy(Copy, *N->Arguments);
    std::string Text = formatKernel(N->Format, &Copy);
    __builtin_va_end(Copy);
    return Text;
  }
  while (std::isalnum(static_cast<unsigned char>(*F)))
    ++F;
  return printed("%p", Value);
}

} // namespace

std::string formatKernel(const char *F, __builtin_va_list *Arguments) {
  std::string Out;
  if (F[0] == 1 && F[1]) // KERN_SOH and a level
    F += 2;
  while (*F) {
    if (*F != '%') {
      Out += *F++;
      continue;
    }
    if (F[1] == '%') {
      Out += '%';
      F += 2;
      continue;
    }
    std::string Spec(1, *F++);
    while (*F && std::strchr("-+ #0123456789.*", *F)) {
      if (*F == '*')
        Spec += std::to_string(__builtin_va_arg(*Arguments, int));
      else
        Spec += *F;
      ++F;
    }
    unsigned Longs = 0;
    while (*F && std::strchr("hlLzjt", *F))
      Longs += *F++ != 'h';
    const char Kind = *F ? *F++ : 0;
    switch (Kind) {
    case 's': {
      const char *S = __builtin_va_arg(*Arguments, const char *);
      Out += printed(Spec + "s", S ? S : "(null)");
      break;
    }
    case 'p':
      Out += pointer(F, __builtin_va_arg(*Arguments, void *));
      break;
    case 'c':
      Out += printed(Spec + "c", __builtin_va_arg(*Arguments, int));
      break;
    case 'd':
    case 'i':
      Out += printed(Spec + "ld", Longs ? __builtin_va_arg(*Arguments, long)
                                        : __builtin_va_arg(*Arguments, int));
      break;
    case 'u':
    case 'x':
    case 'X':
    case 'o':
      Out +=
          printed(Spec + "l" + Kind, Longs ? __builtin_va_arg(*Arguments, unsigned long)
                                           : __builtin_va_arg(*Arguments, unsigned));
      break;
    default:
      Out += Spec + Kind;
    }
  }
  return Out;
}

} // namespace holdfast
