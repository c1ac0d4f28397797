// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_ACQUIRED_H
#define HOLDFAST_CHECKS_ACQUIRED_H

#include "checks/ClassSet.h"
#include "solve/Solver.h"
#include <map>
#include <unordered_map>

/// \file
/// Which lock classes a call may wait for, however deep below it, and the
/// critical pairs (a class held, a class waited for) that follow; the domain of
/// Infer's starvation checker (Distefano et al., CACM 2019), by lock class.
///
/// A function that drops a lock of its caller before it waits for another makes
/// no pair of the two, so what is waited for is kept apart by what was dropped.
namespace holdfast {

/// Some classes, ascending, each list once: equal means the same number, and the
/// union of two is looked up rather than made. 0 is the empty list.
class ClassLists {
public:
  using Id = uint32_t;
  ClassLists() : Lists(1), Ids{{{}, 0}} {}
  Id id(std::vector<ClassId> Sorted);
  Id unite(Id A, Id B);
  const std::vector<ClassId> &operator[](Id I) const { return Lists[I]; }
  bool has(Id I, ClassId C) const;

private:
  std::vector<std::vector<ClassId>> Lists;
  std::map<std::vector<ClassId>, Id> Ids;
  std::unordered_map<uint64_t, Id> Unions;
};

/// What is waited for with the same classes dropped since entry.
struct Waits {
  ClassLists::Id Dropped = 0;
  ClassSet Classes;
};

class Acquired {
public:
  Acquired(const Program &P, const Rules &R, const Solution &S);

  size_t classes() const { return Names.size(); }
  Symbol name(ClassId C) const { return Names[C]; }
  /// None: nobody waits for it.
  static constexpr ClassId NoClass = ~0u;
  ClassId id(Symbol Class) const;

  /// What call \p Call of \p F waits for itself, by a rule.
  const Acquire *direct(FunctionId F, uint32_t Call, ClassId C) const;
  /// Every class that \p F may come to wait for with \p Held not dropped.
  ClassSet all(FunctionId F, ClassId Held) const;
  /// The same for one call, and what it waits for itself.
  ClassSet allOfCall(FunctionId F, uint32_t Call, ClassId Held) const;
  /// Is \p Next among these?
  bool mayWait(FunctionId F, uint32_t Call, ClassId Held, ClassId Next) const;

  /// Is a lock of the class dropped before call \p Call of \p F, on every way there?
  bool drops(FunctionId F, uint32_t Call, ClassId C) const;

  /// Pointers that may go to more functions than this tell nothing of order.
  static constexpr size_t MaxTargets = 64;

  /// One step on the way: call \p Call of \p In.
  struct Hop {
    FunctionId In = NoFunction;
    uint32_t Call = 0;
    Location Loc;
    size_t Targets = 1; ///< of the pointer it goes through
  };

  /// The way from call \p Call of \p F to where \p Next is waited for, if that is the
  /// call itself or one of the only function that it calls, with \p Held not dropped
  /// before. Empty: there is none.
  std::vector<Hop> nearWay(FunctionId F, uint32_t Call, ClassId Held, ClassId Next) const;

private:
  friend class Ways;
  /// A call of a function, in ascending order of Call.
  struct Site {
    uint32_t Call = 0;
    Location Loc;
    ClassLists::Id Dropped = 0;  ///< in every lockset it is reached with
    ClassLists::Id Masked = 0;   ///< what is not waited for with what is held there
    std::vector<ClassId> Waited; ///< by the call itself
    const std::vector<FunctionId> *Targets = nullptr; ///< few enough to follow
  };
  struct SiteRef {
    FunctionId In = NoFunction;
    size_t Index = 0;
  };

  /// What a function gets of a callee, or of itself; the same of many calls.
  struct Source {
    FunctionId Target = NoFunction; ///< none: Own counts
    ClassLists::Id Dropped = 0, Masked = 0, Own = 0;
    auto operator<=>(const Source &) const = default;
  };

  void listClasses();
  void listSites();
  void listSources(FunctionId F);
  void solve();
  bool update(FunctionId F);
  bool updateFrom(FunctionId F, const Source &From);
  bool add(FunctionId F, ClassLists::Id Dropped, const ClassSet &Classes);
  void setLocks(Site &At, FunctionId F);
  std::vector<ClassId> droppedIn(const CallLocks &C) const;
  std::vector<ClassId> maskedIn(const CallLocks &C) const;
  const Site *site(FunctionId F, uint32_t Call) const;

  const Program &P;
  const Rules &R;
  const Solution &S;
  std::vector<Symbol> Names;
  std::unordered_map<Symbol, ClassId> Ids;
  ClassLists Lists;
  std::vector<std::vector<Waits>> Below;     ///< by function
  std::vector<std::vector<Source>> Sources;  ///< by function
  std::vector<std::vector<Site>> Sites;      ///< by function
  std::vector<std::vector<SiteRef>> Callers; ///< by function
  std::vector<std::vector<SiteRef>> Waiting; ///< by class: the calls that wait themselves
  // Of solve(), by function: when Below changed, and when it was last made. Counted
  // in calls of update().
  std::vector<uint32_t> ChangedAt, UpdatedAt;
  uint32_t Now = 0;
};

} // namespace holdfast

#endif
