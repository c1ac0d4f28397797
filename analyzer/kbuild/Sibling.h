// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_SIBLING_H
#define HOLDFAST_KBUILD_SIBLING_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace holdfast {

/// The arguments of a file beside it, made those of \p File: kbuild gives every
/// object its own name in KBUILD_BASENAME.
std::vector<std::string> siblingArgs(llvm::ArrayRef<std::string> Args,
                                     llvm::StringRef File);

/// Does the file at \p Path decide what is built, or how? A makefile or a Kconfig.
bool isBuildFile(llvm::StringRef Path);

} // namespace holdfast

#endif
