// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_PATCHES_H
#define HOLDFAST_FILTER_PATCHES_H

#include "filter/Changes.h"

namespace holdfast {

/// Reads the files of \p Asked.Words, each a patch, a mail or an mbox, and applies
/// one patch after the other to the files on disk, or to \p Asked.Base.
llvm::Expected<ChangeSet> readPatches(const ChangeRequest &Asked);

} // namespace holdfast

#endif
