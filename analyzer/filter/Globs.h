// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_GLOBS_H
#define HOLDFAST_FILTER_GLOBS_H

#include "model/CheckInfo.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace holdfast {

/// A list of globs over the ids of checks, as clang-tidy has them: `-*,lock-*`.
/// The last one that matches decides; a leading '-' makes it say no.
class CheckGlobs {
public:
  /// \p Text separates the globs by commas or line ends. Each of them must match
  /// a check of \p Checks: what matches none is a mistake in writing.
  static llvm::Expected<CheckGlobs> parse(llvm::StringRef Text,
                                          const std::vector<CheckInfo> &Checks);

  /// What the globs say of \p Id, \p Otherwise where none matches.
  bool matches(llvm::StringRef Id, bool Otherwise) const;

private:
  struct Glob {
    std::string Text; ///< LLVM's pattern would only refer to it
    bool Yes;
  };
  std::vector<Glob> Globs;
};

} // namespace holdfast

#endif
