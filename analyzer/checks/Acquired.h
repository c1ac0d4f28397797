// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_ACQUIRED_H
#define HOLDFAST_CHECKS_ACQUIRED_H

#include "solve/Solver.h"
#include "llvm/ADT/SparseBitVector.h"
#include <map>

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
  Acquired(const Program &P, const Solution &S);

  size_t classes() const { return Names.size(); }
  Symbol name(ClassId C) const { return Names[C]; }
  /// None: nobody waits for it.
  static constexpr ClassId NoClass = ~0u;
  ClassId id(Symbol Class) const;

  /// May \p F come to wait for \p C with \p Held not dropped before?
  bool waits(FunctionId F, ClassId C, ClassId Held) const;
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
  /// A shortest way from call \p Call of \p F to where \p C is waited for, that
  /// call first. Empty: there is none.
  std::vector<Hop> path(FunctionId F, uint32_t Call, ClassId C, ClassId Held) const;
  /// The same from the entry of \p F.
  std::vector<Hop> pathFrom(FunctionId F, ClassId C, ClassId Held) const;

private:
  /// A call of a function, in ascending order of Call.
  struct Site {
    uint32_t Call = 0;
    Location Loc;
  };

  void listClasses();
  bool update(FunctionId F);
  void add(FunctionId F, std::vector<ClassId> Dropped,
           const llvm::SparseBitVector<> &Classes, bool &Changed);
  std::vector<ClassId> droppedAt(FunctionId F, uint32_t Call) const;
  std::vector<Hop> search(std::vector<std::pair<Hop, size_t>> Queue, ClassId C,
                          ClassId Held) const;
  void enqueue(std::vector<std::pair<Hop, size_t>> &Queue, FunctionId F, size_t From,
               ClassId C, ClassId Held) const;

  const Program &P;
  const Solution &S;
  std::vector<Symbol> Names;
  std::unordered_map<Symbol, ClassId> Ids;
  std::vector<std::vector<Waits>> Below; ///< by function
  std::vector<std::vector<Site>> Sites;  ///< by function
};

} // namespace holdfast

#endif
