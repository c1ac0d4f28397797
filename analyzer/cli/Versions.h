// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_VERSIONS_H
#define HOLDFAST_CLI_VERSIONS_H

#include "cli/Input.h"
#include "filter/Changes.h"
#include "store/FileOverlay.h"

namespace holdfast {

/// What is to be parsed for one version of a change, and how the disk is to be seen.
struct VersionInput {
  OverlayPtr Over;
  std::vector<CompileJob> Jobs; ///< by File
};

/// One for each version of \p Set: the files of \p In that the version has, and
/// those that the change adds, which no database entry knows: they are compiled as
/// what they were renamed from, or as a file beside them. What is done with those and
/// with others that the database does not know goes to \p Notes.
std::vector<VersionInput> versionInputs(const Input &In, const ChangeSet &Set,
                                        std::vector<std::string> &Notes);

} // namespace holdfast

#endif
