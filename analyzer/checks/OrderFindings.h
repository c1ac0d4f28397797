// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_ORDERFINDINGS_H
#define HOLDFAST_CHECKS_ORDERFINDINGS_H

#include "checks/Legs.h"

/// \file
/// What the parts of lock-order share: pairs (LockOrder.cpp), longer cycles
/// (LongCycles.cpp) and orders that are written down (DocumentedOrder.cpp).
namespace holdfast {

class OrderFindings {
public:
  OrderFindings(const CheckInput &In, const Legs &Order) : In(In), Order(Order) {}

  /// Reported where the second lock of the leg is waited for.
  Finding start(ClassId A, ClassId B, const Leg &L) const;
  /// Where the first lock comes from, the calls, and where the second is waited for.
  void describe(const Leg &L, ClassId Held, ClassId Next, std::vector<Step> &Steps) const;
  /// Is the function entered with a lock of the class held, whoever calls it?
  bool alwaysHolds(const Leg &L, Symbol Class) const;

  Symbol name(ClassId C) const { return Order.acquired().name(C); }
  std::string nameOf(FunctionId F) const { return plainName(In.Prog.function(F).Name); }
  std::string lock(ClassId C) const { return lockName(name(C)); }
  std::string lockName(Symbol Class) const;

  const CheckInput &In;
  const Legs &Order;
};

/// Is there a lock, other than of these classes, that keeps the two from running at
/// once?
bool guarded(const Leg &A, const Leg &B, const std::vector<Symbol> &Except);

/// Three or more classes, in a cycle of likely legs of one directory.
void findLongCycles(const OrderFindings &Words, std::vector<Finding> &Out);

/// Legs against an order that is written down. Those that \p Out has already are left
/// out.
void findAgainstDocuments(const OrderFindings &Words, std::vector<Finding> &Out);

} // namespace holdfast

#endif
