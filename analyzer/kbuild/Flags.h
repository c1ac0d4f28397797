// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_FLAGS_H
#define HOLDFAST_KBUILD_FLAGS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>
#include <vector>

/// \file
/// From the arguments an object was compiled with to those it can be parsed
/// with.
namespace holdfast {

/// Makes \p Args (the compiler first) fit for parsing with Clang and nothing
/// else: the compiler becomes `clang-22`; what says how to write the object,
/// the dependency file, warnings, debug information, assembler and linker
/// options go without a word; options that GCC alone knows go as well and are
/// added to \p GccOnly as they were spelled (values after `=` cut off). A
/// cross GCC's name becomes `--target=`. Operands, that is sources, are left
/// out too.
std::vector<std::string> sanitizeFlags(llvm::ArrayRef<std::string> Args,
                                       std::set<std::string> &GccOnly);

/// The name of the output in \p Args (after or in -o), or "".
std::string outputOf(llvm::ArrayRef<std::string> Args);

} // namespace holdfast

#endif
