// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_TARGETS_H
#define HOLDFAST_KBUILD_TARGETS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

/// \file
/// What of a kernel is to be recorded.
namespace holdfast {

/// The targets as kbuild has them: `drivers/vfio/` for a folder, `a/b.o` for an
/// object. Takes paths relative to \p Top or absolute, folders with or without
/// the slash, and sources for objects. \p Top itself, or no target, is
/// everything: an empty list. An error if \p Top has no such thing.
llvm::Expected<std::vector<std::string>>
normalizeTargets(llvm::ArrayRef<std::string> Targets, llvm::StringRef Top);

/// Whether objects belong to the targets.
class TargetSet {
public:
  /// \p Targets as from normalizeTargets(). What objects like `vfio-pci-core.o`
  /// are linked from is read from the `.mod` files below \p Folder.
  TargetSet(llvm::ArrayRef<std::string> Targets, llvm::StringRef Folder);

  /// \p Output is relative to the same folder as the targets.
  bool contains(llvm::StringRef Output) const;

private:
  std::vector<std::string> Folders; ///< with their slash
  std::vector<std::string> Objects;
  bool IsEverything;
};

} // namespace holdfast

#endif
