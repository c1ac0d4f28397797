// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_CONFIG_H
#define HOLDFAST_FILTER_CONFIG_H

#include "model/CheckInfo.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// What `.holdfast.yaml` may say, and what holds where it says nothing. The
/// name is not `.holdfast`: that is the folder `holdfast compdb` works in.
struct Config {
  std::string Checks;           ///< globs; all checks are on before the first
  std::string WarningsAsErrors; ///< globs; none is before the first
  Confidence Least = Confidence::Likely;
  std::optional<Level> FailOn = Level::Warning; ///< nothing: never
  std::string Baseline;                         ///< a file; "": none
  std::vector<std::string> Suppressions;        ///< files
};

/// `possible`, `likely` or `certain`; nothing if \p Text is none of them.
std::optional<Confidence> parseConfidence(llvm::StringRef Text);

/// `note`, `warning` or `error`; nothing for `never`, which is no level.
std::optional<Level> parseLevel(llvm::StringRef Text);

/// The `.holdfast.yaml` of \p Folder or of the nearest folder above it that has
/// one; "" if none has. \p Folder is absolute.
std::string findConfig(llvm::StringRef Folder);

/// Reads \p Path. Files that it names are taken to lie beside it, and its globs
/// must match some of \p Checks. Errors read `file:line: what was expected`.
llvm::Expected<Config> loadConfig(const std::string &Path,
                                  const std::vector<CheckInfo> &Checks);

/// \p C as a file that loadConfig() reads. Files of \p C below \p Folder are
/// named from there.
std::string dumpConfig(Config C, llvm::StringRef Folder);

} // namespace holdfast

#endif
