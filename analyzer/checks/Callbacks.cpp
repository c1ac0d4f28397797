// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Callbacks.h"

using namespace holdfast;

Symbol holdfast::atomicClassOf(const Rules &R, Symbol Slot) {
  auto It = R.Callbacks.find(Slot);
  Symbol Common;
  if (It == R.Callbacks.end())
    return Common;
  for (const RuleContext &C : It->second.Contexts) {
    Symbol Found;
    for (const RuleLock &L : C.Holds)
      if (Symbol Class = classOf(L.Lock, R.InnerFields); R.Atomic.count(Class))
        Found = Class;
    if (!Found)
      return {};
    Common = Found;
  }
  return Common;
}

/// The functions that \p I passes to a callee that the rules know.
static void passed(const CheckInput &In, const Instr &I,
                   const std::function<void(FunctionId, const SlotStore &)> &Do) {
  auto It = In.R.Functions.find(I.Value->Name);
  if (It == In.R.Functions.end())
    return;
  for (const RuleAlias &A : It->second.Aliases) {
    if (A.Place->Kind != ExprKind::Field || A.Value->Kind != ExprKind::Param ||
        size_t(A.Value->Value) >= I.Args.size())
      continue;
    const Expr *Arg = I.Args[size_t(A.Value->Value)];
    if (Arg->Kind == ExprKind::Func && In.Prog.find(Arg->Name) != NoFunction)
      Do(In.Prog.find(Arg->Name), {A.Place->Name, Arg->Name, Symbol(), I.Loc});
  }
}

void holdfast::eachCallback(
    const CheckInput &In, const std::function<void(FunctionId, const SlotStore &)> &Do) {
  for (FunctionId F = 0; F < In.Prog.size(); ++F) {
    for (const SlotStore &Store : In.Prog.slotsOf(F))
      Do(F, Store);
    for (const Block &B : In.Prog.function(F).Blocks)
      for (const Instr &I : B.Instrs)
        if (I.Kind == InstrKind::Call && I.Value->Kind == ExprKind::Func)
          passed(In, I, Do);
  }
}

Location holdfast::callLocation(const Program &P, FunctionId F, uint32_t Call) {
  for (const Block &B : P.function(F).Blocks)
    for (const Instr &I : B.Instrs)
      if (I.Kind == InstrKind::Call && I.Index == Call)
        return I.Loc;
  return {};
}
