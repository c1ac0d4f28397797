// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_CHANGES_H
#define HOLDFAST_FILTER_CHANGES_H

#include "llvm/Support/Error.h"
#include <map>
#include <optional>
#include <string>
#include <vector>

/// \file
/// What is to be compared with what. Git and patches are read into this; whoever
/// analyses knows neither.
namespace holdfast {

/// By path relative to the checkout: what a file holds, or nothing where there is
/// none.
using FileTexts = std::map<std::string, std::optional<std::string>>;

/// A file that one step of a change touches.
struct ChangedPath {
  std::string Old; ///< "" if it is new
  std::string New; ///< "" if it is deleted; not Old if it is renamed
  friend bool operator==(const ChangedPath &, const ChangedPath &) = default;
};

/// From one version to the next: a commit, a patch, or all that is not committed.
struct ChangeStep {
  std::string Title; ///< of the commit or patch; "" where there is but one
  size_t Old = 0;    ///< index into ChangeSet::Versions
  size_t New = 0;
  std::vector<ChangedPath> Paths;
};

struct ChangeSet {
  std::string Root; ///< of the checkout, absolute, without links
  /// Each version as the files in which it is unlike the disk.
  std::vector<FileTexts> Versions;
  std::vector<ChangeStep> Steps;  ///< in the order in which they are made
  std::vector<std::string> Notes; ///< what the user should know of how it was read
};

/// What the user asked for; at most one of Staged, Base with no Words, and Words.
struct ChangeRequest {
  std::string Root; ///< folder of the checkout or of the plain tree
  bool IsGit = false;
  bool Staged = false;
  std::string Base;               ///< a revision; "" is HEAD, or the files on disk
  std::vector<std::string> Words; ///< a range or commit, or files with patches, or `-`
  /// Where the user is, relative to Root: a patch may have been made there. "": the top.
  std::string Subfolder;
};

/// The top of the git checkout that \p Folder lies in; "" if it lies in none, or
/// why git does not say.
llvm::Expected<std::string> checkoutOf(const std::string &Folder);

/// Reads what was asked for. Errors say what is wrong with the repository, the
/// range or the patch, and in their second line what to do.
llvm::Expected<ChangeSet> readChanges(const ChangeRequest &Asked);

} // namespace holdfast

#endif
