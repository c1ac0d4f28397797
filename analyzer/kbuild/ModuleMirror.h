// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_MODULEMIRROR_H
#define HOLDFAST_KBUILD_MODULEMIRROR_H

#include "kbuild/CmdFile.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

/// \file
/// Out-of-tree modules. kbuild puts their objects beside their sources, where
/// empty ones would end up in somebody's module. So it is given a mirror:
/// folders of our own, with links to the sources in them. Beside the mirrored
/// folder lie links to its neighbours, for includes by `../`.
namespace holdfast {

class ModuleMirror {
public:
  /// Makes or updates the mirror of \p Module (absolute, without links) below
  /// \p Root. Folders that kbuild, we or version control made are left out, and
  /// so are objects that were built there.
  static llvm::Expected<ModuleMirror> make(llvm::StringRef Module,
                                           llvm::StringRef Root);

  /// The mirrored folder, kbuild's M=.
  const std::string &folder() const { return Folder; }

  /// Makes \p Record speak of the user's files: its source, and what its
  /// options include, where there is such a file. Include folders in the
  /// mirror stay behind the user's, for headers that the build generates.
  void mapBack(CmdRecord &Record, llvm::StringRef BuildFolder) const;

  /// What make said, with the user's folder in it instead of the mirrored one.
  std::string inUsersWords(llvm::StringRef Text) const;

private:
  std::string Module; ///< the user's
  std::string Folder; ///< its mirror

  /// The user's path for one in the mirror or beside it; as it is otherwise.
  std::string userPath(llvm::StringRef Path) const;
};

} // namespace holdfast

#endif
