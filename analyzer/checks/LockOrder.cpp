// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// lock-order: two classes that are taken in one order here and in the other
/// there; or user memory that is touched under mmap_lock, which that waits for. Each leg
/// is a place that holds one lock and goes on to wait for the other, however deep below;
/// or a callback that the rules say is entered with one held (mmap_lock in a fault or
/// mmap handler). Access to user memory waits for mmap_lock, as the tree's own
/// might_fault() says.
///
/// What is followed decides what this is worth. Far below a call there is always
/// some allocation that reclaims and some object whose last reference goes, so a
/// leg that is long, or that leaves the directory it starts in, is only
/// *possible*; so is one through a pointer that may go elsewhere. *Likely* are two
/// short legs, and user memory that is touched, with few helpers of others on the
/// way, under a lock which the same driver takes in a callback that is entered with
/// mmap_lock held. A third lock
/// that both legs hold keeps them from running at once.
#include "checks/Acquired.h"
#include "checks/Check.h"
#include "checks/Words.h"
#include <algorithm>
#include <set>

using namespace holdfast;

namespace {

/// One place where a class is held and another is waited for.
struct Leg {
  FunctionId In = NoFunction;
  uint32_t Call = 0;
  LockEntry Held;                   ///< Class is empty where a rule says so
  const SlotStore *Store = nullptr; ///< the callback, where a rule says so
  std::vector<LockEntry> Others;    ///< all that is held there
  std::vector<Acquired::Hop> Path;
  Confidence Sure = Confidence::Likely;
};

class LockOrder {
public:
  LockOrder(const CheckInput &In, std::vector<Finding> &Out)
      : In(In), Out(Out), Acq(In.Prog, In.R, In.Sol), After(Acq.classes()) {}
  void run();

private:
  using Bits = llvm::SparseBitVector<>;
  template <typename F> void eachCallback(F Do) const;
  void index();
  bool isUserMemory(ClassId C) const { return In.R.WriteChecks.count(Acq.name(C)); }
  Bits waitedFor(FunctionId F, uint32_t Call) const;
  void collect();
  std::vector<Leg> legs(ClassId Held, ClassId Next) const;
  void judge(Leg &L, ClassId Next) const;
  Finding start(ClassId A, ClassId B, const Leg &L) const;
  void self(ClassId C);
  void pair(ClassId A, ClassId B);
  void report(ClassId A, ClassId B, const Leg &First, const Leg &Second);
  void describe(const Leg &L, ClassId Held, ClassId Next, std::vector<Step> &Steps) const;
  bool alwaysHolds(const Leg &L, Symbol Class) const;
  std::string homeOf(const Leg &L) const;
  std::string nameOf(FunctionId F) const { return plainName(In.Prog.function(F).Name); }
  std::string lock(ClassId C) const { return lockName(In.R, Acq.name(C)); }

  const CheckInput &In;
  std::vector<Finding> &Out;
  Acquired Acq;
  std::vector<Bits> After; ///< by class held: what is waited for then
  struct Site {
    FunctionId In;
    const CallLocks *Locks;
    const LockEntry *Held;
  };
  std::vector<ClassId> UserMemory;
  std::vector<std::vector<Site>> Sites; ///< by class held: the calls made then
};

void LockOrder::index() {
  Sites.resize(Acq.classes());
  for (FunctionId F = 0; F < In.Prog.size(); ++F)
    for (const CallLocks &C : In.Sol[F].Calls)
      for (const LockEntry &E : C.Locks)
        if (isHeld(E.State) && E.Class && !E.Nested && !E.Unsteady && !E.Guessed &&
            Acq.id(E.Class) != Acquired::NoClass)
          Sites[Acq.id(E.Class)].push_back({F, &C, &E});
}

/// What call \p Call waits for itself and in the function that it calls.
LockOrder::Bits LockOrder::waitedFor(FunctionId F, uint32_t Call) const {
  Bits Near;
  auto add = [&](const std::vector<Acquire> &Acquires, bool All) {
    for (const Acquire &A : Acquires)
      if (All || A.Call == Call)
        Near.set(Acq.id(A.Class));
  };
  add(In.Sol[F].Acquires, false);
  if (In.Prog.targets(F, Call).size() == 1)
    add(In.Sol[In.Prog.targets(F, Call).front()].Acquires, true);
  return Near;
}

/// Do(function, store, lock) for every lock that a callback is entered with.
template <typename F> void LockOrder::eachCallback(F Do) const {
  for (FunctionId Fn = 0; Fn < In.Prog.size(); ++Fn)
    for (const SlotStore &Store : In.Prog.slotsOf(Fn)) {
      auto It = In.R.Callbacks.find(Store.Slot);
      if (It == In.R.Callbacks.end() || It->second.Contexts.empty())
        continue;
      for (const RuleLock &L : It->second.Contexts.front().Holds)
        Do(Fn, Store, L);
    }
}

void LockOrder::collect() {
  for (ClassId Held = 0; Held < Sites.size(); ++Held)
    for (const Site &S : Sites[Held]) {
      Bits Far = Acq.allOfCall(S.In, S.Locks->Call, Held);
      if (isUserMemory(Held))
        After[Held] |= Far;
      else
        After[Held] |= waitedFor(S.In, S.Locks->Call);
      for (ClassId C : UserMemory)
        if (Far.test(C))
          After[Held].set(C);
    }
  eachCallback([&](FunctionId F, const SlotStore &, const RuleLock &L) {
    ClassId Held = Acq.id(classOf(L.Lock, In.R.InnerFields));
    if (Held != Acquired::NoClass)
      After[Held] |= Acq.all(F, Held);
  });
}

/// Is the function entered with a lock of the class held, whoever calls it?
bool LockOrder::alwaysHolds(const Leg &L, Symbol Class) const {
  if (L.Store)
    return false;
  std::vector<EntryMode> Modes = In.Ctx.byCallers(L.In, Class);
  return !Modes.empty() &&
         std::all_of(Modes.begin(), Modes.end(),
                     [](const EntryMode &M) { return M.Mode != LockMode::None; });
}

std::string LockOrder::homeOf(const Leg &L) const {
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

void LockOrder::judge(Leg &L, ClassId Next) const {
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

/// The places that hold \p Held and wait for \p Next, one a function.
std::vector<Leg> LockOrder::legs(ClassId Held, ClassId Next) const {
  static constexpr size_t MaxLegs = 16;
  std::vector<Leg> Legs;
  std::set<FunctionId> Seen;
  auto add = [&](Leg L) {
    if (L.Path.empty() || Legs.size() == MaxLegs || !Seen.insert(L.In).second)
      return;
    judge(L, Next);
    Legs.push_back(std::move(L));
  };
  Ways To(Acq, Next, Held);
  bool Far = isUserMemory(Held) || isUserMemory(Next);
  for (const Site &S : Sites[Held])
    if (Legs.size() < MaxLegs && !Seen.count(S.In) &&
        (Far || waitedFor(S.In, S.Locks->Call).test(Next)))
      add({S.In, S.Locks->Call, *S.Held, nullptr, S.Locks->Locks,
           To.fromCall(S.In, S.Locks->Call)});
  eachCallback([&](FunctionId F, const SlotStore &Store, const RuleLock &R) {
    if (classOf(R.Lock, In.R.InnerFields) != Acq.name(Held) || Seen.count(F))
      return;
    Leg L{F, 0, {}, &Store, {}, To.fromEntry(F)};
    L.Held.State = R.Mode == LockMode::Read ? LockState::HeldRead : LockState::HeldWrite;
    add(std::move(L));
  });
  std::sort(Legs.begin(), Legs.end(), [](const Leg &A, const Leg &B) {
    return std::tuple(-int(A.Sure), A.Path.size(), A.In) <
           std::tuple(-int(B.Sure), B.Path.size(), B.In);
  });
  return Legs;
}

/// Is there a lock that keeps the two from running at once?
static bool guarded(const Leg &A, const Leg &B, Symbol First, Symbol Second) {
  for (const LockEntry &X : A.Others)
    for (const LockEntry &Y : B.Others)
      if (X.Class && X.Class == Y.Class && X.Class != First && X.Class != Second &&
          isHeld(X.State) && isHeld(Y.State) &&
          (modeOf(X.State) == LockMode::Write || modeOf(Y.State) == LockMode::Write))
        return true;
  return false;
}

void LockOrder::describe(const Leg &L, ClassId Held, ClassId Next,
                         std::vector<Step> &Steps) const {
  std::string F = nameOf(L.In);
  if (L.Store)
    Steps.push_back({L.Store->Loc, F,
                     setHere(F, *L.Store) + "; entered with " + lock(Held) +
                         heldFor(modeOf(L.Held.State))});
  else if (L.Held.Where)
    Steps.push_back({L.Held.Where, F, F + " acquires " + lock(Held) + " here"});
  for (size_t I = 0; I < L.Path.size(); ++I) {
    const Acquired::Hop &H = L.Path[I];
    std::string Caller = nameOf(H.In);
    if (I + 1 < L.Path.size())
      Steps.push_back({H.Loc, Caller, Caller + " calls " + nameOf(L.Path[I + 1].In)});
    else
      Steps.push_back({H.Loc, Caller, Caller + " waits for " + lock(Next) + " here"});
  }
}

/// Reported where the second lock of the leg is waited for.
Finding LockOrder::start(ClassId A, ClassId B, const Leg &L) const {
  Finding R;
  R.Rule = "lock-order";
  R.Function = nameOf(L.In);
  R.Loc = L.Path.front().Loc;
  R.LockClass = plainName(Acq.name(A)) + " -> " + plainName(Acq.name(B));
  return R;
}

void LockOrder::report(ClassId A, ClassId B, const Leg &First, const Leg &Second) {
  Finding R = start(A, B, First);
  R.Sure = std::min(First.Sure, Second.Sure);
  bool Keyed = In.R.Keyed.count(Acq.name(A)) || In.R.Keyed.count(Acq.name(B));
  // Who gets to the second leg with a lock of the first class held is in both.
  if ((Keyed && homeOf(First) != homeOf(Second)) || alwaysHolds(Second, Acq.name(A)) ||
      alwaysHolds(First, Acq.name(B)))
    R.Sure = Confidence::Possible;
  R.Message = R.Function + "() waits for " + lock(B) + " with " + lock(A) +
              " held, but " + nameOf(Second.In) + "() waits for " + lock(A) + " with " +
              lock(B) + " held";
  describe(First, A, B, R.Steps);
  describe(Second, B, A, R.Steps);
  R.Steps.push_back(
      {R.Loc, R.Function, "no lock is held on both ways, so both may run at once"});
  Out.push_back(std::move(R));
}

void LockOrder::pair(ClassId A, ClassId B) {
  static constexpr size_t MaxReports = 8;
  std::vector<Leg> Firsts = legs(A, B), Seconds = legs(B, A);
  size_t Reports = 0;
  for (const Leg &F : Firsts)
    for (const Leg &S : Seconds) {
      if (guarded(F, S, Acq.name(A), Acq.name(B)) || Reports == MaxReports)
        continue;
      ++Reports;
      report(A, B, F, S);
      break;
    }
}

/// A callback that is entered with mmap_lock held and touches user memory: it waits
/// for itself as soon as a writer waits between its two acquisitions.
void LockOrder::self(ClassId C) {
  Ways To(Acq, C, C);
  eachCallback([&](FunctionId F, const SlotStore &Store, const RuleLock &R) {
    Leg L{F, 0, {}, &Store, {}, To.fromEntry(F)};
    if (classOf(R.Lock, In.R.InnerFields) != Acq.name(C) || L.Path.empty())
      return;
    const Acquired::Hop &Last = L.Path.back();
    if (!Acq.direct(Last.In, Last.Call, C)->GivenBack)
      return;
    L.Held.State = R.Mode == LockMode::Read ? LockState::HeldRead : LockState::HeldWrite;
    judge(L, C);
    Finding Found = start(C, C, L);
    Found.Sure = L.Sure;
    Found.Message =
        Found.Function + "() waits for " + lock(C) + ", with which it is entered";
    describe(L, C, C, Found.Steps);
    Out.push_back(std::move(Found));
  });
}

void LockOrder::run() {
  index();
  for (ClassId C = 0; C < Acq.classes(); ++C)
    if (isUserMemory(C))
      UserMemory.push_back(C);
  for (ClassId C : UserMemory)
    self(C);
  collect();
  for (ClassId A = 0; A < After.size(); ++A)
    for (ClassId B : After[A])
      if (A != B && After[B].test(A)) {
        // User memory is what is most easily moved: that leg is the first.
        if (isUserMemory(A) || (A > B && !isUserMemory(B)))
          continue;
        pair(A, B);
      }
}

} // namespace

void holdfast::checkLockOrder(const CheckInput &In, std::vector<Finding> &Out) {
  LockOrder(In, Out).run();
}
