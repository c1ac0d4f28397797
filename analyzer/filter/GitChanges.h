// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_GITCHANGES_H
#define HOLDFAST_FILTER_GITCHANGES_H

#include "filter/Changes.h"

namespace holdfast {

/// The files in which the commit \p Revision is unlike the working tree of \p Root.
llvm::Expected<FileTexts> filesOf(const std::string &Root, const std::string &Revision);

/// The working tree, or what is staged, beside HEAD or \p Asked.Base.
llvm::Expected<ChangeSet> uncommittedChanges(const ChangeRequest &Asked);

/// Is \p Word a commit or a range of them in \p Root?
llvm::Expected<bool> isRange(const std::string &Root, const std::string &Word);

/// Each commit of \p Range (`A..B`, `A...B`, or one commit) after the other. Of a
/// merge: what it brings to its first parent.
llvm::Expected<ChangeSet> committedChanges(const std::string &Root,
                                           const std::string &Range);

} // namespace holdfast

#endif
