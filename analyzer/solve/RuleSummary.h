// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_SOLVE_RULESUMMARY_H
#define HOLDFAST_SOLVE_RULESUMMARY_H

#include "model/Rules.h"
#include "solve/Summary.h"

namespace holdfast {

/// A function rule in the shape the solver gives to functions with bodies.
struct RuleSummary {
  const FunctionRule *Rule = nullptr;
  /// Cases is empty when the rule leaves the effects to the body.
  std::vector<ExitCase> Cases;
  std::vector<RequirementPtr> Requires;
};

/// All function rules, by name.
class RuleSummaries {
public:
  explicit RuleSummaries(const Rules &R);
  /// Null when the rules say nothing of \p Name.
  const RuleSummary *find(Symbol Name) const;

private:
  std::unordered_map<Symbol, RuleSummary> ByName;
};

} // namespace holdfast

#endif
