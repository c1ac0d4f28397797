// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// States with one lockset merge where paths meet, and with them what they are
/// about to return. That is right for summaries: few callers look at single
/// bits. A check that does (a result that says whether a lock was released)
/// simulates the function once more with these bits watched: states in which
/// different instructions put them into the result then stay apart, and so do
/// states that return results which exclude each other, and those in which the
/// bit would mean something else.
#include "solve/Simulator.h"
#include <algorithm>

using namespace holdfast;

/// Does the instruction itself name such a bit: `ret = RETRY`, `ret |= RETRY`?
static bool namesBits(const Expr *E, uint64_t Bits) {
  return E && ((E->isConst() && E->Value > 0 && (uint64_t(E->Value) & Bits)) ||
               namesBits(E->A, Bits) || namesBits(E->B, Bits));
}

/// Is what lies at \p Place returned by some path?
static bool isReturned(const Function &F, const Expr *Place) {
  const Expr *Content = Expr::load(Place);
  for (const Block &B : F.Blocks)
    for (const Instr &I : B.Instrs)
      if (I.Kind == InstrKind::Return && I.Value->mentions(Content))
        return true;
  return false;
}

void Simulator::watch(State &S, const Instr &I) const {
  if (!In.Watched || (I.Kind == InstrKind::Assign &&
                      (I.Place->Kind != ExprKind::Local || !isReturned(F, I.Place))))
    return;
  ValueRange Result = S.rangeOf(S.eval(I.Value));
  uint64_t Bits = In.Watched->mask();
  if (Result.Hi < 0 || !(Result.Ones & Bits)) // errors have all kinds of bits
    S.Chosen = nullptr;
  else if (!S.Chosen || namesBits(I.Value, Bits))
    S.Chosen = &I;
}

/// Is the lock kept in spite of bit \p B, as far as the state can tell?
static bool keeps(const State &S, const ResultRule::Bits &B) {
  return std::all_of(B.KeptWhen.begin(), B.KeptWhen.end(), [&](const RuleCondition &C) {
    return S.rangeOf(C.Value).within(C.Range);
  });
}

/// Must the two not merge, because of what they return or are about to return?
bool Simulator::watchedApart(const State &S, const State &O) const {
  if (!In.Watched)
    return false;
  for (const ResultRule::Bits &B : In.Watched->Released)
    if (keeps(S, B) != keeps(O, B))
      return true;
  const Expr *Ret = Expr::ret();
  return S.Chosen != O.Chosen ||
         S.rangeOf(S.read(Ret)).meet(O.rangeOf(O.read(Ret))).isEmpty();
}
