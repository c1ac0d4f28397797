// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// What a function asks of locks: its own claims and guarded accesses, and the
/// demands of its callees in its own terms. A demand that the lockset answers
/// ends here, as met or as a violation; any other becomes a requirement of the
/// function, with the conditions under which it is reached.
#include "solve/ExprParts.h"
#include "solve/Simulator.h"
#include <algorithm>

using namespace holdfast;

/// The call claims that \p E is true (or not): what does that say of locks?
void Simulator::claim(State &S, const Instr &I, const Expr *E, bool Truth) {
  if (E->Kind == ExprKind::Not)
    return claim(S, I, E->A, !Truth);
  if (E->Kind == ExprKind::Cmp && E->B->isConst() && E->B->Value == 0 &&
      E->Op == CmpOp::Ne)
    return claim(S, I, E->A, Truth);
  LockMode Mode;
  const Expr *Lock = predicateLock(E, Mode);
  if (!Lock || !Truth)
    return;
  Requirement Need;
  Need.Lock = lockPath(Lock);
  Need.Class = classOf(Need.Lock, In.R.InnerFields);
  Need.Mode = Mode;
  Need.Kind = DemandKind::Assertion;
  Need.Claimed = true;
  Need.Where = I.Loc;
  Need.What = I.Value->Name;
  demand(S, std::move(Need));
}

/// Does \p Next only keep the address of member \p Field of \p Record in a variable of
/// this frame? An iterator that is set up so uses the member where it is passed on.
bool Simulator::keepsHandle(const State &S, const Instr *Next, const Expr *Record,
                            Symbol Field) const {
  if (!Next)
    return false;
  if (Next->Kind == InstrKind::Call && Next->Value->Kind == ExprKind::Func) {
    const RuleSummary *Rule = In.RuleSums.find(Next->Value->Name);
    return Rule && Rule->Rule->KeepsHandles;
  }
  return Next->Kind == InstrKind::Assign &&
         Next->Place->root()->Kind == ExprKind::Local &&
         S.eval(Next->Value) == Expr::field(Record, Field);
}

void Simulator::access(State &S, const Instr &I, const Instr *Next) {
  const Expr *Record = S.eval(I.Place);
  if (Record->root()->Kind == ExprKind::Local || S.Memory.count(freshMark(Record)) ||
      S.Memory.count(freshMark(Record->root())))
    return; // nobody else can see it
  noteStaleUse(S, I, Record);
  if (!keepsHandle(S, Next, Record, I.Name))
    accessOf(S, I, I.Name, Record, I.Write);
}

void Simulator::accessOf(State &S, const Instr &I, Symbol Field, const Expr *Record,
                         bool Write) {
  for (const GuardRule &G : In.R.Guards) {
    if (std::find(G.Fields.begin(), G.Fields.end(), Field) == G.Fields.end() ||
        !(Write ? G.OnWrite : G.OnRead))
      continue;
    Requirement Need;
    Need.Lock = ofRecord(S, G.Needs.Lock, Record);
    Need.Class = classOf(Need.Lock, In.R.InnerFields);
    if (!Need.Class)
      Need.Class = classOf(G.Needs.Lock, In.R.InnerFields);
    Need.Mode = G.Needs.Mode;
    Need.Kind = DemandKind::Access;
    Need.Where = I.Loc;
    Need.What = Field;
    demand(S, std::move(Need));
  }
}

/// The lock that a rule names over p0, the address of a record.
const Expr *Simulator::ofRecord(const State &S, const Expr *Lock,
                                const Expr *Record) const {
  return lockPath(Lock->rewrite(
      [&](const Expr *L) { return L->Kind == ExprKind::Param ? Record : L; },
      [&](const Expr *Place) { return S.read(Place); }));
}

/// A call that is handed a variable of this frame uses the guarded members whose
/// addresses were put into it.
void Simulator::useHandles(State &S, const Instr &I,
                           const std::vector<const Expr *> &Args) {
  std::vector<const Expr *> Used;
  for (const auto &[Place, Value] : S.Memory)
    if (Value->Kind == ExprKind::Field && In.R.GuardedFields.count(Value->Name) &&
        Place->Kind == ExprKind::Field && Place->root()->Kind == ExprKind::Local &&
        std::any_of(Args.begin(), Args.end(),
                    [P = Place](const Expr *A) { return P->mentions(A); }))
      Used.push_back(Value);
  for (const Expr *Member : Used)
    if (!S.Memory.count(freshMark(Member->A)) &&
        !S.Memory.count(freshMark(Member->root())))
      accessOf(S, I, Member->Name, Member->A, /*Write=*/false);
}

/// Does the condition look at what callers set to choose the lock rules?
static bool readsSelector(const Rules &R, const Expr *E) {
  return anyPart(E, [&](const Expr *Part) {
    return Part->Kind == ExprKind::Field &&
           (R.Selectors.count(Part->Name) || R.GuardedFields.count(Part->Name));
  });
}

/// Does another member of the record that the lock lies in decide whether it is claimed
/// to be held? `if (ctx->trylock_only) lockdep_assert_held(&ctx->ww_ctx)`: such an
/// object chooses its own rules.
static bool choosesItself(const Requirement &Need, const Expr *Condition) {
  const Requirement *End = &Need;
  while (End->Inner)
    End = End->Inner.get();
  const Expr *Place = Condition->Kind == ExprKind::Load ? Condition->A : Condition;
  return End->Kind != DemandKind::Access && Need.Lock->Kind == ExprKind::Field &&
         Place->Kind == ExprKind::Field && Place->A == Need.Lock->A;
}

/// Is it a condition that two things differ, the new flags from the old? That is what
/// is common, and nobody chooses a lock by it.
static bool isDifference(const Fact &W) {
  const Expr *V = W.Value;
  return V->Kind == ExprKind::Cmp && !V->A->isConst() && !V->B->isConst() &&
         (V->Op == CmpOp::Eq ? W.Range.isZero() : W.Range.excludesZero());
}

void Simulator::demandOfCallee(State &S, const Instr &I,
                               const std::vector<const Expr *> &Args,
                               const RequirementPtr &Inner, FunctionId Callee,
                               bool MustKnow) {
  Requirement Need;
  Need.Unsure = Inner->Unsure;
  Need.UnsureAtEntry = Inner->UnsureAtEntry;
  State Trial = S;
  for (const Fact &W : Inner->When) {
    const Expr *V = substitute(S, I, Args, W.Value);
    bool Told = S.rangeOf(V).within(W.Range);
    if (Told)
      continue;
    if (MustKnow || !Trial.constrain(V, W.Range))
      return;                       // cannot be reached with what is known here
    bool Chosen = !isDifference(W); // the state of some object may go with the locks
    bool Selects = Chosen && (readsSelector(In.R, V) || readsSelector(In.R, W.Value) ||
                              choosesItself(*Inner, W.Value));
    Doubt AtEntry = std::max(W.AtEntry, Selects ? Doubt::Selector : Doubt::Argument);
    Doubt D = std::max(W.Unsure, Chosen && readsMemory(V) ? Doubt::Selector : AtEntry);
    if (V->HasFrame || V->Vague) {
      Need.Unsure = std::max(Need.Unsure, D);
      Need.UnsureAtEntry = std::max(Need.UnsureAtEntry, AtEntry);
    } else {
      Need.When.push_back({V, W.Range, D, AtEntry});
    }
  }
  Need.Lock = lockPath(substitute(S, I, Args, Inner->Lock));
  Need.Class = classOf(Need.Lock, In.R.InnerFields);
  if (!Need.Class)
    Need.Class = Inner->Class;
  Need.Mode = Inner->Mode;
  bool Itself = Callee == NoFunction && Inner->Kind == DemandKind::Assertion;
  Need.Kind = Itself ? DemandKind::Assertion : DemandKind::Call;
  Need.Claimed = Inner->Claimed;
  Need.Where = I.Loc;
  Need.Call = I.Index;
  Need.What = I.Value->Kind == ExprKind::Func ? I.Value->Name : Inner->What;
  Need.Callee = Callee;
  Need.Inner = Itself ? nullptr : Inner;
  demand(S, std::move(Need));
}

/// Does it depend on what a call that cannot be followed left in a variable of
/// ours? `func(req, &locked); if (locked)` says that the callee took the lock.
static bool toldByUnknownCall(const State &S) {
  auto isOut = [](const Expr *E) {
    return E->Kind == ExprKind::Load && E->A->Kind == ExprKind::Field &&
           E->A->Name.str().starts_with("@arg");
  };
  return std::any_of(S.Facts.begin(), S.Facts.end(),
                     [&](const auto &F) { return isOut(F.first); });
}

void Simulator::demand(State &S, Requirement Need) {
  if ((Need.Lock->Vague && !Need.Class) || In.R.Recursive.count(Need.Class))
    return; // nobody can tell which lock, or its sections are not followed
  bool Exact = false;
  const LockEntry *E = S.find(Need.Lock, Need.Class, Exact);
  const FreeLock *Gone = E && Exact ? nullptr : S.findFree(Need.Lock);
  if (!(E && isHeld(E->State)) && toldByUnknownCall(S))
    Need.Unsure = Need.UnsureAtEntry = Doubt::Selector;
  if (Gone) {
    LockEntry Held;
    Held.Lock = Gone->Lock;
    Held.Class = Need.Class;
    Held.State = LockState::Dropped;
    Held.Where = Gone->Where;
    Held.Guessed = Gone->Guessed;
    return violate(std::move(Need), Held, Gone->Tried, true);
  }
  if (E) {
    if (isHeld(E->State) && satisfies(modeOf(E->State), Need.Mode))
      return;
    // Another path to a lock of the same class: the same lock, unless both
    // paths come from the caller and differ.
    bool MaySame = !Need.Lock->isIdentity() || Need.Lock->HasFrame ||
                   !E->Lock->isIdentity() || E->Lock->HasFrame;
    if (Exact || MaySame)
      return violate(std::move(Need), *E, false, Exact);
  }
  for (const auto &[Value, Range] : S.Facts)
    if (S.Guards.count(Value))
      Need.When.push_back({Value, Range, Doubt::None});
  keepRequirement(std::move(Need));
}

void Simulator::violate(Requirement Need, const LockEntry &Held, bool Tried, bool Exact) {
  for (const Violation &V : Out.Violations)
    if (V.Need->Where == Need.Where && V.Need->What == Need.What &&
        V.Need->Class == Need.Class)
      return;
  Out.Violations.push_back(
      {Id, std::make_shared<Requirement>(std::move(Need)), Held, Tried, Exact});
}

/// Two demands for one lock, reached under different conditions: where they
/// differ in the range of one value only, that range is widened to both.
static bool mergeConditions(std::vector<Fact> &Mine, const std::vector<Fact> &Theirs) {
  if (Mine.size() != Theirs.size())
    return false;
  size_t Differs = Mine.size();
  for (size_t I = 0; I < Mine.size(); ++I) {
    if (Mine[I].Value != Theirs[I].Value)
      return false;
    if (Mine[I].Range == Theirs[I].Range)
      continue;
    if (Differs != Mine.size())
      return false;
    Differs = I;
  }
  if (Differs == Mine.size())
    return true;
  Mine[Differs].Unsure = std::min(Mine[Differs].Unsure, Theirs[Differs].Unsure);
  Mine[Differs].AtEntry = std::min(Mine[Differs].AtEntry, Theirs[Differs].AtEntry);
  Mine[Differs].Range = Mine[Differs].Range.join(Theirs[Differs].Range);
  if (Mine[Differs].Range.isTop())
    Mine.erase(Mine.begin() + long(Differs));
  return true;
}

void Simulator::keepRequirement(Requirement Need) {
  static constexpr size_t MaxRequirements = 48;
  // A lock that callers cannot name is theirs only by accident.
  if (Need.Lock->HasFrame || Need.Lock->Vague)
    return;
  for (RequirementPtr &Old : Out.Sum.Requires) {
    if (Old->Lock != Need.Lock || Old->Class != Need.Class || Old->Mode != Need.Mode)
      continue;
    if (Old->When.empty() && Old->doubt() <= Need.doubt()) {
      if (Need.Claimed && !Old->Claimed && Need.When.empty()) {
        Requirement Both = *Old;
        Both.Claimed = true;
        Old = std::make_shared<Requirement>(std::move(Both));
      }
      return;
    }
    if (Need.When.empty() && Need.doubt() <= Old->doubt()) {
      Old = std::make_shared<Requirement>(std::move(Need));
      return;
    }
    Requirement Both = *Old;
    if (mergeConditions(Both.When, Need.When)) {
      Both.Claimed &= Need.Claimed;
      Both.Unsure = std::min(Both.Unsure, Need.Unsure);
      Both.UnsureAtEntry = std::min(Both.UnsureAtEntry, Need.UnsureAtEntry);
      Old = std::make_shared<Requirement>(std::move(Both));
      return;
    }
  }
  if (Out.Sum.Requires.size() == MaxRequirements)
    Out.Sum.Imprecise = true;
  else
    Out.Sum.Requires.push_back(std::make_shared<Requirement>(std::move(Need)));
}
