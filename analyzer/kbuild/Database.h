// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_DATABASE_H
#define HOLDFAST_KBUILD_DATABASE_H

#include "kbuild/KernelTree.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

/// \file
/// Compile databases: ours, the kernel's gen_compile_commands.py's, bear's.
namespace holdfast {

/// How to parse one C file.
struct CompileCommand {
  std::string Directory; ///< absolute; relative paths in Args start here
  std::string File;      ///< absolute, without `.` and `..`
  std::string Output;    ///< as the entry has it; "" if it does not say
  /// "clang-22", the flags that parsing needs (see Flags.h), then File.
  std::vector<std::string> Args;
};

/// A database as loaded: at most one command per file.
struct Database {
  std::string Path;                      ///< of the file it was read from
  std::vector<CompileCommand> Commands;  ///< by File
  std::vector<std::string> DroppedFlags; ///< GCC's own, sorted, each once
  size_t NotC = 0;                       ///< entries left out: assembly, C++
  size_t Foreign = 0;    ///< entries left out: host programs, vDSO, boot code
  size_t Duplicates = 0; ///< entries left out: another compiles the same file
};

/// Loads \p Path, a database or a folder with a compile_commands.json in it.
/// Of several entries for a file the one whose output sorts first is kept.
/// Where any entry defines __KERNEL__, those that do not are programs of the
/// host. Errors name the file, for a wrong shape the JSON pointer too, and a
/// remedy in their second line.
llvm::Expected<Database> loadDatabase(llvm::StringRef Path);

/// The same from \p Text; \p Path is for messages and for relative
/// directories.
llvm::Expected<Database> parseDatabase(llvm::StringRef Text,
                                       llvm::StringRef Path);

/// The tree that \p DB is of: that of its folder, or of its first file. Without one
/// (a module's database) paths are relative to the folder of the database if all files
/// lie below it, else to the current one, and the release is that of the kernel which
/// the first command is for.
KernelTree treeOfCommands(const Database &DB);

} // namespace holdfast

#endif
