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

/// Adds the sections of \p More that are not among \p All.
static void addSections(std::vector<Symbol> &All, const std::vector<Symbol> &More) {
  for (Symbol C : More)
    if (std::find(All.begin(), All.end(), C) == All.end())
      All.push_back(C);
}

/// \p A says how; its lock is the callee's.
void Simulator::noteAcquire(const State &S, const Instr &I,
                            const std::vector<const Expr *> &Args, Acquire A) {
  static constexpr size_t MaxLate = 8;
  A.Call = I.Index;
  A.Lock = lockPath(substitute(S, I, Args, A.Lock));
  A.Class = classOf(A.Lock, In.R.InnerFields);
  A.Where = I.Loc;
  for (const Section &Inside : S.Sections)
    if (Inside.Most > 0)
      addSections(A.In, {Inside.Class});
  if (In.R.Recursive.count(A.Class))
    return;
  bool Late = !A.Class && A.Lock->Kind == ExprKind::Param;
  if (!A.Class && !Late)
    return;
  std::vector<Acquire> &To = Late ? Out.Sum.Late : Out.Acquires;
  auto Known = std::find_if(To.begin(), To.end(), [&](const Acquire &O) {
    return O.Class == A.Class && O.Mode == A.Mode &&
           (Late ? O.Lock == A.Lock : O.Call == A.Call);
  });
  if (Known != To.end())
    addSections(Known->In, A.In);
  else if (!Late || To.size() < MaxLate)
    To.push_back(std::move(A));
}

void Simulator::noteAcquires(const State &S, const Instr &I,
                             const std::vector<const Expr *> &Args, const Summary *Sum,
                             const RuleSummary *Rule) {
  if (Rule) {
    const FunctionRule &F = *Rule->Rule;
    const Expr *Subclass = F.Subclass ? substitute(S, I, Args, F.Subclass) : nullptr;
    if (ordersNothing(F, Subclass))
      return;
    auto note = [&](const RuleLock &L, const RuleCase *Case) {
      Acquire A;
      A.Lock = L.Lock;
      // What must not be held in any mode is taken for read at the least.
      A.Mode = L.Mode == LockMode::Any ? LockMode::Read : L.Mode;
      A.GivenBack = !Case;
      A.Spins = F.Spins;
      for (size_t N = 0; Case && N < Case->Acquire.size(); ++N)
        if (Symbol Class = classOf(Case->Acquire[N].Lock, In.R.InnerFields);
            In.R.Recursive.count(Class))
          A.In.push_back(Class);
      noteAcquire(S, I, Args, std::move(A));
    };
    for (const RuleCase &C : F.Cases)
      for (size_t N = 0; N < C.Acquire.size() && mayRun(S, Args, C); ++N)
        note(C.Acquire[N], &C);
    for (const std::vector<RuleLock> *Own : {&F.Takes, &F.Forbids})
      for (const RuleLock &L : *Own)
        note(L, nullptr);
    if (!F.Cases.empty() || F.IgnoreBody)
      return;
  }
  if (Sum)
    for (const Acquire &A : Sum->Late)
      noteAcquire(S, I, Args, A);
}
