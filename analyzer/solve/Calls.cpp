// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// What a call does to a state. The callee's summary speaks of its own
/// parameters; substituting the arguments, evaluated in the caller's state,
/// makes it speak of the caller's values.
#include "solve/Simulator.h"
#include <algorithm>

using namespace holdfast;

const Expr *Simulator::lockPath(const Expr *E) const {
  while (E->Kind == ExprKind::Field && In.R.InnerFields.count(E->Name))
    E = E->A;
  return E;
}

const Expr *Simulator::substitute(const State &S, const Instr &I,
                                  const std::vector<const Expr *> &Args,
                                  const Expr *E) const {
  return E->rewrite(
      [&](const Expr *Leaf) -> const Expr * {
        if (Leaf->Kind == ExprKind::Param)
          return size_t(Leaf->Value) < Args.size() ? Args[size_t(Leaf->Value)]
                                                   : Expr::unknown();
        if (Leaf->Kind == ExprKind::Return)
          return Expr::result(I.Index);
        return Leaf;
      },
      [&](const Expr *Place) { return S.read(Place); });
}

const Summary *Simulator::calleeSummary(const Instr &I, const State &S,
                                        FunctionId &Callee) const {
  const Expr *Target = S.eval(I.Value);
  if (Target->Kind == ExprKind::Func) {
    Callee = In.Prog.find(Target->Name);
    return Callee == NoFunction ? nullptr : In.SummaryOf(Callee);
  }
  const std::vector<FunctionId> &Targets = In.Prog.targets(Id, I.Index);
  if (Targets.size() != 1)
    return nullptr; // which one runs is unknown, and so is what it does
  Callee = Targets.front();
  return In.SummaryOf(Callee);
}

/// Does the function only look at what it is given? Then asking it twice gives
/// the same answer, as far as branches on it are concerned: `if (shared(v))
/// lock(v); ... if (shared(v)) unlock(v);`.
static bool isPure(const Summary &Sum) {
  if (Sum.Cases.size() != 1 || Sum.Imprecise)
    return false;
  const ExitCase &C = Sum.Cases.front();
  return C.Locks.empty() && C.Free.empty() && C.Stores.empty() && !C.Result;
}

/// Subclass 0 is what locks have that are not nested.
static std::vector<ExitCase> notNested(std::vector<ExitCase> Cases) {
  for (ExitCase &C : Cases)
    for (LockEntry &E : C.Locks)
      E.Nested = false;
  return Cases;
}

Simulator::States Simulator::call(State S, const Instr &I) {
  if (Collecting)
    listLocks(S, I);
  std::vector<const Expr *> Args;
  for (const Expr *A : I.Args)
    Args.push_back(S.eval(A));
  FunctionId Callee = NoFunction;
  const Summary *Sum = calleeSummary(I, S, Callee);
  const Expr *Target = S.eval(I.Value);
  const RuleSummary *Rule =
      Target->Kind == ExprKind::Func ? In.RuleSums.find(Target->Name) : nullptr;
  bool BodyCounts = !Rule || (Rule->Cases.empty() && !Rule->Rule->IgnoreBody &&
                              !Rule->Rule->RequiresReplaceBody);
  if (Collecting) {
    std::set<std::pair<const Expr *, LockMode>> Shown;
    // What is called through slots, Contexts looks at; through parameters,
    // the caller that passes the function.
    if (Sum && BodyCounts && Target->Kind == ExprKind::Func)
      for (const RequirementPtr &Need : Sum->Requires) {
        demandOfCallee(S, I, Args, Need, Callee, false);
        Shown.insert({Need->Lock, Need->Mode});
      }
    if (Rule)
      for (const RequirementPtr &Need : Rule->Requires)
        if (!Shown.count({Need->Lock, Need->Mode}))
          demandOfCallee(S, I, Args, Need, NoFunction, !Need->When.empty());
    if (Target->Kind == ExprKind::Param)
      Out.Sum.ParamCalls.push_back({Target, Args, S.Locks, I.Loc});
    if (Sum && BodyCounts)
      for (const ParamCall &C : Sum->ParamCalls)
        callThrough(S, I, Args, C);
    if (Rule && Rule->Rule->Asserts && !Args.empty())
      claim(S, I, Args[0], Rule->Rule->Asserts > 0);
    if (!(Rule && Rule->Rule->KeepsHandles))
      useHandles(S, I, Args);
    noteAcquires(S, I, Args, Sum, Rule);
    noteSleeps(S, I, Args, Sum, Rule, Callee);
  }
  if (Rule && Rule->Rule->NoReturn)
    return {};
  // BUG_ON() and its kind: where it comes back, the claim was true. WARN_ON()
  // has a result and comes back either way.
  if (Rule && Rule->Rule->Asserts && !Args.empty()) {
    if (!Rule->Rule->Returns && !S.assume(Args[0], Rule->Rule->Asserts > 0))
      return {};
    // BUG_ON(trylock(l)) says that somebody holds it, perhaps our caller.
    std::erase_if(
        S.Free, [&](const FreeLock &L) { return L.Tried && Args[0]->mentions(L.Told); });
  }
  S.forgetResult(Expr::result(I.Index));
  bool Pure = Sum && isPure(*Sum);
  if (!Pure)
    linkInto(S, Args);
  if (Rule && !Rule->Cases.empty()) {
    const Expr *Subclass = Rule->Rule->Subclass;
    if (Subclass && substitute(S, I, Args, Subclass) == Expr::constant(0))
      return applyCases(std::move(S), I, notNested(Rule->Cases));
    return applyCases(std::move(S), I, Rule->Cases);
  }
  if (Sum && Sum->Known && !(Rule && Rule->Rule->IgnoreBody)) {
    if (Pure && Target->Kind == ExprKind::Func && !Args.empty() && Args.size() <= 2) {
      const Expr *Answer =
          Expr::apply(Target->Name, Args[0], Args.size() > 1 ? Args[1] : nullptr);
      S.Memory.set(Expr::result(I.Index), Answer);
      S.Made.insert(Answer);
    }
    States Outcomes = applyCases(std::move(S), I, Sum->Cases);
    doubtPassed(Outcomes, *Sum, Args);
    return Outcomes;
  }
  havocArguments(S, I);
  return {std::move(S)};
}

/// The callee calls what the caller passes it: \p C, in the callee's terms.
void Simulator::callThrough(const State &S, const Instr &I,
                            const std::vector<const Expr *> &Args, const ParamCall &C) {
  static constexpr size_t MaxParamCalls = 16;
  const Expr *Target = substitute(S, I, Args, C.Callee);
  State Trial = S;
  ExitCase Before;
  Before.Locks = C.Locks;
  applyLocks(Trial, I, Before, Args);
  std::vector<const Expr *> Passed;
  for (const Expr *A : C.Args)
    Passed.push_back(substitute(S, I, Args, A));
  if (Target->Kind == ExprKind::Param && Out.Sum.ParamCalls.size() < MaxParamCalls)
    Out.Sum.ParamCalls.push_back({Target, Passed, Trial.Locks, I.Loc});
  if (Target->Kind != ExprKind::Func)
    return;
  FunctionId Callee = In.Prog.find(Target->Name);
  const Summary *Sum = Callee == NoFunction ? nullptr : In.SummaryOf(Callee);
  Instr Through = I;
  Through.Value = Target;
  if (Sum)
    sleepsOfCallee(Trial, Through, Passed, *Sum, Callee);
  if (Sum)
    for (const RequirementPtr &Need : Sum->Requires)
      if (Need->doubt() == Doubt::None) // what data selects is not told here
        demandOfCallee(Trial, Through, Passed, Need, Callee, false);
}

/// What the callee is passed to call, and perhaps calls, may release a lock:
/// `kref_put_mutex()` and its kind say by their result whether they did.
void Simulator::doubtPassed(std::vector<State> &Outcomes, const Summary &Sum,
                            const std::vector<const Expr *> &Args) const {
  for (const ParamCall &C : Sum.ParamCalls) {
    const Expr *Target =
        size_t(C.Callee->Value) < Args.size() ? Args[size_t(C.Callee->Value)] : C.Callee;
    FunctionId Passed =
        Target->Kind == ExprKind::Func ? In.Prog.find(Target->Name) : NoFunction;
    const Summary *Its = Passed == NoFunction ? nullptr : In.SummaryOf(Passed);
    if (!Its)
      continue;
    for (const ExitCase &Case : Its->Cases)
      for (const LockEntry &Gone : Case.Locks)
        for (State &S : Outcomes)
          for (LockEntry &E : S.Locks)
            E.Unsteady |= !isHeld(Gone.State) && E.Class == Gone.Class;
  }
}

void Simulator::listLocks(const State &S, const Instr &I) {
  std::vector<LockEntry> Locks = S.Locks;
  for (const FreeLock &L : S.Free)
    if (Symbol Class = classOf(L.Lock, In.R.InnerFields))
      Locks.push_back({L.Lock, Class, LockState::Dropped, 1, LockMode::None, L.Where});
  for (CallLocks &C : Out.Calls)
    if (C.Call == I.Index && sameLocks(C.Locks, Locks)) {
      State Both;
      bool Changed = false;
      Both.Sections = std::move(C.Sections);
      Both.joinSections(S.Sections, Changed);
      C.Sections = std::move(Both.Sections);
      return;
    }
  Out.Calls.push_back({I.Index, std::move(Locks), S.Sections});
}

/// A list head of this frame points at itself until somebody links into it,
/// which the callee may do by way of other names for it.
void Simulator::linkInto(State &S, const std::vector<const Expr *> &Args) {
  for (const Expr *A : Args) {
    const Expr *Root = A->root();
    if (Root->Kind != ExprKind::Local || A->Kind == ExprKind::Load)
      continue;
    S.Memory.mapValues([&](const auto &M) {
      return M.first->root() == Root && M.second->root() == Root ? Expr::unknown()
                                                                 : M.second;
    });
  }
}

void Simulator::havocArguments(State &S, const Instr &I) {
  for (size_t A = 0; A < I.Args.size(); ++A) {
    const Expr *P = I.Args[A];
    while (P->Kind == ExprKind::Field || P->Kind == ExprKind::Index)
      P = P->A;
    if (P->Kind != ExprKind::Local)
      continue;
    Symbol Name = Symbol::get("@arg" + std::to_string(A));
    S.write(I.Args[A], Expr::load(Expr::field(Expr::result(I.Index), Name)));
  }
}

/// Outcomes with the same lockset whose results exclude each other stay apart
/// for a while: what else they say (`*locked`, a flag that was set) goes with
/// the result, and the caller is about to look at that.
static void tellApart(std::vector<State> &Outcomes, const Expr *Result) {
  for (size_t I = 0; I < Outcomes.size(); ++I) {
    State &A = Outcomes[I];
    A.Outcome = 0;
    ValueRange Range = A.rangeOf(A.eval(Result));
    for (const State &B : Outcomes)
      if (&A != &B && sameLocks(A.Locks, B.Locks) &&
          Range.meet(B.rangeOf(B.eval(Result))).isEmpty())
        A.Outcome = afterCall(Result) << 8 | uint32_t(I + 1);
  }
}

/// A lock that a callee may have released, or acquired and does not tell: nothing
/// should be concluded from its being held. (Where the result tells of a release,
/// that is often lost by the time it is looked at.)
static void markUnsteady(std::vector<State> &Outcomes, const Expr *Result,
                         const std::vector<ExitCase> &Cases) {
  auto mayRelease = [&](Symbol Class) {
    return std::any_of(Cases.begin(), Cases.end(), [&](const ExitCase &C) {
      return std::any_of(C.Locks.begin(), C.Locks.end(), [&](const LockEntry &E) {
        return E.Class == Class && (!isHeld(E.State) || isRetaken(E.State));
      });
    });
  };
  auto told = [&](const State &A, const State &B) {
    return A.rangeOf(A.eval(Result)).meet(B.rangeOf(B.eval(Result))).isEmpty();
  };
  for (State &A : Outcomes)
    for (LockEntry &E : A.Locks) {
      if (!isHeld(E.State))
        continue;
      E.Unsteady |= mayRelease(E.Class);
      for (const State &B : Outcomes)
        E.Unsteady |= !holdsClass(B.Locks, E.Class) && !told(A, B);
    }
}

/// Which way a callee went that disables interrupts only on some is often a matter
/// of what it was told when it was called before: `if (p->nested) lock(); else
/// lock_irq();`. All outcomes get what is true of each.
static void joinOutcomes(std::vector<State> &Outcomes) {
  bool Changed = false;
  for (const State &S : Outcomes)
    Outcomes.front().joinSections(S.Sections, Changed);
  for (State &S : Outcomes)
    S.Sections = Outcomes.front().Sections;
}

Simulator::States Simulator::applyCases(State S, const Instr &I,
                                        const std::vector<ExitCase> &Cases) {
  std::vector<const Expr *> Args;
  for (const Expr *A : I.Args)
    Args.push_back(S.eval(A));
  States Out, Mismatched;
  std::vector<RanCase> OutCases, MismatchedCases;
  const Expr *Result = Expr::result(I.Index);
  for (const ExitCase &C : Cases) {
    State N = &C == &Cases.back() ? std::move(S) : S;
    bool Possible = true;
    for (const Fact &W : C.When)
      Possible = Possible && N.constrain(substitute(N, I, Args, W.Value), W.Range);
    const Expr *Value = N.eval(Result);
    if (Value->Vague)
      Value = Result;
    if (Possible && C.Result) {
      Value = substitute(N, I, Args, C.Result);
      if (!Value->isUnknown())
        N.Memory.set(Result, Value);
      else
        Value = Result;
    }
    if (!Possible || !N.constrain(Value, C.ResultRange))
      continue;
    State Before = N;
    bool Fits = applyLocks(N, I, C, Args);
    if (Collecting)
      (Fits ? OutCases : MismatchedCases).push_back({std::move(Before), &C});
    applyStores(N, I, C, Args);
    (Fits ? Out : Mismatched).push_back(std::move(N));
  }
  if (Collecting)
    noteMisuse(Out.empty() ? MismatchedCases : OutCases, I, Args);
  States &Outcomes = Out.empty() ? Mismatched : Out;
  if (Outcomes.size() > 1)
    tellApart(Outcomes, Result);
  if (Cases.size() > 1)
    markUnsteady(Outcomes, Result, Cases);
  if (Outcomes.size() > 1)
    joinOutcomes(Outcomes);
  return std::move(Outcomes);
}

/// False when the callee releases a lock from a mode that is not the one held:
/// then this is not the case that runs, unless there is no other.
bool Simulator::applyLocks(State &S, const Instr &I, const ExitCase &C,
                           const std::vector<const Expr *> &Args) {
  bool Fits = true;
  for (LockEntry E : C.Locks) {
    const Expr *Lock = lockPath(substitute(S, I, Args, E.Lock));
    Symbol Class = classOf(Lock, In.R.InnerFields);
    E.Lock = Lock;
    E.Class = Class ? Class : E.Class;
    E.Where = I.Loc;
    // What may be entered many times is counted, not told apart by.
    if (In.R.Recursive.count(E.Class)) {
      int By = isHeld(E.State) ? 1 : -1;
      S.enterSection({E.Class, By, By, I.Loc});
      continue;
    }
    if (Lock->Vague && !E.Class)
      continue;
    Fits &= S.applyEffect(E);
    // A lock that lies in a record was reached through a pointer to it.
    if (Lock->Kind == ExprKind::Field)
      S.constrain(Lock->A, ValueRange::nonZero());
  }
  for (const Section &Inner : C.Sections)
    S.enterSection({Inner.Class, Inner.Least, Inner.Most, I.Loc});
  for (const FreeLock &L : C.Free) {
    const Expr *Lock = lockPath(substitute(S, I, Args, L.Lock));
    Symbol Class = classOf(Lock, In.R.InnerFields);
    if (!In.R.Recursive.count(Class))
      S.addFree({Lock, Class, I.Loc, L.Tried, Expr::result(I.Index), false, L.Waited});
  }
  return Fits;
}

void Simulator::applyStores(State &S, const Instr &I, const ExitCase &C,
                            const std::vector<const Expr *> &Args) {
  // All over the state before the call, so first read, then write.
  std::vector<std::pair<const Expr *, const Expr *>> Writes;
  for (const StoreEffect &E : C.Stores) {
    const Expr *Place = substitute(S, I, Args, E.Place);
    const Expr *Value = substitute(S, I, Args, E.Value);
    if (Value->Vague) {
      Symbol Name = Symbol::get("@out" + std::to_string(Writes.size()));
      Value = Expr::load(Expr::field(Expr::result(I.Index), Name));
      S.Facts.erase(Value);
      S.constrain(Value, E.Range);
    }
    Writes.push_back({Place, Value});
  }
  for (const auto &[Place, Value] : Writes)
    S.write(Place, Value);
}
