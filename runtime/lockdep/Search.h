// SPDX-License-Identifier: GPL-2.0-or-later
/// \file Breadth-first search along strong paths.
///
/// Why strong paths. With readers, a cycle in the order of locks is no longer a
/// deadlock by itself. A task that waits for a lock is held up by its holder:
/// a writer waits for any holder, a non-recursive reader (R queued behind a
/// waiting writer) may in effect wait for any holder too, but a *recursive*
/// reader waits for nobody except a writer who holds it. So of two adjacent
/// dependencies X -> Y -> Z, "Y was acquired as a recursive read" followed by
/// "Y was held shared" is a place where nobody waits: the deadlock is broken
/// there. Every other pair holds. Each edge therefore carries which of four
/// kinds it was seen as: the first lock held Exclusively or Shared, the second
/// acquired Recursively or Not; a path is strong if it nowhere continues a
/// (*R) edge by an (S*) edge, and a strong cycle is a possible deadlock. (Boqun
/// Feng, "lockdep: Support deadlock detection for recursive read locks", Linux
/// 5.10; Documentation/locking/lockdep-design.rst proves both directions.)
///
/// How. The only thing to remember about a path is whether its last edge can
/// only be (*R) ("OnlyXr"). If that flag is clear at some class, the flag set is
/// never of more use: so a class is visited at most twice, first perhaps with
/// the flag set and then with it clear.
///
/// lockdep itself (kernel/locking/lockdep.c, __bfs()) visits a class once, with
/// whichever flag comes first, and marks it visited even where the flag then
/// forbids to go there: it can miss a strong path that is longer than a weak one
/// to the same class. Options::KernelSearch searches in that way, to tell this
/// known difference from errors when both are compared.
///
/// Why breadth first, not depth first: the path that is found is a shortest one,
/// and it is what people must read. Nor does an incremental topological order
/// (Pearce and Kelly 2006, as in Abseil's GraphCycles) help: it wants a graph
/// without any cycle, and ours may have cycles that are not strong.
#pragma once

#include "lockdep/Graph.h"

#include <algorithm>
#include <vector>

namespace holdfast {

enum class Way : uint8_t { Forward, Backward };
enum class Visit : uint8_t { Go, Skip, Match };

class Search {
public:
  /// Walks from \p Root. \p Look(class, OnlyXr) is asked at each class that a
  /// strong path leads to, \p Root included; it says go on, go no further there,
  /// or found. \p OnlyXr at the root: forward, the root is acquired as a
  /// recursive read; backward, it is held shared. True: found, see path().
  template <typename Function>
  bool run(const Graph &G, ClassId Root, bool OnlyXr, Way W, bool LikeKernel,
           Function Look) {
    begin(G);
    Steps.push_back({Root, NoId, NoId, OnlyXr});
    for (size_t I = 0; I < Steps.size(); ++I) {
      if (LikeKernel ? !enterOnce(Steps[I].Class) : !enter(Steps[I]))
        continue;
      if (LikeKernel && I != 0 && !follow(G, Steps[I], W))
        continue;
      Visit V = Look(Steps[I].Class, Steps[I].OnlyXr);
      if (V == Visit::Match) {
        Found = static_cast<uint32_t>(I);
        FoundWay = W;
        return true;
      }
      if (V == Visit::Go)
        expand(G, static_cast<uint32_t>(I), W, LikeKernel);
    }
    return false;
  }

  /// The edges of what run() found, in the direction of the order (earlier lock
  /// first) whichever way was walked. Empty if it found the root.
  std::vector<EdgeId> path() const {
    std::vector<EdgeId> Path;
    for (uint32_t I = Found; Steps[I].Parent != NoId; I = Steps[I].Parent)
      Path.push_back(Steps[I].Via);
    if (FoundWay == Way::Forward)
      std::reverse(Path.begin(), Path.end());
    return Path;
  }
  ClassId found() const { return Steps[Found].Class; }

private:
  struct Step {
    ClassId Class;
    EdgeId Via;
    uint32_t Parent;
    bool OnlyXr;
  };

  void begin(const Graph &G) {
    Steps.clear();
    if (Seen.size() < G.classCount() * 2)
      Seen.resize(G.classCount() * 2, 0);
    if (++Round == 0) {
      std::fill(Seen.begin(), Seen.end(), 0);
      Round = 1;
    }
  }

  bool enterOnce(ClassId C) {
    bool New = Seen[C * 2] != Round;
    Seen[C * 2] = Round;
    return New;
  }
  /// Twice at most; expand() has set the step's flag already.
  bool enter(const Step &S) {
    if (Seen[S.Class * 2] == Round) // was here with the flag clear
      return false;
    uint32_t &Mark = Seen[S.Class * 2 + (S.OnlyXr ? 1 : 0)];
    bool New = Mark != Round;
    Mark = Round;
    return New;
  }

  /// Backward, an edge is read the other way round: what matters then is whether
  /// the nearer lock was acquired recursively and the farther one held shared.
  static uint8_t nearNot(Way W) { return W == Way::Forward ? DepAnyE : DepAnyN; }
  static uint8_t farNot(Way W) { return W == Way::Forward ? DepAnyN : DepAnyE; }

  /// May the path go on over this step's edge, and with which flag?
  bool follow(const Graph &G, Step &S, Way W) const {
    uint8_t Deps = G.edge(S.Via).Deps;
    if (Steps[S.Parent].OnlyXr)
      Deps &= nearNot(W);
    S.OnlyXr = (Deps & farNot(W)) == 0;
    return Deps != 0;
  }

  void expand(const Graph &G, uint32_t From, Way W, bool LikeKernel) {
    const LockClass &C = G.lockClass(Steps[From].Class);
    for (EdgeId E : W == Way::Forward ? C.After : C.Before) {
      ClassId Next = W == Way::Forward ? G.edge(E).To : G.edge(E).From;
      Step S{Next, E, From, false};
      if (LikeKernel || follow(G, S, W))
        Steps.push_back(S);
    }
  }

  std::vector<Step> Steps;
  std::vector<uint32_t> Seen; ///< by class and flag: the round of the last visit
  uint32_t Round = 0;
  uint32_t Found = 0;
  Way FoundWay = Way::Forward;
};

} // namespace holdfast
