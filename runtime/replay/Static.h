// SPDX-License-Identifier: GPL-2.0-or-later
//
// From a finding of `holdfast check --format json` to what should be played.
#pragma once
#include <string>
#include <vector>

namespace holdfast {

struct StaticFinding {
  std::string Rule, Function, File;
  /// Objects of the tree that a run needs: those of all files that the finding's
  /// steps name in its own folder.
  std::vector<std::string> Objects;
};

/// Throws ReplayError: no such report, no such finding, no file.
StaticFinding readStaticFinding(const std::string &Report,
                                const std::string &Fingerprint);
/// The scenario that says it drives the finding's file, else "generic".
std::string scenarioFor(const std::string &Runtime, const StaticFinding &F);

} // namespace holdfast
