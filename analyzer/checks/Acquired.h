// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_ACQUIRED_H
#define HOLDFAST_CHECKS_ACQUIRED_H

#include "solve/Solver.h"
#include "llvm/ADT/SparseBitVector.h"
#include <unordered_map>

/// \file
/// Which lock classes a call may wait for, however deep below it, and the
/// critical pairs (a class held, a class waited for) that follow; the domain of
/// Infer's starvation checker (Distefano et al., CACM 2019), by lock class.
///
/// A function that drops a lock of its caller before it waits for another makes
/// no pair of the two, so what is waited for is kept apart by what was dropped.
namespace holdfast {

/// A number for a lock class, in the order in which the program names them.
using ClassId = uint32_t;

/// What is waited for with the same classes dropped since entry.
struct Waits {
  std::vector<ClassId> Dropped; ///< ascending
  llvm::SparseBitVector<> Classes;
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
  llvm::SparseBitVector<> all(FunctionId F, ClassId Held) const;
  /// The same for one call, and what it waits for itself.
  llvm::SparseBitVector<> allOfCall(FunctionId F, uint32_t Call, ClassId Held) const;

  /// One step on the way: call \p Call of \p In.
  struct Hop {
    FunctionId In = NoFunction;
    uint32_t Call = 0;
    Location Loc;
    size_t Targets = 1; ///< of the pointer it goes through
  };

private:
  friend class Ways;
  /// A call of a function, in ascending order of Call.
  struct Site {
    uint32_t Call = 0;
    Location Loc;
    std::vector<ClassId> Dropped; ///< in every lockset it is reached with; ascending
    std::vector<ClassId> Waited;  ///< by the call itself
    std::vector<ClassId> Masked;  ///< what is not waited for with what is held there
    const std::vector<FunctionId> *Targets = nullptr; ///< few enough to follow
  };
  struct SiteRef {
    FunctionId In = NoFunction;
    size_t Index = 0;
  };

  void listClasses();
  void listSites();
  bool update(FunctionId F);
  void add(FunctionId F, std::vector<ClassId> Dropped,
           const llvm::SparseBitVector<> &Classes, bool &Changed);
  void setLocks(Site &At, FunctionId F) const;
  const Site *site(FunctionId F, uint32_t Call) const;

  const Program &P;
  const Rules &R;
  const Solution &S;
  std::vector<Symbol> Names;
  std::unordered_map<Symbol, ClassId> Ids;
  std::vector<std::vector<Waits>> Below;     ///< by function
  std::vector<std::vector<Site>> Sites;      ///< by function
  std::vector<std::vector<SiteRef>> Callers; ///< by function
  std::vector<std::vector<SiteRef>> Waiting; ///< by class: the calls that wait themselves
};

/// The shortest ways, up to MaxHops long, to where \p Next is waited for with
/// \p Held not dropped before. What is farther is worth little to a reader, and a
/// search for each place that holds a lock would not end on a whole kernel: one
/// search backwards from those that wait serves them all.
class Ways {
public:
  static constexpr unsigned MaxHops = 10;
  Ways(const Acquired &A, ClassId Next, ClassId Held);

  /// From call \p Call of \p F, that call first. Empty: there is none.
  std::vector<Acquired::Hop> fromCall(FunctionId F, uint32_t Call) const;
  /// From the entry of \p F.
  std::vector<Acquired::Hop> fromEntry(FunctionId F) const;

private:
  unsigned length(const Acquired::Site &At) const;
  void follow(FunctionId F, std::vector<Acquired::Hop> &Path) const;
  void push(FunctionId F, const Acquired::Site &At,
            std::vector<Acquired::Hop> &Path) const;

  const Acquired &A;
  ClassId Next, Held;
  std::unordered_map<FunctionId, unsigned> Length; ///< hops, the waiting call included
};

} // namespace holdfast

#endif
