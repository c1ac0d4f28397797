// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_SOLVE_CONTEXTS_H
#define HOLDFAST_SOLVE_CONTEXTS_H

#include "solve/Solver.h"
#include <map>
#include <optional>

/// \file
/// Entry contexts, top-down: with which modes of a lock class may a function be
/// entered? Asked one class at a time, and only where a requirement is open,
/// so that contexts stay a handful of modes instead of whole locksets.
namespace holdfast {

/// One way to be entered, as far as one lock is concerned.
struct EntryMode {
  LockMode Mode = LockMode::None;
  bool FromRule = false; ///< the rules' callback table says so
  const RuleContext *Context = nullptr;
  std::string Source; ///< the rule's source
  /// Otherwise: the calls that lead here, the one that decided first.
  std::vector<CallSite> Path;
  /// The deciding caller gets there with the lock held for read and for write:
  /// what it decides by may be what decides whether the lock is relied on.
  bool Chosen = false;
  Location Acquired; ///< where the deciding caller changed the lock
};

class Contexts {
public:
  Contexts(const Program &P, const Rules &R, const Solution &S);

  /// What the rules say of the lock that \p Need asks for where the function
  /// stored by \p Store is entered through its slot. Empty: nothing.
  std::vector<EntryMode> byRule(const SlotStore &Store, const Requirement &Need) const;

  /// What the callers in the program say, by lock class. Each mode once, with
  /// the shortest path found.
  std::vector<EntryMode> byCallers(FunctionId F, Symbol Class) const;
  /// The same for all indirect calls through \p Slot.
  /// Asked often, hence kept; not thread-safe.
  const std::vector<EntryMode> &bySlot(Symbol Slot, Symbol Class) const;

  /// Is the lock held for read at \p Site on one way and for write on another?
  bool eitherMode(const CallSite &Site, Symbol Class) const;

private:
  bool applies(const RuleContext &C, const SlotStore &Store,
               const Requirement &Need) const;
  /// The lock at the call, in each lockset it is reached with, as the caller itself
  /// has changed it; none: it has not.
  std::vector<std::optional<LockEntry>> locksAt(const CallSite &Site, Symbol Class) const;
  void search(std::vector<std::pair<CallSite, size_t>> Start, Symbol Class,
              std::vector<EntryMode> &Out) const;

  const Program &P;
  const Rules &R;
  const Solution &S;
  /// By lock class: the modes that it is in at any call, a bit each. A search has no
  /// more to find.
  std::unordered_map<Symbol, unsigned> Modes;
  mutable std::map<std::pair<Symbol, Symbol>, std::vector<EntryMode>> Slots;
};

} // namespace holdfast

#endif
