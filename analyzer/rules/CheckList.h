// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_RULES_CHECKLIST_H
#define HOLDFAST_RULES_CHECKLIST_H

#include "model/CheckInfo.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace holdfast {

/// What checks.json in \p Dir says of the checks, sorted by id, each with its
/// page of docs/ where there is one. What \p Dir lacks of these is taken from
/// the rules that came with Holdfast.
llvm::Expected<std::vector<CheckInfo>> loadChecks(const std::string &Dir);

/// The check called \p Id, null if there is none.
const CheckInfo *findCheck(const std::vector<CheckInfo> &Checks, const std::string &Id);

} // namespace holdfast

#endif
