// SPDX-License-Identifier: GPL-2.0-or-later
// Every strong cycle of a graph, for the static lock-order check.
//
// A cycle of classes may be strong in one choice of its edges' kinds and not in
// another, so a leg's kind is chosen afterwards, by one pass around the cycle for
// each kind that the first leg may have: four kinds a leg, the only constraint
// between neighbours.
//
// Elementary cycles are enumerated from their smallest class, only through larger
// ones that the search can come back from (Tiernan 1970, pruned to the strongly
// connected component, Tarjan 1972). Johnson's blocking (1975) would bound the
// time per cycle, but it forgets where a *bounded* path was cut off. Lengths are
// bounded and deepened one by one: a reader wants the short ones first, and a
// graph with too many cycles is cut off where they are least telling.
#include "lockdep/Graph.h"

#include <algorithm>
#include <array>

namespace holdfast {

namespace {

bool mayFollow(unsigned Kind, unsigned Next) {
  bool Recursive = ((1u << Kind) & DepAnyN) == 0;
  bool Shared = ((1u << Next) & DepAnyE) == 0;
  return !(Recursive && Shared);
}

/// Strongest first: E before S, N before R.
constexpr std::array<unsigned, 4> Preference = {3, 1, 2, 0};

class KindChoice {
public:
  KindChoice(const Graph &G, const std::vector<EdgeId> &Path) : G(G), Path(Path) {}

  /// The kinds of the legs, strong all around; empty if there is no such choice.
  std::vector<unsigned> choose() {
    for (unsigned First : Preference) {
      if (!has(0, First))
        continue;
      Kinds.assign(1, First);
      if (extend())
        return Kinds;
    }
    return {};
  }

private:
  bool has(size_t Leg, unsigned Kind) const {
    return G.edge(Path[Leg]).Deps & (1u << Kind);
  }

  /// Backtracks, though rarely: the strongest kind of a leg nearly always fits.
  bool extend() {
    if (Kinds.size() == Path.size())
      return mayFollow(Kinds.back(), Kinds.front());
    for (unsigned Kind : Preference) {
      if (!has(Kinds.size(), Kind) || !mayFollow(Kinds.back(), Kind))
        continue;
      Kinds.push_back(Kind);
      if (extend())
        return true;
      Kinds.pop_back();
    }
    return false;
  }

  const Graph &G;
  const std::vector<EdgeId> &Path;
  std::vector<unsigned> Kinds;
};

/// Tarjan's components, without recursion: a kernel's graph is deep.
class Components {
public:
  explicit Components(const Graph &G)
      : G(G), Index(G.classCount(), 0), Low(G.classCount(), 0), Of(G.classCount(), NoId) {
    for (ClassId C = 0; C < G.classCount(); ++C)
      if (Index[C] == 0)
        visit(C);
  }
  bool same(ClassId A, ClassId B) const { return Of[A] == Of[B]; }

private:
  struct Frame {
    ClassId Class;
    size_t Next;
  };

  void enter(ClassId C) {
    Index[C] = Low[C] = ++Counter;
    Open.push_back(C);
    Frames.push_back({C, 0});
  }

  void visit(ClassId Root) {
    enter(Root);
    while (!Frames.empty()) {
      ClassId C = Frames.back().Class;
      const std::vector<EdgeId> &After = G.lockClass(C).After;
      if (Frames.back().Next < After.size()) {
        ClassId To = G.edge(After[Frames.back().Next++]).To;
        if (Index[To] == 0)
          enter(To);
        else if (Of[To] == NoId)
          Low[C] = std::min(Low[C], Index[To]);
        continue;
      }
      Frames.pop_back();
      if (!Frames.empty()) {
        ClassId Parent = Frames.back().Class;
        Low[Parent] = std::min(Low[Parent], Low[C]);
      }
      if (Low[C] == Index[C])
        close(C);
    }
  }

  void close(ClassId Root) {
    ClassId C;
    do {
      C = Open.back();
      Open.pop_back();
      Of[C] = Root;
    } while (C != Root);
  }

  const Graph &G;
  std::vector<uint32_t> Index, Low;
  std::vector<ClassId> Of;
  std::vector<ClassId> Open;
  std::vector<Frame> Frames;
  uint32_t Counter = 0;
};

class Enumeration {
public:
  Enumeration(const Graph &G, const CycleLimits &Limits)
      : G(G), Limits(Limits), Parts(G), OnPath(G.classCount(), false) {}

  std::vector<Cycle> run(bool *Truncated) {
    for (Length = 1; Length <= Limits.MaxLength && !Stopped; ++Length)
      for (Root = 0; Root < G.classCount() && !Stopped; ++Root)
        extend(Root);
    // Longer ones than MaxLength are no truncation: nobody asked for them.
    if (Truncated)
      *Truncated = Stopped;
    return std::move(Cycles);
  }

private:
  /// Paths of exactly Length legs from Root back to it, larger classes between.
  void extend(ClassId From) {
    for (EdgeId E : G.lockClass(From).After) {
      if (++Steps > Limits.MaxSteps)
        Stopped = true;
      if (Stopped)
        return;
      ClassId To = G.edge(E).To;
      bool Last = Path.size() + 1 == Length;
      if (To == Root ? !Last : Last || To < Root || OnPath[To] || !Parts.same(To, Root))
        continue;
      Path.push_back(E);
      if (Last) {
        add();
      } else {
        OnPath[To] = true;
        extend(To);
        OnPath[To] = false;
      }
      Path.pop_back();
    }
  }

  void add() {
    std::vector<unsigned> Kinds = KindChoice(G, Path).choose();
    if (Kinds.empty())
      return;
    Cycle Legs;
    for (size_t I = 0; I < Path.size(); ++I) {
      const Edge &E = G.edge(Path[I]);
      unsigned K = Kinds[I];
      Legs.push_back({Path[I], E.From, E.To, E.FromMode[K], E.ToMode[K], E.Witness[K]});
    }
    Cycles.push_back(std::move(Legs));
    Stopped |= Cycles.size() >= Limits.MaxCount;
  }

  const Graph &G;
  const CycleLimits &Limits;
  Components Parts;
  std::vector<bool> OnPath;
  std::vector<EdgeId> Path;
  std::vector<Cycle> Cycles;
  size_t Length = 0, Steps = 0;
  ClassId Root = 0;
  bool Stopped = false;
};

} // namespace

std::vector<Cycle> Graph::cycles(const CycleLimits &Limits, bool *Truncated) const {
  return Enumeration(*this, Limits).run(Truncated);
}

} // namespace holdfast
