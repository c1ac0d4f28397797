// SPDX-License-Identifier: GPL-2.0-or-later
#include "solve/RuleSummary.h"
#include "solve/State.h"

using namespace holdfast;

static void addLocks(ExitCase &C, const std::vector<RuleLock> &Locks, bool Drop,
                     const FunctionRule &Rule, const Rules &R) {
  for (const RuleLock &L : Locks) {
    LockState S = Drop                       ? LockState::Dropped
                  : L.Mode == LockMode::Read ? LockState::HeldRead
                                             : LockState::HeldWrite;
    LockEntry E{L.Lock, classOf(L.Lock, R.InnerFields), S,
                1,      Drop ? L.Mode : LockMode::None, {}};
    E.Tried = Rule.Try;
    E.Reentrant = Rule.Reentrant;
    E.Spins = Rule.Spins && !Drop;
    E.Nested = Rule.NestLock || (Rule.Subclass && !Rule.Subclass->isConst());
    C.Locks.push_back(E);
  }
}

static ExitCase convert(const RuleCase &Case, const FunctionRule &Rule, const Rules &R) {
  ExitCase C;
  addLocks(C, Case.Release, /*Drop=*/true, Rule, R);
  addLocks(C, Case.Acquire, /*Drop=*/false, Rule, R);
  for (const RuleLock &L : Case.Downgrade)
    C.Locks.push_back({L.Lock,
                       classOf(L.Lock, R.InnerFields),
                       LockState::RetakenRead,
                       1,
                       LockMode::Write,
                       {}});
  for (const RuleAlias &A : Case.Stores)
    C.Stores.push_back({A.Place, A.Value, ValueRange::top()});
  for (const RuleCondition &W : Case.When) {
    if (W.Value == Expr::ret())
      C.ResultRange = C.ResultRange.meet(W.Range);
    else
      C.When.push_back({W.Value, W.Range});
  }
  return C;
}

/// A case that does not take what another case takes is a failed attempt.
static void addFailures(std::vector<ExitCase> &Cases) {
  for (const ExitCase &Taken : Cases)
    for (const LockEntry &L : Taken.Locks)
      for (ExitCase &C : Cases)
        if (isHeld(L.State) && !isRetaken(L.State) && C.Locks.empty())
          C.Free.push_back({L.Lock, L.Class, {}, true, nullptr});
}

/// A test of a value as an expression. Error pointers are the negative ones.
static const Expr *testOf(const RuleCondition &T) {
  if (T.Range.isZero())
    return Expr::logicalNot(T.Value);
  if (T.Range.Hi == 0)
    return Expr::cmp(CmpOp::Le, T.Value, Expr::constant(0));
  if (T.Range.Hi < 0)
    return Expr::cmp(CmpOp::Lt, T.Value, Expr::constant(0));
  return Expr::cmp(CmpOp::Ne, T.Value, Expr::constant(0));
}

/// What is true of the result in every case: its value and its aliases.
static void addResult(ExitCase &C, const FunctionRule &Rule) {
  if (Rule.Returns)
    C.Result = Rule.Returns;
  else if (Rule.ReturnsTest)
    C.Result = testOf(*Rule.ReturnsTest);
  else if (Rule.Predicate)
    C.Result = heldPredicate(Rule.Predicate->Lock, Rule.Predicate->Mode);
  for (const RuleAlias &A : Rule.Aliases)
    C.Stores.push_back({A.Place, A.Value, ValueRange::top()});
  if (Rule.Fresh)
    C.Stores.push_back(
        {freshMark(Expr::ret()), Expr::constant(1), ValueRange::constant(1)});
}

static RequirementPtr demand(const RuleLock &L, const std::vector<RuleCondition> &When,
                             const FunctionRule &Rule, const Rules &R) {
  auto Need = std::make_shared<Requirement>();
  Need->Lock = L.Lock;
  Need->Class = classOf(L.Lock, R.InnerFields);
  Need->Mode = L.Mode;
  Need->Kind = Rule.Macro ? DemandKind::Assertion : DemandKind::Rule;
  // A body that does nothing but ask for the lock is an assertion, too.
  Need->Claimed = Rule.Macro || Rule.IgnoreBody;
  Need->What = Rule.Name;
  for (const RuleCondition &C : When)
    Need->When.push_back({C.Value, C.Range});
  return Need;
}

RuleSummaries::RuleSummaries(const Rules &R) {
  for (const auto &[Name, Rule] : R.Functions) {
    RuleSummary &S = ByName[Name];
    S.Rule = &Rule;
    for (const RuleCase &C : Rule.Cases)
      S.Cases.push_back(convert(C, Rule, R));
    addFailures(S.Cases);
    bool SaysResult = Rule.IgnoreBody || Rule.Returns || Rule.ReturnsTest ||
                      Rule.Predicate || !Rule.Aliases.empty() || Rule.Fresh;
    if (S.Cases.empty() && (SaysResult || Rule.Macro))
      S.Cases.emplace_back();
    for (ExitCase &C : S.Cases)
      addResult(C, Rule);
    for (const RuleLock &L : Rule.Requires)
      S.Requires.push_back(demand(L, {}, Rule, R));
    for (const RuleDemand &D : Rule.RequiresWhen)
      S.Requires.push_back(demand(D.Lock, D.When, Rule, R));
  }
}

const RuleSummary *RuleSummaries::find(Symbol Name) const {
  auto It = ByName.find(Name);
  return It == ByName.end() ? nullptr : &It->second;
}
