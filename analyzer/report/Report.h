// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_REPORT_REPORT_H
#define HOLDFAST_REPORT_REPORT_H

#include "model/Finding.h"
#include <string>

namespace holdfast {

/// Clang style: `file:line:column: warning: message [rule]`, one note a step,
/// and the coverage line last.
std::string textReport(const Report &R);

/// The stable JSON report; its schema is rules/report.schema.json.
std::string jsonReport(const Report &R);

/// `1 finding; 108 files analyzed, 0 failed; ...`
std::string coverageLine(const Report &R);

} // namespace holdfast

#endif
