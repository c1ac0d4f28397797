// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_CALLBACKS_H
#define HOLDFAST_CHECKS_CALLBACKS_H

#include "checks/Check.h"
#include <functional>

/// \file
/// Callbacks that run in atomic context, for the checks that ask for them.
namespace holdfast {

/// The section that the rules say each context of \p Slot is in, as @softirq for
/// a timer's function; empty: there is one without.
Symbol atomicClassOf(const Rules &R, Symbol Slot);

/// \p Do for every function and slot that it is stored in. What is handed to a
/// function of which the rules say where it puts it is stored there, too: where
/// only a driver is at hand, no body shows it.
void eachCallback(const CheckInput &In,
                  const std::function<void(FunctionId, const SlotStore &)> &Do);

/// Where call \p Call of \p F stands.
Location callLocation(const Program &P, FunctionId F, uint32_t Call);

} // namespace holdfast

#endif
