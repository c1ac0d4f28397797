// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_ORDERGRAPH_H
#define HOLDFAST_CHECKS_ORDERGRAPH_H

#include "checks/Check.h"

namespace holdfast {

/// A lock class is waited for (or tried for) with another one held.
struct OrderEdge {
  Symbol Held, Next;
  LockMode HeldMode = LockMode::Write, NextMode = LockMode::Write;
  bool Try = false; ///< it does not wait, so that nothing depends on it
  /// One place where this is so, the nearest: where the first is acquired (or the
  /// callback is set that is entered with it), the calls, where the second is.
  std::vector<Step> Witness;
};

struct OrderGraphOptions {
  /// Calls from the one that is made with a lock held to the one that waits for
  /// another, both counted. What lies deeper is behind some allocation mostly.
  unsigned Depth = 3;
  /// Is a lock looked at that is held in a function of this file? None: always.
  std::function<bool(Symbol File)> Select;
};

/// The edges by name of what is held, what is waited for, modes; each once.
std::vector<OrderEdge> orderGraph(const CheckInput &In, const OrderGraphOptions &O);

} // namespace holdfast

#endif
