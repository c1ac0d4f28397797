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

/// `1 finding; 108 files analyzed, 0 failed; ...`
std::string coverageLine(const Report &R);

/// One finding as textReport() shows it.
std::string findingText(const Finding &F);

/// Was all of it looked at? Not where files failed or it was interrupted.
bool isComplete(const Report &R);

} // namespace holdfast

#endif
