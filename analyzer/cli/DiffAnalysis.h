// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_DIFFANALYSIS_H
#define HOLDFAST_CLI_DIFFANALYSIS_H

#include "cli/Input.h"
#include "filter/Changes.h"
#include "model/Finding.h"
#include "report/Report.h"

namespace holdfast {

/// What `diff` adds to the options of an analysis.
struct DiffAnalysisOptions {
  AnalysisOptions Analyze;
  Confidence Least = Confidence::Likely; ///< what is less sure is as if not there
  bool Advice = false; ///< report what is no mistake as well
};

/// Analyses each version of \p Set and compares them step by step. What the user
/// should know goes to \p Notes. Fails on bad rules.
llvm::Expected<DiffReport> analyzeDiff(const DiffAnalysisOptions &O, const Input &In,
                                       const ChangeSet &Set,
                                       std::vector<std::string> &Notes);

} // namespace holdfast

#endif
