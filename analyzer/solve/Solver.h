// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_SOLVE_SOLVER_H
#define HOLDFAST_SOLVE_SOLVER_H

#include "solve/KnownResults.h"
#include <functional>

namespace holdfast {

/// The results of every function of a program.
class Solution {
public:
  const FunctionResult &operator[](FunctionId F) const { return Results[F]; }
  size_t size() const { return Results.size(); }
  /// How many functions were simulated; the others were known.
  size_t simulated() const { return Simulated; }
  /// For KnownResults, in a later run.
  std::string encode(const Program &P) const { return encodeResults(P, Results, Keys); }

private:
  friend class Solving;
  std::vector<FunctionResult> Results;
  std::vector<ResultKeys> Keys;
  size_t Simulated = 0;
};

struct SolveOptions {
  unsigned Jobs = 0; ///< threads; 0: one a core
  /// Asked once a function, by any thread; false ends the run early.
  std::function<bool()> GoOn = [] { return true; };
  /// Of a run with the same rules; may be null.
  const KnownResults *Known = nullptr;
};

/// Summaries bottom-up, components of the call graph in parallel where they do
/// not depend on each other. The result depends neither on \p O.Jobs nor on what
/// was known.
Solution solve(const Program &P, const Rules &R, const SolveOptions &O = {});

} // namespace holdfast

#endif
