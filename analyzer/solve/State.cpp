// SPDX-License-Identifier: GPL-2.0-or-later
#include "solve/State.h"
#include <algorithm>
#include <tuple>

using namespace holdfast;

//===--- values ----------------------------------------------------------===//

const Expr *State::read(const Expr *Place, unsigned Copies) const {
  static constexpr unsigned MaxCopies = 4; // records may be copied in a circle
  if (Place->Vague || Copies > MaxCopies)
    return Expr::unknown();
  if (auto It = Memory.find(Place); It != Memory.end())
    return It->second;
  if (Constants && Place->root()->Kind == ExprKind::Global)
    if (auto It = Constants->find(Place); It != Constants->end())
      return Expr::constant(It->second);
  // A record copied as a whole: read the field from where it came from.
  if (Place->Kind == ExprKind::Field || Place->Kind == ExprKind::Index) {
    std::vector<const Expr *> Path;
    for (const Expr *P = Place; P->Kind == ExprKind::Field || P->Kind == ExprKind::Index;
         P = P->A) {
      Path.push_back(P);
      auto It = Memory.find(P->A);
      if (It == Memory.end())
        continue;
      if (It->second->Kind != ExprKind::Load)
        break;
      const Expr *From = It->second->A;
      for (auto Step = Path.rbegin(); Step != Path.rend(); ++Step)
        From = (*Step)->Kind == ExprKind::Field ? Expr::field(From, (*Step)->Name)
                                                : Expr::index(From);
      return From == Place ? Expr::load(Place) : read(From, Copies + 1);
    }
  }
  return Expr::load(Place);
}

const Expr *State::eval(const Expr *E) const {
  return E->rewrite(
      [this](const Expr *Leaf) {
        if (Leaf->Kind != ExprKind::Result)
          return Leaf;
        auto It = Memory.find(Leaf);
        return It == Memory.end() ? Leaf : It->second;
      },
      [this](const Expr *Place) { return read(Place); });
}

/// The first phi of \p Block in \p E that is not what its place now holds.
static const Expr *stalePhi(const State &S, const Expr *E, uint32_t Block) {
  if (!E || !E->HasFrame)
    return nullptr;
  if (E->Kind == ExprKind::Phi && E->Value == int64_t(Block)) {
    auto It = S.Memory.find(E->A);
    return It != S.Memory.end() && It->second == E ? nullptr : E;
  }
  const Expr *Found = stalePhi(S, E->A, Block);
  return Found ? Found : stalePhi(S, E->B, Block);
}

void State::forgetStalePhis(uint32_t Block) {
  Facts.eraseIf([&](const auto &F) { return stalePhi(*this, F.first, Block); });
  Memory.mapValues([&](const auto &M) {
    return stalePhi(*this, M.second, Block) ? Expr::unknown() : M.second;
  });
  Memory.eraseIf([&](const auto &M) {
    return M.first->Kind == ExprKind::Field && stalePhi(*this, M.first, Block);
  });
  std::erase_if(Free, [&](const FreeLock &L) { return stalePhi(*this, L.Lock, Block); });
  LetGo.remove_if([&](const Expr *Lock) { return stalePhi(*this, Lock, Block); });
}

void State::forgetResult(const Expr *Result) {
  Made.insert(Result);
  Memory.mapValues([&](const auto &M) {
    return M.second->HasFrame && M.second->mentions(Result) ? Expr::unknown() : M.second;
  });
  Memory.eraseIf([&](const auto &M) { return M.first->root() == Result; });
  Facts.eraseIf([&](const auto &F) { return F.first->mentions(Result); });
  std::erase_if(Free, [&](const FreeLock &L) { return L.Lock->mentions(Result); });
  LetGo.remove_if([&](const Expr *Lock) { return Lock->mentions(Result); });
}

void State::write(const Expr *Place, const Expr *Value) {
  // Globals are anybody's: what was last stored there says little.
  if (Place->Vague || Place->root()->Kind == ExprKind::Global)
    return;
  const Expr *Content = Expr::load(Place);
  Memory.eraseIf([&](const auto &M) {
    return M.first != Place && M.first->root() == Place->root() &&
           M.first->mentions(Place) && M.first->Kind != ExprKind::Load;
  });
  if (Place->root()->Kind != ExprKind::Local)
    Facts.erase(Content);
  Memory.set(Place, Place->Kind == ExprKind::Index ? Expr::unknown() : Value);
}

bool State::leavesMark(const State &O) const {
  return std::any_of(Memory.begin(), Memory.end(), [&](const auto &M) {
    return (M.second->isConst() || M.second->Kind == ExprKind::Param) &&
           M.first->root()->Kind == ExprKind::Param && O.read(M.first) != M.second;
  });
}

//===--- what is known of values -----------------------------------------===//

static const char *const HeldAny = "@held";
static const char *const HeldRead = "@held-read";
static const char *const HeldWriteName = "@held-write";

const Expr *holdfast::heldPredicate(const Expr *Lock, LockMode Mode) {
  static const Symbol Any = Symbol::get(HeldAny), Read = Symbol::get(HeldRead),
                      Write = Symbol::get(HeldWriteName);
  return Expr::load(Expr::field(Lock, Mode == LockMode::Write  ? Write
                                      : Mode == LockMode::Read ? Read
                                                               : Any));
}

const Expr *holdfast::freshMark(const Expr *Base) {
  static const Symbol Fresh = Symbol::get("@fresh");
  return Expr::field(Base, Fresh);
}

const Expr *holdfast::predicateLock(const Expr *E, LockMode &Mode) {
  if (E->Kind != ExprKind::Load || E->A->Kind != ExprKind::Field)
    return nullptr;
  const std::string &Name = E->A->Name.str();
  if (Name.empty() || Name[0] != '@')
    return nullptr;
  if (Name == HeldAny)
    Mode = LockMode::Any;
  else if (Name == HeldRead)
    Mode = LockMode::Read;
  else if (Name == HeldWriteName)
    Mode = LockMode::Write;
  else
    return nullptr;
  return E->A->A;
}

static const char *const SelectNames[] = {"", "@select", "@only"};

const Expr *holdfast::select(const Expr *Test, const Expr *Value, SelectKind Kind) {
  static const Symbol Exactly = Symbol::get(SelectNames[1]),
                      Only = Symbol::get(SelectNames[2]);
  return Expr::apply(Kind == SelectKind::Exactly ? Exactly : Only, Test, Value);
}

SelectKind holdfast::selectKind(const Expr *E) {
  if (E->Kind != ExprKind::Apply)
    return SelectKind::None;
  return E->Name.str() == SelectNames[1]   ? SelectKind::Exactly
         : E->Name.str() == SelectNames[2] ? SelectKind::Only
                                           : SelectKind::None;
}

static CmpOp negated(CmpOp Op) {
  static const CmpOp Table[] = {CmpOp::Ne, CmpOp::Eq, CmpOp::Ge,
                                CmpOp::Gt, CmpOp::Le, CmpOp::Lt};
  return Table[int(Op)];
}

/// The range that `x Op C` leaves for x.
static ValueRange rangeFor(CmpOp Op, int64_t C) {
  switch (Op) {
  case CmpOp::Eq:
    return ValueRange::constant(C);
  case CmpOp::Ne:
    return C == 0 ? ValueRange::nonZero() : ValueRange::top();
  case CmpOp::Lt:
    return C == ValueRange::Min ? ValueRange::top()
                                : ValueRange::interval(ValueRange::Min, C - 1);
  case CmpOp::Le:
    return ValueRange::interval(ValueRange::Min, C);
  case CmpOp::Gt:
    return C == ValueRange::Max ? ValueRange::top()
                                : ValueRange::interval(C + 1, ValueRange::Max);
  case CmpOp::Ge:
    return ValueRange::interval(C, ValueRange::Max);
  }
  return ValueRange::top();
}

ValueRange State::rangeOfCmp(const Expr *E) const {
  static const ValueRange Truth = ValueRange::interval(0, 1);
  if (!E->B->isConst()) {
    if (E->A == E->B)
      return ValueRange::constant(E->Op == CmpOp::Eq || E->Op == CmpOp::Le ||
                                  E->Op == CmpOp::Ge);
    return Truth;
  }
  ValueRange A = rangeOf(E->A);
  if (A.meet(rangeFor(E->Op, E->B->Value)).isEmpty())
    return ValueRange::zero();
  bool NegationKnown = E->Op != CmpOp::Eq || E->B->Value == 0;
  if (NegationKnown && A.meet(rangeFor(negated(E->Op), E->B->Value)).isEmpty())
    return ValueRange::constant(1);
  if (E->Op == CmpOp::Eq && A.isConstant() && A.Lo == E->B->Value)
    return ValueRange::constant(1);
  return Truth;
}

/// What the form of \p E alone says, given what is known of its parts.
ValueRange State::rangeByShape(const Expr *E) const {
  static const ValueRange Address = ValueRange::interval(1, ValueRange::Max);
  switch (E->Kind) {
  case ExprKind::Const:
    return ValueRange::constant(E->Value);
  case ExprKind::Field:
  case ExprKind::Index:
  case ExprKind::Local:
  case ExprKind::Func:
    return Address;
  case ExprKind::Global:
    return E->Name.str()[0] == '@' ? ValueRange::top() : Address;
  case ExprKind::Not: {
    ValueRange A = rangeOf(E->A);
    return A.isZero()         ? ValueRange::constant(1)
           : A.excludesZero() ? ValueRange::zero()
                              : ValueRange::interval(0, 1);
  }
  case ExprKind::Cmp:
    return rangeOfCmp(E);
  case ExprKind::And: {
    if (!E->B->isConst())
      return ValueRange::top();
    ValueRange A = rangeOf(E->A);
    uint64_t Mask = uint64_t(E->B->Value);
    return ValueRange::bits(A.Ones & Mask, ~Mask | A.Zeros);
  }
  case ExprKind::Or: {
    ValueRange A = rangeOf(E->A), B = rangeOf(E->B);
    return ValueRange::bits(A.Ones | B.Ones, A.Zeros & B.Zeros);
  }
  case ExprKind::Apply: {
    SelectKind Kind = selectKind(E);
    if (Kind == SelectKind::None)
      return ValueRange::top();
    ValueRange Test = rangeOf(E->A);
    return Test.isZero() ? Test
           : Kind == SelectKind::Only || Test.excludesZero()
               ? rangeOf(E->B)
               : rangeOf(E->B).join(ValueRange::zero());
  }
  case ExprKind::Load: {
    LockMode Mode;
    bool Exact = false;
    const Expr *Lock = predicateLock(E, Mode);
    const LockEntry *L = Lock ? find(Lock, Symbol(), Exact) : nullptr;
    bool Held = L && Exact && satisfies(modeOf(L->State), Mode);
    return Held ? ValueRange::constant(1) : ValueRange::top();
  }
  default:
    return ValueRange::top();
  }
}

ValueRange State::rangeOf(const Expr *E) const {
  auto It = Facts.find(E);
  return It == Facts.end() ? rangeByShape(E) : It->second.meet(rangeByShape(E));
}

bool State::constrainCmp(const Expr *E, bool Truth) {
  CmpOp Op = Truth ? E->Op : negated(E->Op);
  if (E->B->isConst()) {
    int64_t C = E->B->Value;
    if (E->A->Kind == ExprKind::And && E->A->B->isConst() && Op == CmpOp::Eq)
      if (!constrain(E->A->A, ValueRange::bits(uint64_t(C),
                                               uint64_t(E->A->B->Value) & ~uint64_t(C))))
        return false;
    return constrain(E->A, rangeFor(Op, C));
  }
  if (Op == CmpOp::Eq) {
    ValueRange Both = rangeOf(E->A).meet(rangeOf(E->B));
    // From here on one is another name for the other.
    for (auto [Place, Other] : {std::pair(E->A, E->B), std::pair(E->B, E->A)})
      if (Place->Kind == ExprKind::Load && !Other->mentions(Place) &&
          Place->A->root()->Kind != ExprKind::Global && !Memory.count(Place->A)) {
        Memory.set(Place->A, Other);
        renameLocks();
        break;
      }
    return constrain(E->A, Both) && constrain(E->B, Both);
  }
  if (E->A == E->B && (Op == CmpOp::Ne || Op == CmpOp::Lt || Op == CmpOp::Gt))
    return false;
  return true;
}

bool State::constrain(const Expr *E, const ValueRange &Wanted) {
  ValueRange R = rangeOf(E).meet(Wanted);
  if (R.isEmpty())
    return false;
  bool True = R.excludesZero(), False = R.isZero();
  switch (E->Kind) {
  case ExprKind::Unknown:
  case ExprKind::Const:
  case ExprKind::Field:
  case ExprKind::Index:
  case ExprKind::Local:
  case ExprKind::Func:
    return true;
  case ExprKind::Not:
    return True    ? constrain(E->A, ValueRange::zero())
           : False ? constrain(E->A, ValueRange::nonZero())
                   : true;
  case ExprKind::Cmp:
    Facts.set(E, R);
    if (TestsGuard && !E->HasFrame && (E->Op == CmpOp::Eq || E->Op == CmpOp::Ne))
      Guards.insert(E);
    return True ? constrainCmp(E, true) : False ? constrainCmp(E, false) : true;
  case ExprKind::And:
    if (E->B->isConst()) {
      uint64_t Mask = uint64_t(E->B->Value);
      bool OneBit = Mask && !(Mask & (Mask - 1));
      if (False && !constrain(E->A, ValueRange::bits(0, Mask)))
        return false;
      if (True && OneBit && !constrain(E->A, ValueRange::bits(Mask, 0)))
        return false;
    }
    break;
  case ExprKind::Apply: {
    SelectKind Kind = selectKind(E);
    if (Kind == SelectKind::Only && !constrain(E->B, Wanted))
      return false;
    if (True && Kind != SelectKind::None &&
        !(constrain(E->A, ValueRange::nonZero()) &&
          constrain(E->B, ValueRange::nonZero())))
      return false;
    if (False && Kind == SelectKind::Exactly && !constrain(E->A, ValueRange::zero()))
      return false;
    break;
  }
  case ExprKind::Or:
    if (False)
      return constrain(E->A, ValueRange::zero()) && constrain(E->B, ValueRange::zero());
    break;
  default:
    break;
  }
  if (!R.isTop()) {
    Facts.set(E, R);
    if (TestsGuard && !E->HasFrame)
      Guards.insert(E);
  }
  return true;
}
