// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_CHECKED_H
#define HOLDFAST_CHECKS_CHECKED_H

#include "model/Finding.h"
#include "solve/Solver.h"

/// \file
/// All that there is to say of a program. It depends on the lock programs of the units,
/// on the rules and on the tool: where these are as they were, so is it.
namespace holdfast {

struct Checked {
  std::vector<Finding> Findings; ///< as runChecks() has them
  ProgramCoverage Cover;
};

ProgramCoverage coverageOf(const Program &P, const Solution &S);

/// Runs every check.
Checked check(const Program &P, const Rules &R, const Solution &S, unsigned Jobs);

/// \p Units are digests of their lock programs, in any order.
Digest nameOfChecked(const Rules &R, std::vector<Digest> Units);

std::string encode(const Checked &C);
/// None where \p Content is not what encode() made.
std::optional<Checked> decodeChecked(llvm::StringRef Content);

} // namespace holdfast

#endif
