// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_SOLVE_SOLVER_H
#define HOLDFAST_SOLVE_SOLVER_H

#include "solve/Simulator.h"
#include <functional>

namespace holdfast {

/// The results of every function of a program.
class Solution {
public:
  const FunctionResult &operator[](FunctionId F) const { return Results[F]; }
  size_t size() const { return Results.size(); }

private:
  friend Solution solve(const Program &, const Rules &, unsigned,
                        const std::function<bool()> &);
  std::vector<FunctionResult> Results;
};

/// Summaries bottom-up, components of the call graph in parallel where they do
/// not depend on each other. \p GoOn is asked once a function, by any thread;
/// false ends the run early. The result does not depend on \p Jobs.
Solution solve(const Program &P, const Rules &R, unsigned Jobs,
               const std::function<bool()> &GoOn = [] { return true; });

} // namespace holdfast

#endif
