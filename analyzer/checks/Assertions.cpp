// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Assertions.h"
#include "solve/State.h"
#include <algorithm>

using namespace holdfast;

/// The fittest of the assertions: made for the class, then made for the mode.
static const AssertionRule *fittest(const Rules &R, Symbol Class, LockMode Mode,
                                    const std::string &ButFor) {
  const AssertionRule *Best = nullptr;
  int Most = 0;
  for (const AssertionRule &A : R.Assertions) {
    bool Fits = A.Mode == Mode || (A.Mode == LockMode::Any && Mode == LockMode::Read);
    if (!Fits || A.Call == ButFor || (A.Class && A.Class != Class))
      continue;
    int Points = 1 + 2 * bool(A.Class) + (A.Mode == Mode);
    if (Points > Most) {
      Most = Points;
      Best = &A;
    }
  }
  return Best;
}

/// Can the value be written in C with the names of the function's parameters?
static bool isSpellable(const Function &F, const Expr *E) {
  switch (E->Kind) {
  case ExprKind::Param:
    return size_t(E->Value) < F.LocalNames.size() && F.LocalNames[size_t(E->Value)];
  case ExprKind::Global:
    return E->Name.str() == "@current";
  case ExprKind::Field:
  case ExprKind::Load:
    return isSpellable(F, E->A);
  default:
    return false;
  }
}

std::string holdfast::assertionCall(const Rules &R, const Function &F, const Expr *Lock,
                                    Symbol Class, LockMode Mode) {
  const AssertionRule *A = fittest(R, Class, Mode, plainName(F.Name));
  if (!A || Lock->Kind != ExprKind::Field || !isSpellable(F, Lock))
    return "";
  const Expr *Argument = A->OfRecord ? Lock->A : Lock;
  return A->Call + "(" + Argument->str([&](const Expr *E) {
    return E->Kind == ExprKind::Param ? F.LocalNames[size_t(E->Value)].str() : "";
  }) + ")";
}

bool holdfast::hasOwnAssertion(const Rules &R, Symbol Class) {
  return std::any_of(R.Assertions.begin(), R.Assertions.end(),
                     [&](const AssertionRule &A) { return A.Class && A.Class == Class; });
}

bool holdfast::assertsClass(const Rules &R, const Instr &I, Symbol Class) {
  if (I.Kind != InstrKind::Call || I.Value->Kind != ExprKind::Func || I.Args.empty())
    return false;
  std::string Name = plainName(I.Value->Name);
  for (const AssertionRule &A : R.Assertions)
    if (A.Class && A.Class == Class && A.Call == Name)
      return true;
  auto It = R.Functions.find(I.Value->Name);
  return It != R.Functions.end() && !It->second.Requires.empty() &&
         (It->second.Macro || It->second.IgnoreBody) &&
         classOf(I.Args[0], R.InnerFields) == Class;
}

bool holdfast::isClaimed(const Summary &Sum, const Requirement &Need) {
  return Need.Claimed ||
         std::any_of(Sum.Requires.begin(), Sum.Requires.end(),
                     [&](const RequirementPtr &O) {
                       return O->Claimed && O->Lock == Need.Lock && O->When.empty() &&
                              (O->Mode == Need.Mode || satisfies(O->Mode, Need.Mode));
                     });
}

const Requirement *holdfast::modelessClaim(const Rules &R, const Summary &Sum,
                                           const Requirement &Need) {
  if (Need.Mode != LockMode::Write)
    return nullptr;
  for (const RequirementPtr &O : Sum.Requires) {
    if (!O->Claimed || O->Mode != LockMode::Any || O->Lock != Need.Lock)
      continue;
    std::string Name = plainName(O->What);
    if (O->Kind == DemandKind::Assertion ||
        std::any_of(R.Assertions.begin(), R.Assertions.end(),
                    [&](const AssertionRule &A) { return A.Call == Name; }))
      return O.get();
  }
  return nullptr;
}
