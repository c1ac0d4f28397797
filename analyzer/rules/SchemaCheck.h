// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_RULES_SCHEMACHECK_H
#define HOLDFAST_RULES_SCHEMACHECK_H

#include "rules/JsonFile.h"
#include <optional>

namespace holdfast {

/// Validates \p Value against a draft-07 \p Schema. The problem is the first
/// one in the order of the file, and its expectation is the description that
/// the schema gives for that value.
std::optional<Problem> checkSchema(const nlohmann::json &Schema,
                                   const nlohmann::json &Value);

} // namespace holdfast

#endif
