// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_BASELINE_H
#define HOLDFAST_FILTER_BASELINE_H

#include "model/Finding.h"
#include "llvm/Support/Error.h"
#include <functional>

namespace holdfast {

/// Findings that are known and stay for now, each with the reason why. One line
/// a finding, sorted by file, so that a reviewer sees in a diff what came and
/// what went:
///
///     5f0c2d3b8a917e64 lock-not-held only_read drivers/x/a.c # the probe is alone
///
/// The fingerprint decides; check, function and file are there to be read. Two
/// findings of one fingerprint need two lines.
class Baseline {
public:
  /// Reads \p Path. Errors read `file:line: expected ..., found ...`.
  static llvm::Expected<Baseline> load(const std::string &Path);

  /// Does an entry that is not used up take \p F out? Uses it up.
  bool covers(const Finding &F);

  /// Adds an entry for \p F whose reason is still to be written, and uses it up.
  void add(const Finding &F);

  /// The entries that took nothing out, in order, of files that \p Judged: of
  /// others, this run cannot tell. \p Shown is what the baseline is called in
  /// reports.
  std::vector<Filtered::Unused>
  unused(const std::string &Shown,
         const std::function<bool(const std::string &)> &Judged) const;

  /// The file's text, without what took nothing out unless \p KeepUnused.
  std::string text(bool KeepUnused) const;

  const std::string &path() const { return Path; }

private:
  struct Entry {
    std::string Fingerprint, Rule, Function, File, Reason;
    unsigned Line = 0;
    bool Used = false;
  };
  llvm::Error readLine(llvm::StringRef Text, unsigned Line);

  std::string Path;
  std::vector<Entry> Entries;
};

} // namespace holdfast

#endif
