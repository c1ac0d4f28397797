// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Three or more lock classes, each waited for with the one before held, and the first
/// with the last. A leg more is a guess more: whether this is one object each time, and
/// whether all the tasks can be on their way at once. So only legs that are likely by
/// themselves count, and all of them in one directory, which mostly is one driver; no two
/// of them may hold a lock that keeps them apart, nor may one always be entered with what
/// another holds. The runtime's lockdep graph finds the cycles, with its own rules for
/// readers.
#include "checks/ClassCycles.h"
#include "checks/OrderFindings.h"
#include <algorithm>

using namespace holdfast;

namespace {

class LongCycles {
public:
  LongCycles(const OrderFindings &Words, std::vector<Finding> &Out)
      : Words(Words), Out(Out) {}
  using Pairs = std::map<Legs::Pair, std::vector<Leg>>;
  void look(const Pairs &Edges);

private:
  static constexpr size_t Longest = 5;
  bool apart(const std::vector<ClassId> &Cycle, const Leg &A, const Leg &B) const;
  bool choose(const std::vector<ClassId> &Cycle, const Pairs &Edges);
  void report(const std::vector<ClassId> &Cycle);

  const OrderFindings &Words;
  std::vector<Finding> &Out;
  std::vector<const Leg *> Chosen;
};

} // namespace

/// Can the two never run at once?
bool LongCycles::apart(const std::vector<ClassId> &Cycle, const Leg &A,
                       const Leg &B) const {
  std::vector<Symbol> Classes;
  for (ClassId C : Cycle)
    Classes.push_back(Words.name(C));
  if (A.In == B.In || guarded(A, B, Classes))
    return true;
  return std::any_of(Classes.begin(), Classes.end(), [&](Symbol C) {
    return Words.alwaysHolds(A, C) || Words.alwaysHolds(B, C);
  });
}

/// Takes one leg of each pair so that all may run at once; is there such a choice?
bool LongCycles::choose(const std::vector<ClassId> &Cycle, const Pairs &Edges) {
  size_t I = Chosen.size();
  if (I == Cycle.size())
    return true;
  for (const Leg &L : Edges.at({Cycle[I], Cycle[(I + 1) % Cycle.size()]})) {
    if (std::any_of(Chosen.begin(), Chosen.end(),
                    [&](const Leg *Other) { return apart(Cycle, *Other, L); }))
      continue;
    Chosen.push_back(&L);
    if (choose(Cycle, Edges))
      return true;
    Chosen.pop_back();
  }
  return false;
}

void LongCycles::report(const std::vector<ClassId> &Cycle) {
  auto next = [&](size_t I) { return Cycle[(I + 1) % Cycle.size()]; };
  Finding R = Words.start(Cycle[0], next(0), *Chosen[0]);
  R.Sure = Confidence::Likely;
  R.LockClass.clear();
  for (size_t I = 0; I < Cycle.size(); ++I) {
    R.LockClass += plainName(Words.name(Cycle[I])) + " -> ";
    R.Message += (!I                      ? ""
                  : I + 1 == Cycle.size() ? ", and "
                                          : ", ") +
                 Words.nameOf(Chosen[I]->In) + "() waits for " + Words.lock(next(I)) +
                 " with " + Words.lock(Cycle[I]) + " held";
    Words.describe(*Chosen[I], Cycle[I], next(I), R.Steps);
  }
  R.LockClass += plainName(Words.name(Cycle[0]));
  R.Steps.push_back({R.Loc, R.Function,
                     "no lock is held on two of these ways, so all may run at once"});
  Out.push_back(std::move(R));
}

void LongCycles::look(const Pairs &Edges) {
  std::vector<ClassEdge> All;
  for (const auto &[P, Ways] : Edges)
    for (const Leg &L : Ways) {
      const Acquired::Hop &Last = L.Path.back();
      const Acquire *A = Words.Order.acquired().direct(Last.In, Last.Call, P.second);
      All.push_back({P.first, P.second, modeOf(L.Held.State) == LockMode::Read,
                     A->Mode == LockMode::Read});
    }
  for (const std::vector<ClassId> &Cycle : classCycles(All, Longest)) {
    Chosen.clear();
    if (Cycle.size() > 2 && choose(Cycle, Edges))
      report(Cycle);
  }
}

void holdfast::findLongCycles(const OrderFindings &Words, std::vector<Finding> &Out) {
  for (const auto &[Home, Edges] : Words.Order.likely())
    LongCycles(Words, Out).look(Edges);
}
