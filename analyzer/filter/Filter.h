// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_FILTER_H
#define HOLDFAST_FILTER_FILTER_H

#include "filter/Baseline.h"
#include "filter/Globs.h"
#include "filter/Suppressions.h"
#include <functional>
#include <optional>

/// \file
///     findings -> suppressions -> baseline -> check, confidence, path -> report
///
/// Whether an entry is used is asked of all findings, those that are not asked
/// for included: a run on one folder must not call the entries of the others
/// unused. What is counted as suppressed or baselined would have been reported.
namespace holdfast {

struct Filter {
  CheckGlobs Checks;
  CheckGlobs AsErrors; ///< warnings of these become errors
  bool Advice = false; ///< notes are asked for even of checks not named
  Confidence Least = Confidence::Likely;
  std::function<bool(const Finding &)> Selected;
  std::vector<Suppressions> Lists;
  std::optional<Baseline> Known;
  bool AddToBaseline = false; ///< what is not in Known comes into it
};

/// Moves those of \p All that \p F lets through to \p R, with the counts of those
/// it does not. The order stays.
void filterFindings(std::vector<Finding> All, Filter &F, Report &R);

} // namespace holdfast

#endif
