// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// What is followed decides what a leg is worth. Far below a call there is always
/// some allocation that reclaims and some object whose last reference goes, so a
/// leg that is long, or that leaves the directory it starts in, is only
/// *possible*; so is one through a pointer that may go elsewhere. *Likely* are
/// short legs, and user memory that is touched, with few helpers of others on the
/// way, under a lock which the same driver takes in a callback that is entered with
/// mmap_lock held.
///
/// What a reader would not be shown is not looked for: where neither class is one
/// that user memory waits for, a leg ends in the call made with the lock held or in
/// its callee. So the sites of a pair are listed once, and the searches for the ways
/// on from there are shared by all pairs that wait for the same class.
#include "checks/Legs.h"
#include "checks/Words.h"
#include <algorithm>
#include <set>

using namespace holdfast;

Legs::Legs(const CheckInput &In)
    : In(In), Acq(In.Prog, In.R, In.Sol), After(Acq.classes()) {
  for (ClassId C = 0; C < Acq.classes(); ++C)
    if (isUserMemory(C))
      UserMemory.push_back(C);
  listCallbacks();
  index();
  collect();
}

void Legs::listCallbacks() {
  for (FunctionId F = 0; F < In.Prog.size(); ++F)
    for (const SlotStore &Store : In.Prog.slotsOf(F)) {
      auto It = In.R.Callbacks.find(Store.Slot);
      if (It == In.R.Callbacks.end() || It->second.Contexts.empty())
        continue;
      for (const RuleLock &L : It->second.Contexts.front().Holds)
        Callbacks.push_back({F, &Store, &L});
    }
}

void Legs::index() {
  Sites.resize(Acq.classes());
  for (FunctionId F = 0; F < In.Prog.size(); ++F) {
    std::vector<ClassId> Waited;
    uint32_t Call = ~0u; // whose Waited is
    for (const CallLocks &C : In.Sol[F].Calls)
      for (const LockEntry &E : C.Locks) {
        ClassId Held =
            isHeld(E.State) && E.Class && !E.Nested && !E.Unsteady && !E.Guessed
                ? Acq.id(E.Class)
                : Acquired::NoClass;
        if (Held == Acquired::NoClass)
          continue;
        if (std::exchange(Call, C.Call) != C.Call)
          Waited = waitedFor(F, C.Call);
        for (ClassId Next : Waited)
          Near[{Held, Next}].push_back(uint32_t(Sites[Held].size()));
        Sites[Held].push_back({F, &C, &E});
      }
  }
}

/// What call \p Call waits for itself and in the function that it calls.
std::vector<ClassId> Legs::waitedFor(FunctionId F, uint32_t Call) const {
  std::set<ClassId> Waited;
  for (const Acquire &A : In.Sol[F].Acquires)
    if (A.Call == Call)
      Waited.insert(Acq.id(A.Class));
  if (In.Prog.targets(F, Call).size() == 1)
    for (const Acquire &A : In.Sol[In.Prog.targets(F, Call).front()].Acquires)
      Waited.insert(Acq.id(A.Class));
  return {Waited.begin(), Waited.end()};
}

void Legs::collect() {
  for (const auto &[P, Where] : Near)
    if (!isUserMemory(P.first))
      After[P.first].set(P.second);
  for (ClassId Held = 0; Held < Sites.size(); ++Held)
    for (const Site &S : Sites[Held]) {
      if (isUserMemory(Held))
        After[Held].add(Acq.allOfCall(S.In, S.Locks->Call, Held));
      for (ClassId C : UserMemory)
        if (!After[Held].test(C) && Acq.mayWait(S.In, S.Locks->Call, Held, C))
          After[Held].set(C);
    }
  eachCallback([&](FunctionId F, const SlotStore &, const RuleLock &L) {
    if (ClassId Held = idOf(L); Held != Acquired::NoClass)
      After[Held].add(Acq.all(F, Held));
  });
}

std::string Legs::homeOf(const Leg &L) const {
  return folderOf(L.Store ? L.Store->Loc.File : In.Prog.function(L.In).Loc.File);
}

/// Is it known which lock is held? In a callback it is. One that lies in a global
/// object has a class of its own, as lockdep sees it.
static bool isOneLock(const Leg &L) {
  if (L.Store)
    return true;
  const Expr *Lock = L.Held.Lock;
  return Lock->isIdentity() && !Lock->HasFrame &&
         (Lock == Lock->root() || Lock->root()->Kind != ExprKind::Global ||
          Lock->root()->Name.str()[0] == '@');
}

void Legs::judge(Leg &L, ClassId Next) const {
  static constexpr size_t Short = 2, MaxForeign = 2;
  std::string Home = homeOf(L);
  auto isOurs = [&](FunctionId F) {
    return folderOf(In.Prog.function(F).Loc.File) == Home || In.Prog.function(F).InHeader;
  };
  bool Direct = true;
  size_t Foreign = 0; // helpers on the way to user memory
  for (const Acquired::Hop &H : L.Path)
    Foreign += !isOurs(H.In);
  for (size_t I = 0; I + 1 < L.Path.size(); ++I) // round in a circle: not this object
    Direct &=
        (L.Path[I].Targets == 1 || isOurs(L.Path[I + 1].In)) && L.Path[I + 1].In != L.In;
  const Acquired::Hop &Last = L.Path.back();
  const Acquire *A = Acq.direct(Last.In, Last.Call, Next);
  bool Near = L.Path.size() <= Short && isOneLock(L);
  bool AtHome = A->GivenBack ? Foreign <= MaxForeign : L.Store && isOurs(Last.In);
  if (!Direct || !(Near || AtHome))
    L.Sure = Confidence::Possible;
}

std::map<Legs::Pair, std::vector<Leg>> Legs::legs(std::vector<Pair> Wanted) const {
  std::map<Pair, std::vector<Leg>> Out;
  std::sort(Wanted.begin(), Wanted.end(), [](const Pair &A, const Pair &B) {
    return std::pair(A.second, A.first) < std::pair(B.second, B.first);
  });
  for (size_t I = 0; I < Wanted.size();) {
    ClassId Next = Wanted[I].second;
    WaysTo To(Acq, Next);
    for (; I < Wanted.size() && Wanted[I].second == Next; ++I)
      Out[Wanted[I]] = legs(Wanted[I].first, Next, To);
  }
  return Out;
}

std::vector<Leg> Legs::legs(ClassId Held, ClassId Next, WaysTo &To) const {
  static constexpr size_t MaxLegs = 16;
  std::vector<Leg> All;
  std::set<FunctionId> Seen;
  auto add = [&](Leg L) {
    if (L.Path.empty() || All.size() == MaxLegs || !Seen.insert(L.In).second)
      return;
    judge(L, Next);
    All.push_back(std::move(L));
  };
  const Ways &Way = To.with(Held);
  auto at = [&](const Site &S) {
    if (All.size() < MaxLegs && !Seen.count(S.In))
      add({S.In, S.Locks->Call, *S.Held, nullptr, S.Locks->Locks,
           Way.fromCall(S.In, S.Locks->Call)});
  };
  if (isUserMemory(Held) || isUserMemory(Next)) {
    for (const Site &S : Sites[Held])
      at(S);
  } else if (auto It = Near.find({Held, Next}); It != Near.end()) {
    for (uint32_t N : It->second)
      at(Sites[Held][N]);
  }
  eachCallback([&](FunctionId F, const SlotStore &Store, const RuleLock &R) {
    if (idOf(R) != Held || Seen.count(F))
      return;
    Leg L{F, 0, {}, &Store, {}, Way.fromEntry(F)};
    L.Held.State = R.Mode == LockMode::Read ? LockState::HeldRead : LockState::HeldWrite;
    add(std::move(L));
  });
  std::sort(All.begin(), All.end(), [](const Leg &A, const Leg &B) {
    return std::tuple(-int(A.Sure), A.Path.size(), A.In) <
           std::tuple(-int(B.Sure), B.Path.size(), B.In);
  });
  return All;
}
