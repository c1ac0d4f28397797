// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_RULES_RULELOADER_H
#define HOLDFAST_RULES_RULELOADER_H

#include "model/Rules.h"
#include "llvm/Support/Error.h"
#include <string>

namespace holdfast {

/// The facts of \p Dir/kernel/*.json that hold for kernel \p Release, or for
/// the newest there is when that is empty. Every file is checked as a whole,
/// whichever release is asked for; \p Dir/schema.json says what it may hold
/// (the default rules' schema where \p Dir has none). The checks come with them;
/// see loadChecks().
///
/// Errors read `file:line: /json/pointer: expected ..., found ...`.
llvm::Expected<Rules> loadRules(const std::string &Dir,
                                const std::string &Release);

} // namespace holdfast

#endif
