// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_SOLVE_INPUTDIGEST_H
#define HOLDFAST_SOLVE_INPUTDIGEST_H

#include "model/Rules.h"
#include "solve/Summary.h"
#include "store/Digest.h"

/// \file
/// Digests of what a function's result is made from. They are the same in every
/// process; places count, since results have them.
namespace holdfast {

/// Of the function itself: its lock program, what its calls may reach, the slots
/// it was put in.
Digest digestOf(const Program &P, FunctionId F);

/// Of all that callers may learn of it.
Digest digestOf(const Program &P, const Summary &S);

/// Of what any result may depend on: the solver, the rules, the constant tables.
Digest digestOfSurroundings(const Program &P, const Rules &R);

} // namespace holdfast

#endif
