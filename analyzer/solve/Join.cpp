// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Where paths with the same lockset meet, two states become one: what both
/// know stays, ranges widen, and a place on which they disagree holds a phi, a
/// value that has a name of its own but stands for either.
#include "solve/State.h"

using namespace holdfast;

/// Two values of one place become one. A claim about a lock wins over a
/// constant, so that `WARN_ON(debug && !held(l))` still claims it.
static const Expr *claimOf(const Expr *A, const Expr *B) {
  auto claims = [](const Expr *E) {
    LockMode M;
    while (E->Kind == ExprKind::Not || (E->Kind == ExprKind::Cmp && E->B->isConst()))
      E = E->A;
    return predicateLock(E, M) != nullptr;
  };
  if (A->isConst() && claims(B))
    return B;
  if (B->isConst() && claims(A))
    return A;
  return nullptr;
}

/// Has an arm asked whether some lock is held? Then `!held(a) && !held(b)` is
/// what is put together here: either will do, and neither alone is claimed.
static bool asksOfLocks(const State &S) {
  LockMode M;
  for (const auto &[Value, Range] : S.Facts)
    if (predicateLock(Value, M))
      return true;
  return false;
}

bool State::joinValue(const Expr *Place, const Expr *&Mine, const Expr *Theirs,
                      const State &O, uint32_t Block, bool Widen) {
  if (Mine == Theirs)
    return false;
  const Expr *Claim = claimOf(Mine, Theirs);
  if (Claim && !asksOfLocks(*this) && !asksOfLocks(O)) {
    bool Changed = Mine != Claim;
    Mine = Claim;
    return Changed;
  }
  const Expr *Phi = Expr::phi(Block, Place);
  if (Phi->isUnknown()) {
    bool Changed = !Mine->isUnknown();
    Mine = Phi;
    return Changed;
  }
  ValueRange Old = rangeOf(Mine), New = O.rangeOf(Theirs);
  ValueRange R = Widen ? Old.widen(New) : Old.join(New);
  bool Changed = Mine != Phi || !(R == Old);
  Mine = Phi;
  if (R.isTop())
    Facts.erase(Phi);
  else
    Facts[Phi] = R;
  return Changed;
}

/// A phi of \p Block stands for what its place holds: in \p O, before the
/// merge, that is another value.
static const Expr *inTermsOf(const State &O, const Expr *E, uint32_t Block) {
  if (!E->HasFrame)
    return E;
  return E->rewrite([&](const Expr *Leaf) {
    if (Leaf->Kind != ExprKind::Phi || Leaf->Value != int64_t(Block))
      return Leaf;
    auto It = O.Memory.find(Leaf->A);
    return It == O.Memory.end() ? Leaf : It->second;
  });
}

bool State::join(const State &O, uint32_t Block, bool Widen) {
  bool Changed = false;
  Guards.insert(O.Guards.begin(), O.Guards.end());
  Changed |= std::erase_if(
                 Free, [&](const FreeLock &L) { return !O.findFree(L.Lock); }) != 0;
  // Facts first: values that become phis take theirs from the old ones.
  State Before = *this;
  for (auto It = Facts.begin(); It != Facts.end();) {
    ValueRange Theirs = O.rangeOf(inTermsOf(O, It->first, Block));
    ValueRange R = Widen ? It->second.widen(Theirs) : It->second.join(Theirs);
    if (!(R == It->second))
      Changed = true;
    if (R.isTop() || R == rangeByShape(It->first)) {
      It = Facts.erase(It);
      continue;
    }
    It->second = R;
    ++It;
  }
  auto theirs = [&](const Expr *Place) {
    auto It = O.Memory.find(Place);
    return It != O.Memory.end()           ? It->second
           : Place->Kind == ExprKind::Result ? Expr::unknown()
                                             : O.read(Place);
  };
  // `if (p) *p = v`: where p is NULL there is no *p to disagree about.
  auto dead = [](const State &S, const Expr *Place) {
    const Expr *Root = Place->root();
    return Root->Kind == ExprKind::Param && S.rangeOf(Root).isZero();
  };
  for (auto &[Place, Value] : Memory) {
    if (dead(O, Place))
      continue;
    const Expr *Old = Value;
    const Expr *New = theirs(Place);
    if (Old == New)
      continue;
    const Expr *V = Old;
    if (Before.joinValue(Place, V, New, O, Block, Widen)) {
      Changed = true;
      if (auto F = Before.Facts.find(V); F != Before.Facts.end() && V->Kind == ExprKind::Phi)
        Facts[V] = F->second;
      else if (V->Kind == ExprKind::Phi)
        Facts.erase(V);
    }
    Value = V;
  }
  for (const auto &[Place, Value] : O.Memory) {
    if (Memory.count(Place) || Place->Kind == ExprKind::Result)
      continue;
    if (dead(Before, Place)) {
      Memory[Place] = Value;
      auto F = O.Facts.find(Value);
      if (F != O.Facts.end() && Value->HasFrame && !Before.Facts.count(Value))
        Facts[Value] = F->second;
      Changed = true;
      continue;
    }
    const Expr *V = Before.read(Place);
    Before.joinValue(Place, V, Value, O, Block, Widen);
    if (auto F = Before.Facts.find(V); F != Before.Facts.end() && V->Kind == ExprKind::Phi)
      Facts[V] = F->second;
    Memory[Place] = V;
    Changed = true;
  }
  return Changed;
}
