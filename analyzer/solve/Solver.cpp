// SPDX-License-Identifier: GPL-2.0-or-later
#include "solve/Solver.h"
#include "llvm/Support/ThreadPool.h"
#include <algorithm>
#include <atomic>
#include <unordered_set>

using namespace holdfast;

namespace {

/// The components in the order they can be solved in. Those of one level do
/// not ask for each other's summaries and may run side by side; what a function
/// may look at depends on levels alone, so that threads do not show.
struct Schedule {
  std::vector<std::vector<FunctionId>> Components;
  std::vector<std::vector<size_t>> Levels; ///< of indices into Components
  std::vector<uint32_t> LevelOf, ComponentOf;
  /// By function: who of its own component asks for its summary.
  std::vector<std::vector<FunctionId>> InnerCallers;

  explicit Schedule(const Program &P)
      : Components(P.components()), LevelOf(P.size()), ComponentOf(P.size()),
        InnerCallers(P.size()) {
    for (size_t C = 0; C < Components.size(); ++C) {
      for (FunctionId F : Components[C])
        ComponentOf[F] = uint32_t(C);
      uint32_t Level = 0;
      for (FunctionId F : Components[C])
        for (FunctionId T : P.dependencies(F)) {
          if (ComponentOf[T] == C)
            InnerCallers[T].push_back(F);
          else
            Level = std::max(Level, LevelOf[T] + 1);
        }
      for (FunctionId F : Components[C])
        LevelOf[F] = Level;
      if (Levels.size() <= Level)
        Levels.resize(Level + 1);
      Levels[Level].push_back(C);
    }
  }
};

/// Enough to close a recursion over locks; more rounds only refine facts.
constexpr unsigned MaxRounds = 4;

bool sameEffects(const Summary &A, const Summary &B) {
  return A.Requires.size() == B.Requires.size() &&
         std::equal(A.Cases.begin(), A.Cases.end(), B.Cases.begin(), B.Cases.end(),
                    [](const ExitCase &X, const ExitCase &Y) {
                      return sameLocks(X.Locks, Y.Locks);
                    });
}

} // namespace

Solution holdfast::solve(const Program &P, const Rules &R, unsigned Jobs,
                         const std::function<bool()> &GoOn) {
  Solution Sol;
  Sol.Results.resize(P.size());
  std::vector<char> Done(P.size());
  std::atomic<bool> Stopped{false};
  RuleSummaries RuleSums(R);
  Schedule Plan(P);
  // Recursion starts from "does not return", as a least fixpoint does.
  Summary Bottom;
  Bottom.Known = true;
  auto runComponent = [&](size_t C) {
    const std::vector<FunctionId> &Members = Plan.Components[C];
    uint32_t Level = Plan.LevelOf[Members.front()];
    SolveInput In{P, R, RuleSums, [&](FunctionId F) -> const Summary * {
                    if (Plan.ComponentOf[F] == C)
                      return Done[F] ? &Sol.Results[F].Sum : &Bottom;
                    return Plan.LevelOf[F] < Level ? &Sol.Results[F].Sum : nullptr;
                  }};
    // A function is looked at again where a summary that it asks for changed.
    std::unordered_set<FunctionId> Stale(Members.begin(), Members.end());
    for (unsigned Round = 0; Round < MaxRounds && !Stale.empty(); ++Round)
      for (FunctionId F : Members) {
        if (!Stale.erase(F))
          continue;
        if (Stopped || (!Done[F] && !GoOn())) {
          Stopped = true;
          return;
        }
        FunctionResult New = Simulator(In, F).run();
        bool Changed = !Done[F] || !sameEffects(New.Sum, Sol.Results[F].Sum);
        Sol.Results[F] = std::move(New);
        Done[F] = 1;
        if (Changed)
          for (FunctionId Caller : Plan.InnerCallers[F])
            Stale.insert(Caller);
      }
    for (FunctionId F : Stale)
      Sol.Results[F].Sum.Imprecise = true;
  };
  llvm::DefaultThreadPool Pool(llvm::hardware_concurrency(Jobs));
  for (const std::vector<size_t> &Level : Plan.Levels) {
    std::atomic<size_t> Next{0};
    for (unsigned T = 0; T < Pool.getMaxConcurrency(); ++T)
      Pool.async([&] {
        for (size_t I = Next++; I < Level.size(); I = Next++)
          runComponent(Level[I]);
      });
    Pool.wait();
  }
  return Sol;
}
