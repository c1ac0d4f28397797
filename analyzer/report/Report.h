// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_REPORT_REPORT_H
#define HOLDFAST_REPORT_REPORT_H

#include "model/Finding.h"
#include <string>

/// \file
/// One sink a file, all fed the same Report. None of them writes an address, a
/// time, a counter or a path of this machine: what did not change is the same to
/// the byte, so that a robot can compare two reports.
namespace holdfast {

/// Clang style: `file:line:column: warning: message [rule]`, one note a step,
/// and the coverage line last.
std::string textReport(const Report &R);

/// The stable JSON report; its schema is rules/report.schema.json.
std::string jsonReport(const Report &R);

/// SARIF 2.1.0, within the limits of GitHub's code scanning.
std::string sarifReport(const Report &R);

/// As scripts/checkpatch.pl --terse: `file:line: WARNING: message`.
std::string checkpatchReport(const Report &R);

/// Under whose name a report goes to KernelCI's database, and about what.
struct KcidbNames {
  std::string Origin = "holdfast"; ///< of the CI system: [a-z0-9_]+
  std::string Build; ///< the id of a build that is there already; "": make one
};

/// KCIDB 5.3: a test for each check, an issue and an incident for each finding.
std::string kcidbReport(const Report &R, const KcidbNames &Names);

/// What one commit or patch does to the findings.
struct StepReport {
  std::string Title; ///< "" where there is but one step
  std::vector<Finding> Introduced;
  std::vector<Finding> Fixed;
};

/// What a change does, step by step.
struct DiffReport {
  std::string ToolVersion;
  std::string Kernel;
  Coverage Cover; ///< of the last version
  std::vector<StepReport> Steps;
};

/// As textReport() has them what was introduced, one line each for what was fixed,
/// a heading for each step that has a title, and a summary last.
std::string diffTextReport(const DiffReport &R);

/// As checkpatch --terse has it: one line for each finding introduced and each file
/// that was not analyzed; nothing where there is nothing to say.
std::string diffTerseReport(const DiffReport &R);

/// As jsonReport() has it; `findings` are those introduced, `fixed` those that are
/// gone, and `change` in either is the title of the step.
std::string diffJsonReport(const DiffReport &R);

/// `1 finding; 108 files analyzed, 0 failed; ...`
std::string coverageLine(const Report &R);

/// One finding as textReport() shows it.
std::string findingText(const Finding &F);

/// Was all of it looked at? Not where files failed or it was interrupted.
bool isComplete(const Report &R);

} // namespace holdfast

#endif
