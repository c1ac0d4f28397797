// SPDX-License-Identifier: GPL-2.0-or-later
//
// Bottom-up over the call graph, and not twice.
//
// What simulating a function yields depends on its lock program, on what its calls
// may reach, on the rules, and on the summaries it asks for; and it may ask for those
// of Program::dependencies() only. So a digest of all that names the result, and one
// that an earlier run kept under that name is taken as it is. The names of callees
// do not matter, their summaries do: where a change leaves a summary as it was, nobody
// above is simulated again.
//
// Functions that call each other in a circle are one component and have one name.
// The largest of a kernel, all that memory allocation may come to call, has some
// eight thousand members, and a change to one of them simulates all, from nothing:
// rounds end before nothing moves any more, so that to start from what is known of the
// others is to end elsewhere, and a comparison would blame the change for it.
#include "solve/Solver.h"
#include "solve/InputDigest.h"
#include "llvm/Support/ThreadPool.h"
#include <algorithm>
#include <atomic>
#include <set>

using namespace holdfast;

namespace {

/// The components in the order they can be solved in. Those of one level do
/// not ask for each other's summaries and may run side by side; what a function
/// may look at depends on levels alone, so that threads do not show.
struct Schedule {
  std::vector<std::vector<FunctionId>> Components;
  std::vector<std::vector<size_t>> Levels; ///< of indices into Components
  std::vector<uint32_t> LevelOf, ComponentOf;
  std::vector<std::vector<FunctionId>> Dependencies; ///< by function, ascending
  /// By function: who of its own component asks for its summary.
  std::vector<std::vector<FunctionId>> InnerCallers;

  explicit Schedule(const Program &P)
      : Components(P.components()), LevelOf(P.size()), ComponentOf(P.size()),
        InnerCallers(P.size()) {
    for (FunctionId F = 0; F < P.size(); ++F)
      Dependencies.push_back(P.dependencies(F));
    for (size_t C = 0; C < Components.size(); ++C) {
      for (FunctionId F : Components[C])
        ComponentOf[F] = uint32_t(C);
      uint32_t Level = 0;
      for (FunctionId F : Components[C])
        for (FunctionId T : Dependencies[F]) {
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

/// Enough to close a recursion over locks. After that, only what returns now and did
/// not before, or returns what it did not, is followed up: to miss that is to take
/// code for dead. What is said of locks beyond comes round by way of conditions
/// that were lost, and spreads.
constexpr unsigned LockRounds = 4;
constexpr unsigned MaxRounds = 16;

/// Does \p Old say of this way out all that \p New does? Facts only shrink from round
/// to round: what once could not be may be now.
bool covers(const ExitCase &Old, const ExitCase &New) {
  auto holds = [&](const Fact &F) {
    return std::any_of(New.When.begin(), New.When.end(), [&](const Fact &N) {
      return N.Value == F.Value && N.Range.within(F.Range);
    });
  };
  return sameLocks(Old.Locks, New.Locks) && New.ResultRange.within(Old.ResultRange) &&
         (!Old.Result || Old.Result == New.Result) &&
         std::all_of(Old.When.begin(), Old.When.end(), holds);
}

/// Does a function come back now that did not, or in another way, with the same locks?
bool opens(const Summary &Old, const Summary &New) {
  if (Old.Cases.empty() || New.Cases.empty())
    return !New.Cases.empty();
  return Old.Cases.size() == New.Cases.size() &&
         !std::equal(Old.Cases.begin(), Old.Cases.end(), New.Cases.begin(),
                     New.Cases.end(), [](const ExitCase &A, const ExitCase &B) {
                       return !sameLocks(A.Locks, B.Locks) || covers(A, B);
                     });
}

bool covers(const Summary &Old, const Summary &New) {
  return Old.Requires.size() == New.Requires.size() &&
         std::equal(Old.Cases.begin(), Old.Cases.end(), New.Cases.begin(),
                    New.Cases.end(),
                    [](const ExitCase &A, const ExitCase &B) { return covers(A, B); });
}

} // namespace

namespace holdfast {

class Solving {
public:
  Solving(const Program &P, const Rules &R, const SolveOptions &O)
      : P(P), R(R), O(O), RuleSums(R), Plan(P), Done(P.size()) {
    Sol.Results.resize(P.size());
    Sol.Keys.resize(P.size());
    // Recursion starts from "does not return", as a least fixpoint does.
    Bottom.Known = true;
  }
  Solution run();

private:
  void runComponent(size_t C);
  void nameInputs(size_t C);
  bool takeKnown(FunctionId F);
  bool takeKnown(const std::vector<FunctionId> &Members);
  void simulate(size_t C);
  const Summary *summaryFor(FunctionId Asking, FunctionId Asked) const;

  const Program &P;
  const Rules &R;
  const SolveOptions &O;
  RuleSummaries RuleSums;
  Schedule Plan;
  Summary Bottom;
  Solution Sol;
  std::vector<char> Done; ///< has a result, be it one to improve on
  std::atomic<bool> Stopped{false};
  std::atomic<size_t> Simulated{0};
};

/// Fills in what decides the results of a component.
void Solving::nameInputs(size_t C) {
  DigestBuilder All;
  for (FunctionId F : Plan.Components[C]) {
    DigestBuilder Own;
    Own.add(digestOf(P, F));
    for (FunctionId T : Plan.Dependencies[F])
      if (Plan.ComponentOf[T] != C)
        Own.add(Sol.Keys[T].Summary);
    All.add(Sol.Keys[F].Own = Own.finish());
  }
  Digest Component = All.finish();
  for (FunctionId F : Plan.Components[C])
    Sol.Keys[F].Component = Component;
}

bool Solving::takeKnown(FunctionId F) {
  std::optional<FunctionResult> Result = O.Known->result(F);
  if (!Result)
    return false;
  Sol.Results[F] = std::move(*Result);
  Sol.Keys[F].Summary = O.Known->keys(F)->Summary;
  return true;
}

bool Solving::takeKnown(const std::vector<FunctionId> &Members) {
  return O.Known && std::all_of(Members.begin(), Members.end(), [&](FunctionId F) {
           const ResultKeys *Keys = O.Known->keys(F);
           return Keys && Keys->Component == Sol.Keys[F].Component && takeKnown(F);
         });
}

const Summary *Solving::summaryFor(FunctionId Asking, FunctionId Asked) const {
  const std::vector<FunctionId> &May = Plan.Dependencies[Asking];
  if (!std::binary_search(May.begin(), May.end(), Asked))
    return nullptr;
  return Done[Asked] ? &Sol.Results[Asked].Sum : &Bottom;
}

/// A function is looked at again where a summary that it asks for changed.
void Solving::simulate(size_t C) {
  const std::vector<FunctionId> &Members = Plan.Components[C];
  std::set<FunctionId> Stale(Members.begin(), Members.end());
  std::set<FunctionId> Outdated; ///< and not to be looked at again
  for (unsigned Round = 0; Round < MaxRounds && !Stale.empty(); ++Round)
    for (FunctionId F : Members) {
      if (!Stale.erase(F))
        continue;
      if (Stopped || (!Done[F] && !O.GoOn())) {
        Stopped = true;
        return;
      }
      Simulated += !Done[F];
      Outdated.erase(F);
      SolveInput In{P, R, RuleSums, [&](FunctionId T) { return summaryFor(F, T); }};
      FunctionResult New = Simulator(In, F).run();
      const Summary &Old = Sol.Results[F].Sum;
      if (!Done[F] || !covers(Old, New.Sum)) {
        bool Follow = !Done[F] || Round + 1 < LockRounds || opens(Old, New.Sum);
        (Follow ? Stale : Outdated)
            .insert(Plan.InnerCallers[F].begin(), Plan.InnerCallers[F].end());
      }
      Sol.Results[F] = std::move(New);
      Done[F] = 1;
    }
  Outdated.merge(Stale);
  for (FunctionId F : Outdated)
    Sol.Results[F].Sum.Imprecise = true;
  for (FunctionId F : Members)
    Sol.Keys[F].Summary = digestOf(P, Sol.Results[F].Sum);
}

void Solving::runComponent(size_t C) {
  nameInputs(C);
  if (!takeKnown(Plan.Components[C]))
    return simulate(C);
  for (FunctionId F : Plan.Components[C]) {
    Done[F] = 1;
    if (!O.GoOn())
      Stopped = true;
  }
}

Solution Solving::run() {
  llvm::DefaultThreadPool Pool(llvm::hardware_concurrency(O.Jobs));
  for (const std::vector<size_t> &Level : Plan.Levels) {
    std::atomic<size_t> Next{0};
    for (unsigned T = 0; T < Pool.getMaxConcurrency(); ++T)
      Pool.async([&] {
        for (size_t I = Next++; I < Level.size() && !Stopped; I = Next++)
          runComponent(Level[I]);
      });
    Pool.wait();
  }
  Sol.Simulated = Simulated;
  return std::move(Sol);
}

} // namespace holdfast

Solution holdfast::solve(const Program &P, const Rules &R, const SolveOptions &O) {
  return Solving(P, R, O).run();
}
