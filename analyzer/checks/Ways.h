// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_WAYS_H
#define HOLDFAST_CHECKS_WAYS_H

#include "checks/Acquired.h"
#include <map>

namespace holdfast {

/// The shortest ways, up to MaxHops long, to where \p Next is waited for with
/// \p Held not dropped before. What is farther is worth little to a reader, and a
/// search for each place that holds a lock would not end on a whole kernel: one
/// search backwards from those that wait serves them all.
///
/// Nearly always it serves every lock that may be held as well: only of those that
/// something on the way drops (WaysTo knows) must the search be made anew.
class Ways {
public:
  static constexpr unsigned MaxHops = 10;
  /// \p Held may be Acquired::NoClass: whatever is dropped.
  Ways(const Acquired &A, ClassId Next, ClassId Held);

  /// From call \p Call of \p F, that call first. Empty: there is none.
  std::vector<Acquired::Hop> fromCall(FunctionId F, uint32_t Call) const;
  /// From the entry of \p F.
  std::vector<Acquired::Hop> fromEntry(FunctionId F) const;
  /// Does something on one of the ways drop a lock of the class?
  bool drops(ClassId C) const { return Dropped.test(C); }

private:
  void enter(const Acquired::SiteRef &R, unsigned Hops);
  unsigned length(const Acquired::Site &At) const;
  void follow(FunctionId F, std::vector<Acquired::Hop> &Path) const;
  void push(FunctionId F, const Acquired::Site &At,
            std::vector<Acquired::Hop> &Path) const;

  const Acquired &A;
  ClassId Next, Held;
  std::vector<FunctionId> Found;
  std::vector<uint8_t> Length; ///< by function: hops, the waiting call included; 0: none
  ClassSet Dropped;
};

/// The Ways to one class, by what is held. Not thread-safe.
class WaysTo {
public:
  WaysTo(const Acquired &A, ClassId Next) : A(A), Next(Next) {}
  const Ways &with(ClassId Held);

private:
  const Acquired &A;
  ClassId Next;
  std::map<ClassId, Ways> Known;
};

} // namespace holdfast

#endif
