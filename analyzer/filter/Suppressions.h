// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_SUPPRESSIONS_H
#define HOLDFAST_FILTER_SUPPRESSIONS_H

#include "model/Finding.h"
#include "llvm/Support/SpecialCaseList.h"
#include <memory>

namespace holdfast {

/// A suppression file in the form of LLVM's special case lists:
///
///     [lock-not-held]               a glob over the ids of checks
///     # Nobody else can see it yet.
///     fun:gadget_probe              a glob over functions
///     src:drivers/gadget/test_*     a glob over files, relative to the tree
///
/// Entries before the first section hold for every check.
class Suppressions {
public:
  /// Reads \p Path. Errors read `file:line: expected ...`; a section that
  /// matches none of \p Checks is one.
  static llvm::Expected<Suppressions> load(const std::string &Path,
                                           const std::vector<CheckInfo> &Checks);

  /// Does an entry take \p F out? Remembers the entry.
  bool covers(const Finding &F);

  /// The entries that took nothing out, in order. \p Shown is what the file is
  /// called in reports.
  std::vector<Filtered::Unused> unused(const std::string &Shown) const;

  const std::string &path() const { return Path; }

private:
  struct Entry {
    unsigned Line;
    std::string Text;
    bool Used = false;
  };
  llvm::Error readLine(llvm::StringRef Text, unsigned Line,
                       const std::vector<CheckInfo> &Checks);

  std::string Path;
  std::unique_ptr<llvm::SpecialCaseList> List;
  std::vector<Entry> Entries;
};

} // namespace holdfast

#endif
