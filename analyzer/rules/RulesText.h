// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_RULES_RULESTEXT_H
#define HOLDFAST_RULES_RULESTEXT_H

#include "model/Rules.h"
#include <string>
#include <vector>

namespace holdfast {

/// One fact in words.
struct RuleLine {
  std::string Kind; ///< function, macro, guard, callback, class, check, ...
  std::string Name;
  std::string Fact;
  std::string Source;
};

/// The facts in force, in a stable order; only those on \p Name unless it is
/// empty. A member may be named with or without its record.
std::vector<RuleLine> listRules(const Rules &R, const std::string &Name);

/// One fact a line, with its source, and a line that counts them.
std::string rulesText(const Rules &R, const std::vector<RuleLine> &Lines);

/// The same as `{"version":1,"kernel":...,"rules":[{...}]}`.
std::string rulesJson(const Rules &R, const std::vector<RuleLine> &Lines);

} // namespace holdfast

#endif
