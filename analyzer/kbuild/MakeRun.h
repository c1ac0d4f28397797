// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_MAKERUN_H
#define HOLDFAST_KBUILD_MAKERUN_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <string>
#include <utility>
#include <vector>

/// \file
/// One run of make, watched.
namespace holdfast {

struct MakeCommand {
  std::vector<std::string> Args; ///< "make" first
  /// Variables set for make; those with an empty value are removed.
  std::vector<std::pair<std::string, std::string>> Environment;
  std::string LogFile; ///< gets all output, appended
};

struct MakeResult {
  int Code = 0;             ///< of make; 128 + N if signal N ended it
  bool Interrupted = false; ///< SIGINT or SIGTERM reached us meanwhile
  bool DiskFull = false;
  size_t Objects = 0; ///< C objects that make announced
  /// The lines that say what failed, in the order they came.
  std::vector<std::string> Errors;
};

/// Runs make in a process group of its own and waits for it. On SIGINT and
/// SIGTERM the whole group is interrupted, later killed, and the result says
/// so; the same when the disk is full. \p OnObject is told the number of
/// objects announced so far. An error if make cannot be started or the log not
/// be written.
llvm::Expected<MakeResult> runMake(const MakeCommand &Command,
                                   const std::function<void(size_t)> &OnObject);

/// Sorts one line of make's output into \p Result. Exposed for tests.
void noteMakeLine(llvm::StringRef Line, MakeResult &Result);

} // namespace holdfast

#endif
