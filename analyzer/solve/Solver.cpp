// SPDX-License-Identifier: GPL-2.0-or-later
#include "solve/Solver.h"
#include "llvm/Support/ThreadPool.h"
#include <algorithm>

using namespace holdfast;

namespace {

/// Components whose callees are all done may run side by side: a component's
/// level is one more than the highest of those it calls.
std::vector<std::vector<size_t>>
levelsOf(const Program &P, const std::vector<std::vector<FunctionId>> &Components) {
  std::vector<uint32_t> LevelOf(P.size());
  std::vector<std::vector<size_t>> Levels;
  for (size_t C = 0; C < Components.size(); ++C) {
    uint32_t Level = 0;
    for (FunctionId F : Components[C])
      for (uint32_t Call = 0; Call < P.function(F).NumCalls; ++Call) {
        const std::vector<FunctionId> &Targets = P.targets(F, Call);
        if (P.isIndirect(F, Call) && Targets.size() != 1)
          continue;
        for (FunctionId T : Targets)
          if (!std::binary_search(Components[C].begin(), Components[C].end(), T))
            Level = std::max(Level, LevelOf[T] + 1);
      }
    for (FunctionId F : Components[C])
      LevelOf[F] = Level;
    if (Levels.size() <= Level)
      Levels.resize(Level + 1);
    Levels[Level].push_back(C);
  }
  return Levels;
}

/// Enough to close a recursion over locks; more rounds only refine facts.
constexpr unsigned MaxRounds = 3;

bool sameEffects(const Summary &A, const Summary &B) {
  return A.Requires.size() == B.Requires.size() &&
         std::equal(A.Cases.begin(), A.Cases.end(), B.Cases.begin(), B.Cases.end(),
                    [](const ExitCase &X, const ExitCase &Y) {
                      return sameLocks(X.Locks, Y.Locks);
                    });
}

} // namespace

Solution holdfast::solve(const Program &P, const Rules &R, unsigned Jobs,
                         const std::atomic<bool> *Stop) {
  Solution Sol;
  Sol.Results.resize(P.size());
  std::vector<char> Done(P.size());
  RuleSummaries RuleSums(R);
  // Recursion starts from "does not return", as a least fixpoint does.
  Summary Bottom;
  Bottom.Known = true;
  SolveInput In{P, R, RuleSums, [&](FunctionId F) {
                  return Done[F] ? &Sol.Results[F].Sum : &Bottom;
                }};
  std::vector<std::vector<FunctionId>> Components = P.components();
  auto runComponent = [&](const std::vector<FunctionId> &Members) {
    for (unsigned Round = 0; Round < MaxRounds; ++Round) {
      bool Stable = true;
      for (FunctionId F : Members) {
        if (Stop && *Stop)
          return;
        FunctionResult New = Simulator(In, F).run();
        Stable &= Done[F] && sameEffects(New.Sum, Sol.Results[F].Sum);
        Sol.Results[F] = std::move(New);
        Done[F] = 1;
      }
      if (Stable || Members.size() == 1)
        break;
    }
  };
  llvm::DefaultThreadPool Pool(llvm::hardware_concurrency(Jobs));
  for (const std::vector<size_t> &Level : levelsOf(P, Components)) {
    if (Level.size() < 8) {
      for (size_t C : Level)
        runComponent(Components[C]);
      continue;
    }
    std::atomic<size_t> Next{0};
    for (unsigned T = 0; T < Pool.getMaxConcurrency(); ++T)
      Pool.async([&] {
        for (size_t I = Next++; I < Level.size(); I = Next++)
          runComponent(Components[Level[I]]);
      });
    Pool.wait();
  }
  return Sol;
}
