// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <cstdint>
#include <string>

namespace holdfast {

/// The kernel's printf, as far as messages need it: its %p extensions (%pV is
/// followed; %pR, %pK and the like print the pointer).
std::string formatKernel(const char *Format, __builtin_va_list *Arguments);

} // namespace holdfast
