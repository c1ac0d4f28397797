// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Which locks a function waits for, for the order between them. Most are named
/// where the primitive is called; a wrapper that gets the lock as its argument
/// leaves it to its callers to say which class that is. What callees wait for by
/// class is not repeated in the caller: checks/Acquired.h gathers it along calls.
#include "solve/Simulator.h"
#include <algorithm>

using namespace holdfast;

/// No order follows from an attempt, nor from one of several of a class that
/// are taken in an order of their own.
static bool ordersNothing(const FunctionRule &Rule, const Expr *Subclass) {
  return Rule.Try || Rule.NestLock || (Subclass && Subclass != Expr::constant(0));
}

/// Do the arguments allow for the case?
static bool mayRun(const State &S, const std::vector<const Expr *> &Args,
                   const RuleCase &C) {
  return std::none_of(C.When.begin(), C.When.end(), [&](const RuleCondition &W) {
    return W.Value->Kind == ExprKind::Param && size_t(W.Value->Value) < Args.size() &&
           S.rangeOf(Args[size_t(W.Value->Value)]).meet(W.Range).isEmpty();
  });
}

void Simulator::noteAcquire(const State &S, const Instr &I,
                            const std::vector<const Expr *> &Args, const RuleLock &Lock,
                            bool GivenBack) {
  static constexpr size_t MaxLate = 8;
  Acquire A;
  A.Call = I.Index;
  A.Lock = lockPath(substitute(S, I, Args, Lock.Lock));
  A.Class = classOf(A.Lock, In.R.InnerFields);
  A.Mode = Lock.Mode;
  A.GivenBack = GivenBack;
  A.Where = I.Loc;
  if (In.R.Recursive.count(A.Class))
    return;
  bool Late = !A.Class && A.Lock->Kind == ExprKind::Param;
  if (!A.Class && !Late)
    return;
  std::vector<Acquire> &To = Late ? Out.Sum.Late : Out.Acquires;
  bool Known = std::any_of(To.begin(), To.end(), [&](const Acquire &O) {
    return O.Class == A.Class && O.Mode == A.Mode &&
           (Late ? O.Lock == A.Lock : O.Call == A.Call);
  });
  if (!Known && (!Late || To.size() < MaxLate))
    To.push_back(A);
}

void Simulator::noteAcquires(const State &S, const Instr &I,
                             const std::vector<const Expr *> &Args, const Summary *Sum,
                             const RuleSummary *Rule) {
  if (Rule) {
    const FunctionRule &F = *Rule->Rule;
    const Expr *Subclass = F.Subclass ? substitute(S, I, Args, F.Subclass) : nullptr;
    if (ordersNothing(F, Subclass))
      return;
    for (const RuleCase &C : F.Cases)
      for (size_t N = 0; N < C.Acquire.size() && mayRun(S, Args, C); ++N)
        noteAcquire(S, I, Args, C.Acquire[N], false);
    for (const std::vector<RuleLock> *Own : {&F.Takes, &F.Forbids})
      for (const RuleLock &L : *Own)
        noteAcquire(S, I, Args, L, true);
    if (!F.Cases.empty() || F.IgnoreBody)
      return;
  }
  if (Sum)
    for (const Acquire &A : Sum->Late)
      noteAcquire(S, I, Args, {A.Lock, A.Mode}, A.GivenBack);
}
