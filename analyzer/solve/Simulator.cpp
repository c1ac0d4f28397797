// SPDX-License-Identifier: GPL-2.0-or-later
#include "solve/Simulator.h"
#include <algorithm>

using namespace holdfast;

/// Is one of the negative constants that stand for errors put anywhere?
static bool namesErrors(const Function &F) {
  static constexpr int64_t MaxErrno = 4095; // include/linux/err.h
  auto isError = [](const Instr &I) {
    return (I.Kind == InstrKind::Assign || I.Kind == InstrKind::Return) &&
           I.Value->isConst() && I.Value->Value < 0 && I.Value->Value >= -MaxErrno;
  };
  return std::any_of(F.Blocks.begin(), F.Blocks.end(), [&](const Block &B) {
    return std::any_of(B.Instrs.begin(), B.Instrs.end(), isError);
  });
}

Simulator::Simulator(const SolveInput &In, FunctionId Id)
    : In(In), Id(Id), F(In.Prog.function(Id)), Nodes(F.Blocks.size()),
      ReturnsErrors(namesErrors(F)) {}

std::span<const CallLocks> FunctionResult::at(uint32_t Call) const {
  return std::ranges::equal_range(Calls, Call, {}, &CallLocks::Call);
}

FunctionResult Simulator::run() {
  Out.Sum.Known = !F.Blocks.empty();
  if (F.Blocks.empty())
    return std::move(Out);
  enter(F.Entry, entryState());
  fixpoint();
  collect();
  for (const State &S : Exits)
    Out.Sum.Cases.push_back(exitCase(S));
  std::erase_if(Out.Misuses, [&](const Misuse &M) {
    return M.Kind == MisuseKind::WrongMode && RightMode.count(M.Where);
  });
  listPaired();
  std::sort(Out.Calls.begin(), Out.Calls.end(),
            [](const CallLocks &A, const CallLocks &B) { return A.Call < B.Call; });
  return std::move(Out);
}

State Simulator::entryState() const {
  State S;
  S.Constants = &In.Prog.constants();
  for (unsigned I = 0; I < F.NumParams; ++I)
    S.Memory.set(Expr::local(I), Expr::param(I));
  // A callback is entered with what the rules say of its slot's arguments.
  for (const SlotStore &Store : In.Prog.slotsOf(Id))
    if (auto It = In.R.Callbacks.find(Store.Slot); It != In.R.Callbacks.end()) {
      for (const RuleAlias &A : It->second.Aliases)
        S.Memory.set(A.Place, A.Value);
      for (const Expr *Object : It->second.Unshared)
        S.Memory.set(freshMark(Object), Expr::constant(1));
    }
  return S;
}

//===--- the walk over blocks --------------------------------------------===//

void Simulator::fixpoint() {
  while (!Work.empty()) {
    uint32_t B = *Work.begin();
    Work.erase(Work.begin());
    Node &N = Nodes[B];
    if (++N.Visits > MaxVisits) {
      Out.Sum.Imprecise = true;
      continue;
    }
    for (size_t I = 0; I < N.States.size(); ++I) {
      if (!N.Pending[I])
        continue;
      N.Pending[I] = false;
      State Input = N.States[I]; // the node may grow while its block loops back
      for (const State &S : runBlock(B, Input))
        flow(B, S);
    }
  }
}

void Simulator::collect() {
  Collecting = true;
  listTellers();
  for (uint32_t B = 0; B < Nodes.size(); ++B)
    for (const State &S : Nodes[B].States)
      runBlock(B, S);
}

/// States that differ in what is known to be free stay apart while there are
/// few of them, for the sake of `locked` flags, and where different attempts to
/// take a lock failed, for what they were told; so do outcomes of a call.
static constexpr size_t FewStates = 4;
static bool sameFree(const State &A, const State &B) {
  return std::equal(A.Free.begin(), A.Free.end(), B.Free.begin(), B.Free.end(),
                    [](const FreeLock &X, const FreeLock &Y) {
                      return X.Lock == Y.Lock &&
                             (!X.Tried || !Y.Tried || X.Told == Y.Told);
                    });
}

void Simulator::enter(uint32_t To, State S) {
  Node &N = Nodes[To];
  bool Strict = N.States.size() < FewStates;
  S.forgetStalePhis(To);
  for (size_t I = 0; I < N.States.size(); ++I)
    if (sameLocks(N.States[I].Locks, S.Locks) && !watchedApart(N.States[I], S) &&
        (!Strict || (N.States[I].Outcome == S.Outcome && sameFree(N.States[I], S)))) {
      noteMeeting(N.States[I], S);
      if (N.States[I].join(S, To, N.Visits > WidenAfter)) {
        N.Pending[I] = true;
        Work.insert(To);
      }
      return;
    }
  if (N.States.size() == MaxDisjuncts) {
    Out.Sum.Imprecise = true;
    return;
  }
  N.States.push_back(std::move(S));
  N.Pending.push_back(true);
  Work.insert(To);
}

/// Does control that enters \p B only clean up and return an error? Then the
/// branch that leads there checks its input, and what it tested says nothing
/// about when a caller reaches the other side.
bool Simulator::rejects(uint32_t B, unsigned Depth,
                        std::map<int64_t, int64_t> Known) const {
  if (B == Block::Nowhere)
    return true;
  if (Depth > 6)
    return false;
  bool Error = false;
  for (const Instr &I : F.Blocks[B].Instrs) {
    if (I.Kind == InstrKind::Assign && I.Place->Kind == ExprKind::Local) {
      if (I.Value->isConst())
        Known[I.Place->Value] = I.Value->Value;
      else
        Known.erase(I.Place->Value);
    }
    if (I.Kind == InstrKind::Return) {
      const Expr *V = I.Value;
      if (V->Kind == ExprKind::Load && V->A->Kind == ExprKind::Local) {
        auto It = Known.find(V->A->Value);
        Error = It != Known.end() && It->second < 0;
      } else {
        Error = V->isConst() && V->Value < 0;
      }
      return Error;
    }
    if (I.Kind == InstrKind::Leave)
      return false;
  }
  const Block &Blk = F.Blocks[B];
  if (Blk.Succs.empty())
    return true; // BUG() and the like
  for (uint32_t S : Blk.Succs)
    if (!rejects(S, Depth + 1, Known))
      return false;
  return true;
}

/// The default of a switch: none of the cases.
static bool excludeCases(State &S, const Expr *Cond,
                         const std::vector<ValueRange> &Cases) {
  static constexpr size_t MaxCases = 24;
  if (Cases.size() > MaxCases)
    return true;
  for (const ValueRange &C : Cases)
    if (C.isConstant() &&
        !S.assume(Expr::cmp(CmpOp::Ne, Cond, Expr::constant(C.Lo)), true))
      return false;
  return true;
}

void Simulator::flow(uint32_t From, const State &S) {
  const Block &B = F.Blocks[From];
  if (B.Term.Kind == Terminator::Jump) {
    for (uint32_t To : B.Succs)
      enter(To, S);
    return;
  }
  const Expr *Cond = S.eval(B.Term.Cond);
  std::vector<bool> Rejecting;
  for (uint32_t To : B.Succs)
    Rejecting.push_back(To != Block::Nowhere && rejects(To, 0, {}));
  auto Rejected = std::count(Rejecting.begin(), Rejecting.end(), true);
  for (size_t I = 0; I < B.Succs.size(); ++I) {
    if (B.Succs[I] == Block::Nowhere)
      continue;
    State Next = S;
    Next.TestsGuard = Rejected - Rejecting[I] == 0; // no other rejects
    bool Possible = true;
    if (B.Term.Kind == Terminator::Branch)
      Possible = Next.assume(Cond, I == 0);
    else if (I < B.Term.Cases.size())
      Possible = Next.constrain(Cond, B.Term.Cases[I]);
    else
      Possible = excludeCases(Next, Cond, B.Term.Cases);
    Next.TestsGuard = false;
    if (Possible)
      enter(B.Succs[I], std::move(Next));
  }
}

Simulator::States Simulator::runBlock(uint32_t B, const State &Input) {
  States Now{Input};
  const Block &Block = F.Blocks[B];
  for (const Instr &I : Block.Instrs) {
    switch (I.Kind) {
    case InstrKind::Assign:
      for (State &S : Now)
        assign(S, I);
      break;
    case InstrKind::Access:
      if (Collecting)
        for (State &S : Now)
          access(S, I, &I == &Block.Instrs.back() ? nullptr : &I + 1);
      break;
    case InstrKind::Return:
      for (State &S : Now) {
        watch(S, I);
        S.Memory.set(Expr::ret(), S.eval(I.Value));
        S.Left = I.Loc;
      }
      break;
    case InstrKind::Leave:
      if (Collecting)
        for (State &S : Now) {
          if (!S.Left.Line)
            S.Left = I.Loc;
          leave(S);
        }
      return {};
    case InstrKind::Call: {
      States Next;
      for (State &S : Now)
        for (State &R : call(std::move(S), I)) {
          auto Same = std::find_if(Next.begin(), Next.end(), [&](const State &N) {
            return sameLocks(N.Locks, R.Locks) && N.Outcome == R.Outcome &&
                   !watchedApart(N, R);
          });
          if (Same == Next.end())
            Next.push_back(std::move(R));
          else {
            noteMeeting(*Same, R);
            Same->join(R, afterCall(Expr::result(I.Index)), false);
          }
        }
      Now = std::move(Next);
      if (Now.size() > MaxDisjuncts) {
        Out.Sum.Imprecise = true;
        Now.resize(MaxDisjuncts);
      }
      break;
    }
    }
  }
  return Now;
}

void Simulator::assign(State &S, const Instr &I) {
  watch(S, I);
  const Expr *Value = S.eval(I.Value), *Place = S.eval(I.Place);
  // What a call gave and is written through is no null pointer.
  if (Place->Kind == ExprKind::Field && Place->A->Kind == ExprKind::Result)
    S.constrain(Place->A, ValueRange::nonZero());
  S.write(Place, Value);
}

//===--- leaving ---------------------------------------------------------===//

/// The object that is returned or pointed at, if it is one of this frame: a
/// record returned by value, or what some call gave us.
static const Expr *returnedObject(const State &S) {
  auto It = S.Memory.find(Expr::ret());
  const Expr *Returned = It == S.Memory.end() ? nullptr : It->second;
  if (!Returned || !Returned->HasFrame)
    return nullptr;
  if (Returned->Kind == ExprKind::Load && Returned->A->Kind == ExprKind::Local)
    return Returned->A;
  return Returned->Kind == ExprKind::Result || Returned->Kind == ExprKind::Phi ? Returned
                                                                               : nullptr;
}

/// \p E with the returned object called `ret`, as callers know it.
static const Expr *asCallersSee(const Expr *E, const Expr *Object) {
  if (!Object || !E->HasFrame)
    return E;
  return E->rewrite([&](const Expr *L) { return L == Object ? Expr::ret() : L; });
}

/// Have callers a name for the lock? Not for what a call, even a pure one, gave.
static bool isNamed(const Expr *Lock) {
  return !Lock->HasFrame && !Lock->Vague && Lock->root()->Kind != ExprKind::Apply;
}

/// Is there an entry for the lock of \p E, in whatever state?
static bool names(const std::vector<LockEntry> &Locks, const LockEntry &E) {
  return std::any_of(Locks.begin(), Locks.end(), [&](const LockEntry &O) {
    return O.Lock == E.Lock && O.Class == E.Class;
  });
}

/// Locks of the frame are known to callers by class only.
static void exportLocks(const State &S, const Expr *Object, ExitCase &C) {
  for (LockEntry E : S.Locks) {
    E.Lock = asCallersSee(E.Lock, Object);
    if (!isNamed(E.Lock)) {
      if (!E.Class || isRetaken(E.State))
        continue;
      E.Lock = Expr::field(Expr::unknown(), E.Class);
      E.Count = 1;
    }
    if (!names(C.Locks, E))
      C.Locks.push_back(E);
  }
}

/// The locks that callers have a name for.
static std::vector<LockEntry> namedLocks(const State &S) {
  const Expr *Object = returnedObject(S);
  std::vector<LockEntry> Named;
  for (const LockEntry &E : S.Locks)
    if (isNamed(asCallersSee(E.Lock, Object)))
      Named.push_back(E);
  return Named;
}

/// Can a caller tell from which of two exits the function came back?
static bool canTell(const State &A, const State &B) {
  const Expr *Ret = Expr::ret();
  return A.rangeOf(A.read(Ret)).meet(B.rangeOf(B.read(Ret))).isEmpty() ||
         A.leavesMark(B) || B.leavesMark(A);
}

/// Exits that differ only in locks that callers cannot name, and that they
/// cannot tell apart, are one: it is this analysis that lost track of a lock.
void Simulator::leave(const State &S) {
  for (const State &E : Exits) {
    noteExits(E, S);
    noteExits(S, E);
  }
  bool Strict = Exits.size() < FewStates;
  for (State &E : Exits) {
    bool Same = sameLocks(E.Locks, S.Locks);
    if (watchedApart(E, S))
      continue;
    if (Same ? Strict && !sameFree(E, S)
             : !sameLocks(namedLocks(E), namedLocks(S)) || canTell(E, S))
      continue;
    std::erase_if(E.Locks, [&](const LockEntry &L) { return !names(S.Locks, L); });
    E.join(S, AtExit, false);
    return;
  }
  if (Exits.size() == MaxDisjuncts)
    Out.Sum.Imprecise = true;
  else
    Exits.push_back(S);
}

ExitCase Simulator::exitCase(const State &S) const {
  static constexpr size_t MaxStores = 32, MaxConditions = 8;
  ExitCase C;
  C.Left = S.Left;
  C.Chosen = S.Chosen;
  if (auto It = S.Memory.find(Expr::ret()); It != S.Memory.end()) {
    const Expr *Returned = It->second;
    C.ResultRange = S.rangeOf(Returned);
    if (!Returned->HasFrame && !Returned->Vague)
      C.Result = Returned;
  }
  const Expr *Object = returnedObject(S);
  exportLocks(S, Object, C);
  C.Sections = S.Sections;
  for (const FreeLock &L : S.Free)
    if (!L.Lock->HasFrame)
      C.Free.push_back(L);
  for (const auto &[Value, Range] : S.Facts)
    if (Value->root()->Kind == ExprKind::Param && !Value->HasFrame &&
        C.When.size() < MaxConditions)
      C.When.push_back({Value, Range});
  for (const auto &[Place, Value] : S.Memory) {
    const Expr *P = asCallersSee(Place, Object);
    ExprKind Root = P->root()->Kind;
    if (P->HasFrame || P == Expr::ret() || Place->Kind == ExprKind::Index ||
        (Root != ExprKind::Param && Root != ExprKind::Return))
      continue;
    if (C.Stores.size() == MaxStores)
      break;
    C.Stores.push_back({P, Value->HasFrame ? Expr::unknown() : Value, S.rangeOf(Value)});
  }
  return C;
}
