// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_DATABASEWRITER_H
#define HOLDFAST_KBUILD_DATABASEWRITER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

/// \file
/// Writing compile databases.
namespace holdfast {

/// One command as any tool may read it, nothing left out.
struct DatabaseEntry {
  std::string Directory;
  std::string File;
  std::string Output;
  std::vector<std::string> Args;
};

/// \p Entry as an object of a database, without a newline.
std::string entryText(const DatabaseEntry &Entry);

/// Writes \p Entries to \p Path, sorted by file and output, a line each. A
/// database there that is not one of ours is first moved out of the way, to
/// `PATH.orig` (or `.orig.1`, ... where that exists); returns that name, or ""
/// if there was none. \p Path is never half written.
llvm::Expected<std::string> writeDatabase(std::vector<DatabaseEntry> Entries,
                                          llvm::StringRef Path);

} // namespace holdfast

#endif
