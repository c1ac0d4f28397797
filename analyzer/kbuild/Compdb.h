// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_COMPDB_H
#define HOLDFAST_KBUILD_COMPDB_H

#include "llvm/Support/Error.h"
#include <functional>
#include <string>
#include <vector>

/// \file
/// A compile database of a configured kernel without compiling it.
///
/// kbuild itself says how each file is compiled: it runs for real, in an object
/// folder of its own below the user's, with a compiler (recorder.cpp) that
/// replaces the objects of the kernel by empty ones:
///
///   configuration  OBJ/.config → OBJ/.holdfast/build/.config, olddefconfig
///   headers        make prepare modules_prepare, with the real compiler
///   objects        make -k TARGETS, recorded by kbuild in .X.o.cmd files
///   database       .X.o.cmd → OBJ/compile_commands.json
///
/// A module can be recorded against headers alone (see Headers.h); nothing is
/// prepared then.
///
/// The folder stays. It holds the generated headers that the database's
/// commands include, and kbuild resumes or updates it in the next run. The
/// user's own objects are never touched.
namespace holdfast {

struct CompdbOptions {
  std::string Tree;   ///< the sources
  std::string Build;  ///< the configured object folder
  std::string Module; ///< an out-of-tree module's folder; "" for the kernel
  /// Instead of Tree and Build, for a module: a package of headers, or an object
  /// folder that is prepared for modules. It is not written to.
  std::string Headers;
  std::string Work; ///< with Headers: a folder of our own to work in
  /// Folders or objects, relative to the tree (or to Module); none for all.
  std::vector<std::string> Targets;
  std::string Output;   ///< "" is Build (or Module)/compile_commands.json
  std::string Recorder; ///< the holdfast-cc executable
  unsigned Jobs = 1;
  bool Fresh = false; ///< throw away what an earlier run left
};

struct CompdbResult {
  std::string Output;  ///< the database; "" if none was written
  std::string KeptAs;  ///< where somebody else's database was moved; "" if none
  std::string LogFile; ///< everything make said
  size_t Entries = 0;  ///< in the database
  size_t Recorded = 0; ///< objects that this run visited
  bool Interrupted = false;
  std::vector<std::string> Failed; ///< what make says it could not do
};

/// What is told while it runs. Both may be left empty.
struct CompdbProgress {
  std::function<void(const std::string &)> OnPhase;
  std::function<void(size_t)> OnObjects; ///< announced so far
};

/// Makes the database. Errors are those of usage or configuration, and say a
/// remedy in their second line; a part of the kernel that cannot be recorded is
/// no error but in the result.
llvm::Expected<CompdbResult> makeCompdb(const CompdbOptions &Options,
                                        const CompdbProgress &Progress);

} // namespace holdfast

#endif
