// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_PATCHTEXT_H
#define HOLDFAST_FILTER_PATCHTEXT_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <map>
#include <set>
#include <string>
#include <vector>

/// \file
/// Which files a patch names. `git apply` reads everything else in it.
namespace holdfast {

/// How the names in a patch lead to files, as `git apply -pN --directory=FOLDER` has
/// it.
struct PatchLayout {
  unsigned Strip = 1; ///< parts of a name that are not of the path, as the `a` of a/x
  std::string Folder; ///< relative to the tree; "": its top
  friend bool operator==(const PatchLayout &, const PatchLayout &) = default;
};

/// The files of a patch, by their paths from the top of the tree. None lies outside
/// of it.
struct PatchNames {
  std::set<std::string> Files;    ///< that it may touch: too many do no harm
  std::set<std::string> Prefixed; ///< those of them whose names the layout changes
  std::map<std::string, std::string> Renamed; ///< old names by new ones
};

/// Is it a path within the tree?
bool isInside(llvm::StringRef Path);

PatchNames namesIn(llvm::StringRef Text, const PatchLayout &L);

/// The layout of \p Text: names that are files as they are written are taken so
/// (`git diff --no-prefix`), else without their first part; where that is no file
/// either, they are looked for in \p Subfolder (`git diff --relative`), unless that is
/// "". \p IsFile and \p IsFolder are asked for paths from the top of the tree.
PatchLayout layoutOf(llvm::StringRef Text, const std::string &Subfolder,
                     llvm::function_ref<bool(const std::string &)> IsFile,
                     llvm::function_ref<bool(const std::string &)> IsFolder);

} // namespace holdfast

#endif
