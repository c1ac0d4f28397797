// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Feasible.h"
#include <algorithm>

using namespace holdfast;

KnownParams holdfast::constantsOf(const std::vector<const Expr *> &Args) {
  KnownParams Known(Args.size());
  for (size_t I = 0; I < Args.size(); ++I)
    if (Args[I]->isConst())
      Known[I] = Args[I]->Value;
  bool Any = std::any_of(Known.begin(), Known.end(), [](auto &K) { return bool(K); });
  return Any ? Known : KnownParams();
}

/// Forgets what the function itself may change: what it writes to, or hands on.
static void forgetWritten(const Function &F, KnownParams &Params) {
  auto forget = [&](const Expr *Place) {
    if (Place && Place->Kind == ExprKind::Local && size_t(Place->Value) < Params.size())
      Params[size_t(Place->Value)].reset();
  };
  for (const Block &B : F.Blocks)
    for (const Instr &I : B.Instrs) {
      if (I.Kind == InstrKind::Assign)
        forget(I.Place);
      for (const Expr *A : I.Args)
        forget(A);
    }
}

static std::optional<int64_t> valueOf(const Expr *E, const KnownParams &Params) {
  if (E->isConst())
    return E->Value;
  if (E->Kind == ExprKind::Load && E->A->Kind == ExprKind::Local &&
      size_t(E->A->Value) < Params.size())
    return Params[size_t(E->A->Value)];
  if (E->Kind != ExprKind::Not && E->Kind != ExprKind::Cmp)
    return std::nullopt;
  std::optional<int64_t> A = valueOf(E->A, Params);
  if (A && E->Kind == ExprKind::Not)
    return !*A;
  std::optional<int64_t> B = E->B ? valueOf(E->B, Params) : std::nullopt;
  if (!A || !B || (E->Op != CmpOp::Eq && E->Op != CmpOp::Ne))
    return std::nullopt;
  return (*A == *B) == (E->Op == CmpOp::Eq);
}

std::vector<bool> holdfast::reachedCalls(const Function &F, const KnownParams &Params) {
  KnownParams Known = Params;
  forgetWritten(F, Known);
  std::vector<bool> Calls(F.NumCalls), Seen(F.Blocks.size());
  std::vector<uint32_t> Open;
  auto enter = [&](uint32_t B) {
    if (B == Block::Nowhere || Seen[B])
      return;
    Seen[B] = true;
    Open.push_back(B);
  };
  enter(F.Entry);
  while (!Open.empty()) {
    const Block &B = F.Blocks[Open.back()];
    Open.pop_back();
    for (const Instr &I : B.Instrs)
      if (I.Kind == InstrKind::Call)
        Calls[I.Index] = true;
    std::optional<int64_t> Cond;
    if (B.Term.Kind == Terminator::Branch)
      Cond = valueOf(B.Term.Cond, Known);
    if (Cond)
      enter(B.Succs[*Cond ? 0 : 1]);
    else
      std::for_each(B.Succs.begin(), B.Succs.end(), enter);
  }
  return Calls;
}
