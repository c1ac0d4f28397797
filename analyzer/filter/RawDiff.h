// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_RAWDIFF_H
#define HOLDFAST_FILTER_RAWDIFF_H

#include "filter/Changes.h"
#include "llvm/ADT/StringRef.h"

namespace holdfast {

/// A file in `git diff --raw -z --no-abbrev`. What is no regular file on a side (a
/// link, a submodule) is as if it were not there.
struct RawRow {
  bool OldFile = false, NewFile = false; ///< is there one?
  std::string OldBlob, NewBlob;          ///< zeros where git does not know it yet
  ChangedPath Paths;
};

/// The rows of \p Text up to the first that cannot be read; none that has a file on
/// neither side. A copy is a new file.
std::vector<RawRow> parseRawDiff(llvm::StringRef Text);

} // namespace holdfast

#endif
