// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_KERNELTREE_H
#define HOLDFAST_KBUILD_KERNELTREE_H

#include "llvm/ADT/StringRef.h"
#include <string>

/// \file
/// Where a kernel's sources are, and which kernel it is.
namespace holdfast {

struct KernelTree {
  std::string Root;     ///< absolute, without a slash at its end
  std::string RealRoot; ///< the same with all links resolved
  std::string Release;  ///< "6.12.117"; "" if it cannot be told

  explicit operator bool() const { return !Root.empty(); }

  /// \p Path relative to the tree if it lies below it, else as it is (absolute
  /// paths lose their `.` and `..`).
  std::string relative(llvm::StringRef Path) const;
};

/// True if \p Folder is the top of a kernel's sources.
bool isKernelTree(llvm::StringRef Folder);

/// Finds the tree of the object folder \p Build: what kbuild left there (the
/// `source` link, the Makefile that includes the tree's), \p Build itself if it
/// was built in, or else the nearest folder above \p File that is a tree. Both
/// may be "". An empty tree if there is none.
KernelTree findKernelTree(llvm::StringRef Build, llvm::StringRef File = "");

/// The folder of the Makefile that the one in \p Build includes, as kbuild writes it
/// into an object folder and packages of headers have it; "" if it includes none.
std::string includedTree(llvm::StringRef Build);

/// "6.12.117" of "6.12.117-amd64+": the numbers that begin \p Text. "" if there
/// are fewer than two.
std::string releaseNumbers(llvm::StringRef Text);

} // namespace holdfast

#endif
