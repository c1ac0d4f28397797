// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_RULES_RULESFILE_H
#define HOLDFAST_RULES_RULESFILE_H

#include "rules/JsonFile.h"

namespace holdfast {

/// \p Name in \p Dir, or where that has none among the rules that came with
/// Holdfast; "" if neither has it.
std::string rulesFile(const std::string &Dir, const std::string &Name);

/// The schema \p Name of the rules in \p Dir.
llvm::Expected<JsonFile> readSchema(const std::string &Dir, const std::string &Name);

/// A JSON file that \p Schema accepts. Errors read
/// `file:line: /json/pointer: expected ..., found ...`.
llvm::Expected<JsonFile> readAgainst(const JsonFile &Schema, const std::string &Path);

} // namespace holdfast

#endif
