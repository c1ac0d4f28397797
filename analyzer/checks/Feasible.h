// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_FEASIBLE_H
#define HOLDFAST_CHECKS_FEASIBLE_H

#include "model/LockProgram.h"
#include <optional>

namespace holdfast {

/// By parameter: its value where it is known.
using KnownParams = std::vector<std::optional<int64_t>>;

/// The constants among \p Args; empty where there is none.
KnownParams constantsOf(const std::vector<const Expr *> &Args);

/// By number: may the call be reached when \p F is called with \p Params? Follows
/// branches on parameters that are never written to (`if (try)`), no others.
std::vector<bool> reachedCalls(const Function &F, const KnownParams &Params);

} // namespace holdfast

#endif
