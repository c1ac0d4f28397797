// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_CHECK_H
#define HOLDFAST_CHECKS_CHECK_H

#include "model/Finding.h"
#include "solve/Contexts.h"

namespace holdfast {

/// What a check may look at.
struct CheckInput {
  const Program &Prog;
  const Rules &R;
  const Solution &Sol;
  const Contexts &Ctx;
};

/// One check: looks at the solved program and adds its findings.
using Check = void (*)(const CheckInput &, std::vector<Finding> &);

/// Runs every check. The findings are sorted by place and free of duplicates.
/// They do not depend on \p Jobs, the number of threads (0: one a core).
std::vector<Finding> runChecks(const Program &P, const Rules &R, const Solution &S,
                               unsigned Jobs);

/// Demands on locks that a lockset or an entry context cannot meet.
void checkOwnership(const CheckInput &In, std::vector<Finding> &Out);
/// Locks and unlocks that do not pair up.
void checkBalance(const CheckInput &In, std::vector<Finding> &Out);
/// Locks that are taken in one order here and in the other there.
void checkLockOrder(const CheckInput &In, std::vector<Finding> &Out);

/// Calls that may sleep where nobody may.
void checkSleepInAtomic(const CheckInput &In, std::vector<Finding> &Out);

/// Spinlocks that an interrupt may find held on its own CPU.
void checkIrqUnsafe(const CheckInput &In, std::vector<Finding> &Out);

/// Results of callbacks that say of their caller's lock what is not so.
void checkFaultRetry(const CheckInput &In, std::vector<Finding> &Out);

/// Functions that rely on a lock of their caller's and do not say so. Advice.
void checkMissingAssertion(const CheckInput &In, std::vector<Finding> &Out);

/// Assertions that hold where the lock is not held, or not as needed. Advice.
void checkWeakAssertion(const CheckInput &In, std::vector<Finding> &Out);

} // namespace holdfast

#endif
