// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_CMDFILE_H
#define HOLDFAST_KBUILD_CMDFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

/// \file
/// The `.X.o.cmd` files in which kbuild keeps the command line of each object.
namespace holdfast {

/// How one object of the kernel is compiled. Paths are as kbuild wrote them,
/// relative to the object folder or absolute.
struct CmdRecord {
  std::string Source;
  std::string Output;
  std::vector<std::string> Args; ///< the compiler first, the source last
};

/// Reads the text of a `.cmd` file. Nothing if it is not about an object of the
/// kernel compiled from C: a linked or assembled one, a host program's, one of
/// those CompilerCall::isForeign() names, or a file cut short.
std::optional<CmdRecord> parseCmdFile(llvm::StringRef Text);

/// The records of all `.X.o.cmd` files below \p Folder, in the order of their
/// outputs. Records whose source exists no more (relative sources are looked
/// for from \p BuildFolder) are left out.
llvm::Expected<std::vector<CmdRecord>>
readCmdFiles(llvm::StringRef Folder, llvm::StringRef BuildFolder);

/// Removes all `.X.o.cmd` files below the object folder \p Folder, but not
/// those of host programs, upon which kbuild makes every object again.
llvm::Error removeCmdFiles(llvm::StringRef Folder);

} // namespace holdfast

#endif
