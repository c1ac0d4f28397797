// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_RELIANCE_H
#define HOLDFAST_CHECKS_RELIANCE_H

#include "checks/Check.h"

namespace holdfast {

/// What in a function relies on a lock of its caller's.
struct Reliance {
  const Expr *Lock = nullptr;
  Symbol Class;
  LockMode Mode = LockMode::Any;
  bool Always = true; ///< on every call that does not fail early
  Location Where;
  std::string Does; ///< `reads mm_struct.mm_mt`
};

/// Where \p F itself relies on a lock that neither it nor what it calls says is
/// held: guarded fields that it touches, what a rule says of it that its body
/// does not show, and locks of its caller's that it lets go of for a while.
std::vector<Reliance> unsaidReliance(const CheckInput &In, FunctionId F);

} // namespace holdfast

#endif
