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

/// `p ? &p->m : NULL`: where \p Set holds \p Value and \p Null holds 0, is there a
/// value that says which it is? Then whoever tests the result tests that value.
/// \p Phi is what to call the result where it may be 0 in either case.
static const Expr *selected(const State &Null, const State &Set, const Expr *Value,
                            const Expr *Phi) {
  // Of what a call gave, the two states know more than the value says.
  if (Value->HasFrame || Value->Vague || Set.rangeOf(Value).isZero())
    return Phi;
  bool NotZero = Set.rangeOf(Value).excludesZero();
  const Expr *Only = Phi;
  for (const auto &[Test, Range] : Set.Facts) {
    if (!Range.excludesZero() ||
        (Test->Kind != ExprKind::Param && !Value->mentions(Test)))
      continue;
    ValueRange Otherwise = Null.rangeOf(Test);
    if (NotZero && Otherwise.isZero())
      return select(Test, Value, SelectKind::Exactly);
    if (Only == Phi && !Otherwise.excludesZero())
      Only = select(Test, Phi, SelectKind::Only);
  }
  return Only;
}

const Expr *State::joinValue(const Expr *Place, const Expr *Mine, const Expr *Theirs,
                             const State &O, uint32_t Block) const {
  const Expr *Claim = claimOf(Mine, Theirs);
  if (Claim && !asksOfLocks(*this) && !asksOfLocks(O))
    return Claim;
  const Expr *Phi = Expr::phi(Block, Place), *Zero = Expr::constant(0);
  return Claim            ? Phi
         : Mine == Zero   ? selected(*this, O, Theirs, Phi)
         : Theirs == Zero ? selected(O, *this, Mine, Phi)
                          : Phi;
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

/// What \p Place holds in \p S. A result that no other value stands for is
/// itself, right after its call.
static const Expr *valueIn(const State &S, const Expr *Place, uint32_t Block) {
  auto It = S.Memory.find(Place);
  return It != S.Memory.end()              ? It->second
         : Place->Kind != ExprKind::Result ? S.read(Place)
         : Block == afterCall(Place)       ? Place
                                           : Expr::unknown();
}

/// Is there no such place in \p S? `if (p) *p = v`: where p is NULL there is no
/// *p to disagree about, nor a member of what a call returned that was not made.
static bool absent(const State &S, const Expr *Place) {
  const Expr *Root = Place->root();
  if (Place == Root)
    return false;
  if (Root->Kind == ExprKind::Result || Root->Kind == ExprKind::Apply)
    return !S.Made.count(Root);
  return Root->isConst() || (Root->Kind == ExprKind::Param && S.rangeOf(Root).isZero());
}

bool State::joinFacts(const State &O, uint32_t Block, bool Widen) {
  bool Changed = false;
  ExprMap<ValueRange> Before = Facts;
  for (const auto &[Value, Mine] : Before) {
    ValueRange Theirs = O.rangeOf(inTermsOf(O, Value, Block));
    ValueRange R = Widen ? Mine.widen(Theirs) : Mine.join(Theirs);
    Changed |= !(R == Mine);
    if (R.isTop() || R == rangeByShape(Value))
      Facts.erase(Value);
    else
      Facts.set(Value, R);
  }
  return Changed;
}

/// Where a variable holds one object or another, a member that both have with
/// the same content (the vm_mm of two vmas) has it in whichever it is.
void State::joinMembers(const State &Before, const State &O, uint32_t Block) {
  struct Either {
    const Expr *Phi, *Mine, *Theirs;
  };
  std::vector<Either> Fresh;
  for (const auto &[Place, Value] : Memory) {
    if (Value->Kind != ExprKind::Phi || Value->Value != int64_t(Block))
      continue;
    const Expr *Mine = valueIn(Before, Place, Block), *Theirs = valueIn(O, Place, Block);
    if (Mine != Value && Theirs != Value)
      Fresh.push_back({Value, Mine, Theirs});
  }
  std::vector<std::pair<const Expr *, const Expr *>> Agreed;
  auto agree = [&](const State &From, const Expr *Object, const State &Other,
                   const Expr *Counterpart, const Expr *Phi) {
    for (const auto &[Place, Value] : From.Memory) {
      if (Place->Kind != ExprKind::Field || Place->A != Object)
        continue;
      if (Counterpart->isConst() ||
          Other.read(Expr::field(Counterpart, Place->Name)) == Value)
        Agreed.push_back({Expr::field(Phi, Place->Name), Value});
    }
  };
  for (const Either &E : Fresh) {
    if (E.Mine->isConst())
      agree(O, E.Theirs, Before, E.Mine, E.Phi);
    else
      agree(Before, E.Mine, O, E.Theirs, E.Phi);
  }
  for (const auto &[Place, Value] : Agreed)
    if (!Value->isUnknown())
      Memory.set(Place, Value);
}

/// Takes for \p Place what stands for both values that the sides hold there.
bool State::joinPlace(const Expr *Place, const Expr *Mine, const Expr *Theirs,
                      const State &Before, const State &O, uint32_t Block, bool Widen) {
  const Expr *V = Before.joinValue(Place, Mine, Theirs, O, Block);
  bool Changed = V != Mine;
  const Expr *Phi = selectKind(V) == SelectKind::Only ? V->B : V;
  if (Phi->Kind == ExprKind::Phi) {
    ValueRange Old = Before.rangeOf(Mine), New = O.rangeOf(Theirs);
    ValueRange Range = Widen ? Old.widen(New) : Old.join(New);
    Changed |= !(Range == Old);
    if (Range.isTop())
      Facts.erase(Phi);
    else
      Facts.set(Phi, Range);
  }
  Memory.set(Place, V);
  return Changed;
}

bool State::join(const State &O, uint32_t Block, bool Widen) {
  bool Changed = false;
  joinSections(O.Sections, Changed);
  if (Outcome != O.Outcome)
    Outcome = 0;
  Guards.insert(O.Guards.begin(), O.Guards.end());
  // At an exit the other state may hold locks of its frame besides.
  for (LockEntry &E : Locks)
    if (!E.Unsteady &&
        std::any_of(O.Locks.begin(), O.Locks.end(), [&](const LockEntry &L) {
          return L.Unsteady && L.Lock == E.Lock && L.Class == E.Class;
        }))
      Changed = E.Unsteady = true;
  Changed |=
      std::erase_if(Free, [&](const FreeLock &L) { return !O.findFree(L.Lock); }) != 0;
  for (const Expr *Lock : O.LetGo)
    Changed |= LetGo.insert(Lock).second;
  // Facts first: values that become phis take theirs from the old ones.
  State Before = *this;
  Changed |= joinFacts(O, Block, Widen);
  for (const auto &[Place, Mine] : Before.Memory) {
    const Expr *There = inTermsOf(O, Place, Block);
    if (absent(O, There))
      continue;
    const Expr *Theirs = valueIn(O, There, Block);
    if (Mine != Theirs)
      Changed |= joinPlace(Place, Mine, Theirs, Before, O, Block, Widen);
  }
  for (const auto &[Place, Theirs] : O.Memory) {
    if (Before.Memory.count(Place) ||
        (Place->Kind == ExprKind::Result && Block != afterCall(Place)))
      continue;
    Changed = true;
    if (!absent(Before, Place)) {
      joinPlace(Place, valueIn(Before, Place, Block), Theirs, Before, O, Block, Widen);
      continue;
    }
    Memory.set(Place, Theirs);
    auto F = O.Facts.find(Theirs);
    if (F != O.Facts.end() && Theirs->HasFrame && !Before.Facts.count(Theirs))
      Facts.set(Theirs, F->second);
  }
  joinMembers(Before, O, Block);
  Made.insert(O.Made.begin(), O.Made.end());
  return Changed;
}
