// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_PATHS_H
#define HOLDFAST_KBUILD_PATHS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <system_error>

/// \file
/// Paths and files, as the rest of this room wants them.
namespace holdfast {

/// \p Path made absolute from \p Base (which must be absolute), without `.`,
/// `..` and double slashes. Links are left as they are.
std::string absolute(llvm::StringRef Path, llvm::StringRef Base);

/// The same from the current folder.
std::string absolute(llvm::StringRef Path);

/// \p Path with all its links resolved, or absolute(Path) where it does not
/// exist.
std::string realPath(llvm::StringRef Path);

/// True if \p Path is \p Folder or lies below it. Compares text.
bool isBelow(llvm::StringRef Path, llvm::StringRef Folder);

/// "WHAT PATH: REASON".
llvm::Error fileError(llvm::StringRef What, llvm::StringRef Path,
                      std::error_code Code);

/// The text of a file, or nothing: "" where it cannot be read.
std::string readText(llvm::StringRef Path);

/// Writes \p Text beside \p Path and renames it over it, so that \p Path is at
/// any time either the old or the new file. What is no file (/dev/stdout, a
/// pipe) is written to as it is. Errors name the file; a full disk is one of
/// them.
llvm::Error writeAtomically(llvm::StringRef Path, llvm::StringRef Text);

} // namespace holdfast

#endif
