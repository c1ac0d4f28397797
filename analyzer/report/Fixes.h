// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_REPORT_FIXES_H
#define HOLDFAST_REPORT_FIXES_H

#include "model/Finding.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <map>
#include <string>

namespace holdfast {

/// The text of a file that a Location names. Fails for a file that cannot be
/// read or that must not be changed.
using SourceReader = std::function<llvm::Expected<std::string>(const std::string &)>;

/// Where \p At is in \p Text, in bytes. Fails if there is no such line or column.
llvm::Expected<size_t> offsetOf(llvm::StringRef Text, const Location &At);

/// What became of fixes, whoever makes the changes.
struct FixOutcome {
  std::map<std::string, std::string> Files; ///< new text of those that change
  unsigned Applied = 0;                     ///< findings mended
  std::vector<std::string> Refused;         ///< why the others were not
};

/// The fixes of \p Findings, applied to texts in memory: of each finding all
/// edits or none. What two findings want alike is put in once.
FixOutcome applyFixes(const std::vector<Finding> &Findings, const SourceReader &Read);

/// The findings that have a fix in the YAML that clang-apply-replacements reads.
/// Files are relative to \p Root, the top of the tree. Those whose places cannot
/// be found are left out; \p Refused says why.
std::string fixesYaml(const std::vector<Finding> &Findings, const std::string &Root,
                      const SourceReader &Read, std::vector<std::string> &Refused);

} // namespace holdfast

#endif
