// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Assertions that hold where they should not: those that ask whether somebody
/// holds the lock, which may be somebody else, and those that let a lock held
/// for read pass where the function then writes what needs it held for write.
#include "checks/Assertions.h"
#include "checks/Check.h"
#include "checks/Words.h"
#include "solve/State.h"

using namespace holdfast;

namespace {

class WeakAssertion {
public:
  WeakAssertion(const CheckInput &In, std::vector<Finding> &Out) : In(In), Out(Out) {}
  void run();

private:
  /// A question whether anybody holds a lock, and the lock.
  struct Question {
    const FunctionRule *Asked = nullptr;
    Symbol Class;
  };
  Question question(FunctionId F, const Expr *E, bool Claimed, unsigned Depth) const;
  Question answered(FunctionId F, const Instr &Call, unsigned Depth) const;
  void somebody(FunctionId F, const Instr &Assertion);
  void modeless(FunctionId F, const Requirement &Need);
  Finding start(FunctionId F, Location Where, Symbol Class, LockMode Mode) const;

  const CheckInput &In;
  std::vector<Finding> &Out;
};

const Instr *callOf(const Function &F, const Expr *Result) {
  for (const Block &B : F.Blocks)
    for (const Instr &I : B.Instrs)
      if (I.Kind == InstrKind::Call && I.Index == Result->Value)
        return &I;
  return nullptr;
}

/// What the result of \p Call says, be it of a rule or of a wrapper around one.
WeakAssertion::Question WeakAssertion::answered(FunctionId F, const Instr &Call,
                                                unsigned Depth) const {
  if (Call.Value->Kind != ExprKind::Func || Call.Args.empty())
    return {};
  auto It = In.R.Functions.find(Call.Value->Name);
  if (It != In.R.Functions.end()) {
    if (!It->second.Predicate || It->second.PredicateOwned)
      return {};
    return {&It->second, classOf(Call.Args[0], In.R.InnerFields)};
  }
  const std::vector<FunctionId> &Targets = In.Prog.targets(F, Call.Index);
  if (Targets.size() != 1 || Depth == 3)
    return {};
  Question Only;
  for (const Block &B : In.Prog.function(Targets.front()).Blocks)
    for (const Instr &I : B.Instrs)
      if (I.Kind == InstrKind::Return) {
        if (Only.Asked)
          return {}; // it has more than one answer
        Only = question(Targets.front(), I.Value, true, Depth + 1);
        if (!Only.Asked)
          return {};
      }
  return Only;
}

/// The question that \p E, which is claimed to be true (or not), says yes to.
WeakAssertion::Question WeakAssertion::question(FunctionId F, const Expr *E, bool Claimed,
                                                unsigned Depth) const {
  if (E->Kind == ExprKind::Not)
    return question(F, E->A, !Claimed, Depth);
  if (E->Kind == ExprKind::Cmp && E->B->isConst() && E->B->Value == 0 &&
      (E->Op == CmpOp::Ne || E->Op == CmpOp::Eq))
    return question(F, E->A, Claimed == (E->Op == CmpOp::Ne), Depth);
  if (E->Kind != ExprKind::Result || !Claimed)
    return {};
  const Instr *Call = callOf(In.Prog.function(F), E);
  return Call ? answered(F, *Call, Depth) : Question();
}

Finding WeakAssertion::start(FunctionId F, Location Where, Symbol Class,
                             LockMode Mode) const {
  Finding R;
  R.Rule = "weak-assertion";
  R.Severity = Level::Note;
  R.Function = plainName(In.Prog.function(F).Name);
  R.Loc = Where;
  R.LockClass = plainName(Class);
  R.Required = modeText(Mode);
  return R;
}

void WeakAssertion::somebody(FunctionId F, const Instr &Assertion) {
  const FunctionRule &Rule = In.R.Functions.at(Assertion.Value->Name);
  Question Q = question(F, Assertion.Args[0], Rule.Asserts > 0, 0);
  if (!Q.Asked)
    return;
  LockMode Mode = Q.Asked->Predicate->Mode;
  for (const RequirementPtr &Need : In.Sol[F].Sum.Requires)
    if (Need->Kind == DemandKind::Assertion && Need->Class == Q.Class &&
        Need->Mode == LockMode::Write)
      Mode = LockMode::Write;
  Finding R = start(F, Assertion.Loc, Q.Class, Mode);
  R.Message = R.Function + "() claims with " + plainName(Q.Asked->Name) + "() that " +
              lockName(In.R, Q.Class) + " is" + heldFor(Mode) +
              ", which is true as well where somebody else holds it" +
              (Mode == LockMode::Write ? ", or where it is held for read" : "");
  R.Advice = Q.Asked->Instead;
  Out.push_back(std::move(R));
}

void WeakAssertion::modeless(FunctionId F, const Requirement &Need) {
  const Summary &Sum = In.Sol[F].Sum;
  const Requirement *Claim = modelessClaim(In.R, Sum, Need);
  if (!Claim || isClaimed(Sum, Need))
    return;
  Finding R = start(F, Claim->Where, Need.Class, Need.Mode);
  std::string Lock = lockName(In.R, Need.Class);
  R.Message = plainName(Claim->What) + "() in " + R.Function + "() lets " + Lock +
              " held for read pass, but writing " + dotted(Need.What.str()) +
              " needs it held for write";
  R.Sure = Need.When.empty() ? Confidence::Certain : Confidence::Likely;
  R.Steps.push_back({Need.Where, R.Function,
                     R.Function + " writes " + dotted(Need.What.str()) + " here"});
  R.Advice =
      assertionCall(In.R, In.Prog.function(F), Need.Lock, Need.Class, LockMode::Write);
  Out.push_back(std::move(R));
}

void WeakAssertion::run() {
  for (FunctionId F = 0; F < In.Prog.size(); ++F) {
    for (const Block &B : In.Prog.function(F).Blocks)
      for (const Instr &I : B.Instrs) {
        if (I.Kind != InstrKind::Call || I.Value->Kind != ExprKind::Func ||
            I.Args.empty())
          continue;
        auto It = In.R.Functions.find(I.Value->Name);
        if (It != In.R.Functions.end() && It->second.Asserts)
          somebody(F, I);
      }
    for (const RequirementPtr &Need : In.Sol[F].Sum.Requires)
      if (Need->Kind == DemandKind::Access)
        modeless(F, *Need);
  }
}

} // namespace

void holdfast::checkWeakAssertion(const CheckInput &In, std::vector<Finding> &Out) {
  WeakAssertion(In, Out).run();
}
