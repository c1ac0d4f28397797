// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_SOLVE_SIMULATOR_H
#define HOLDFAST_SOLVE_SIMULATOR_H

#include "solve/RuleSummary.h"
#include "solve/State.h"
#include <functional>
#include <map>
#include <set>
#include <span>

namespace holdfast {

/// One lockset that a call is reached with, relative to the caller's entry.
struct CallLocks {
  uint32_t Call = 0;
  std::vector<LockEntry> Locks;
  std::vector<Section> Sections; ///< by class
};

/// All that simulating one function yields.
struct FunctionResult {
  Summary Sum;
  std::vector<Violation> Violations;
  std::vector<CallLocks> Calls; ///< ascending by Call
  std::vector<Misuse> Misuses;
  /// Calls that take what another call here releases, and those others; ascending.
  std::vector<Location> Paired;
  std::vector<Acquire> Acquires; ///< by rules, and what callees left to be named
  std::vector<SleepPtr> Asleep;  ///< what sleeps where it must not: all have Under

  /// The locksets that call \p Call is reached with.
  std::span<const CallLocks> at(uint32_t Call) const;
};

/// What the simulation of one function may look at.
struct SolveInput {
  const Program &Prog;
  const Rules &R;
  const RuleSummaries &RuleSums;
  /// The summary of a callee, or null where none is known yet.
  std::function<const Summary *(FunctionId)> SummaryOf;
  /// Says by which bits of the result states stay apart even where their
  /// locksets agree. Null unless a check asks for more than summaries keep.
  const ResultRule *Watched = nullptr;
};

/// Property simulation of one function: first to a fixpoint over (block,
/// lockset), then once more over the stable states to collect requirements,
/// violations, locksets at calls, and exit cases.
class Simulator {
public:
  Simulator(const SolveInput &In, FunctionId F);
  FunctionResult run();

  static constexpr unsigned MaxDisjuncts = 12; ///< states kept per block
  static constexpr unsigned WidenAfter = 12;   ///< visits; most loops settle before
  static constexpr unsigned MaxVisits = 32;    ///< of one block

private:
  struct Node {
    std::vector<State> States;
    std::vector<bool> Pending;
    unsigned Visits = 0;
  };
  using States = std::vector<State>;

  State entryState() const;
  void fixpoint();
  void collect();
  States runBlock(uint32_t B, const State &In);
  void flow(uint32_t From, const State &S);
  void enter(uint32_t To, State S);
  bool rejects(uint32_t B, unsigned Depth, std::map<int64_t, int64_t> Known) const;

  void assign(State &S, const Instr &I);
  void watch(State &S, const Instr &I) const;
  bool watchedApart(const State &A, const State &B) const;
  void access(State &S, const Instr &I, const Instr *Next);
  bool keepsHandle(const State &S, const Instr *Next, const Expr *Record,
                   Symbol Field) const;
  void accessOf(State &S, const Instr &I, Symbol Field, const Expr *Record, bool Write);
  void useHandles(State &S, const Instr &I, const std::vector<const Expr *> &Args);
  void noteStaleUse(const State &S, const Instr &I, const Expr *Record);
  States call(State S, const Instr &I);
  States applyCases(State S, const Instr &I, const std::vector<ExitCase> &Cases);
  bool applyLocks(State &S, const Instr &I, const ExitCase &C,
                  const std::vector<const Expr *> &Args);
  void applyStores(State &S, const Instr &I, const ExitCase &C,
                   const std::vector<const Expr *> &Args);
  static void linkInto(State &S, const std::vector<const Expr *> &Args);
  void havocArguments(State &S, const Instr &I);
  const Summary *calleeSummary(const Instr &I, const State &S, FunctionId &Callee) const;

  const Expr *substitute(const State &S, const Instr &I,
                         const std::vector<const Expr *> &Args, const Expr *E) const;
  const Expr *lockPath(const Expr *E) const;
  const Expr *ofRecord(const State &S, const Expr *Lock, const Expr *Record) const;
  void claim(State &S, const Instr &I, const Expr *E, bool Truth);
  void demand(State &S, Requirement Need);
  void demandOfCallee(State &S, const Instr &I, const std::vector<const Expr *> &Args,
                      const RequirementPtr &Inner, FunctionId Callee, bool MustKnow);
  void violate(Requirement Need, const LockEntry &Held, bool Tried, bool Exact);
  void keepRequirement(Requirement Need);
  void callThrough(const State &S, const Instr &I, const std::vector<const Expr *> &Args,
                   const ParamCall &C);
  void doubtPassed(std::vector<State> &Outcomes, const Summary &Sum,
                   const std::vector<const Expr *> &Args) const;
  void listLocks(const State &S, const Instr &I);
  /// A case of a callee that may have run, and the state it was entered in.
  struct RanCase {
    State Before;
    const ExitCase *Case;
  };
  void noteMisuse(const std::vector<RanCase> &Ran, const Instr &I,
                  const std::vector<const Expr *> &Args);
  void noteMode(const State &S, const LockEntry &E, const Expr *Lock, Location Where,
                std::vector<Misuse> &Found);
  void noteCase(const RanCase &R, const Instr &I, const std::vector<const Expr *> &Args,
                std::vector<Misuse> &Found);
  bool fails(const State &S) const;
  bool areTold(const LockEntry &Lock, const State &Held, const State &Other) const;
  void notePair(const State &S, const Expr *Lock, Symbol Class, bool Takes,
                Location Where);
  void noteMeeting(const State &A, const State &B);
  void listPaired();
  void noteExits(const State &Held, const State &Other);
  void note(Misuse M);
  void noteAcquires(const State &S, const Instr &I, const std::vector<const Expr *> &Args,
                    const Summary *Sum, const RuleSummary *Rule);
  void noteAcquire(const State &S, const Instr &I, const std::vector<const Expr *> &Args,
                   Acquire A);
  void noteSleeps(const State &S, const Instr &I, const std::vector<const Expr *> &Args,
                  const Summary *Sum, const RuleSummary *Rule, FunctionId Callee);
  void sleepsOfCallee(const State &S, const Instr &I,
                      const std::vector<const Expr *> &Args, const Summary &Sum,
                      FunctionId Callee);
  void noteSleep(const State &S, const Instr &I, const std::vector<const Expr *> &Args,
                 const std::vector<Fact> &When, Sleep N);
  bool conditionsOfSleep(const State &S, const Instr &I,
                         const std::vector<const Expr *> &Args,
                         const std::vector<Fact> &When, Sleep &N) const;
  void listTellers();
  bool wasTold(const State &S) const;
  void letGo(const State &S, const Instr &I, const std::vector<const Expr *> &Args,
             Sleep &N) const;
  std::optional<LockEntry> atomicAt(const State &S, const Sleep &N) const;
  void keepSleep(Sleep N);
  void leave(const State &S);
  ExitCase exitCase(const State &S) const;

  const SolveInput &In;
  FunctionId Id;
  const Function &F;
  std::vector<Node> Nodes;
  std::set<uint32_t> Work;
  bool Collecting = false;
  bool ReturnsErrors = false;     ///< somewhere a negative constant is what it returns
  std::set<const Expr *> Tellers; ///< results that tell whether one may sleep
  std::vector<State> Exits;
  std::set<Location> Paired; ///< see FunctionResult
  std::set<std::pair<Location, Location>> Met;
  std::set<Location> RightMode; ///< calls that release what is held in their mode
  FunctionResult Out;
};

} // namespace holdfast

#endif
