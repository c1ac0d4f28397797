// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Locks and unlocks that do not pair up, as one function shows them: a lock
/// that is acquired while it is held, one that is released twice, and one that is
/// held at one return and not at another though callers cannot tell which it was.
///
/// A function may well leave a lock to its caller. What makes it a mistake is
/// that the caller cannot know: two returns with results of one kind (both
/// errors, say) and nothing else to tell them by; or an error with the lock held
/// where success does not hold it, which no caller expects. And it must take and
/// release the lock on the other way: what only ever acquires is made for that.
#include "solve/Simulator.h"
#include <algorithm>

using namespace holdfast;

/// Is it told for certain which lock this is, now and when it was met before? A
/// call in a loop gives another object each time.
static bool isOneLock(const Expr *Lock) {
  ExprKind Root = Lock->root()->Kind;
  return Lock->isIdentity() && Root != ExprKind::Result && Root != ExprKind::Phi;
}

/// Has a lock of the class been met that nobody can name? It may be any.
static bool lostTrack(const State &S, Symbol Class) {
  return std::any_of(S.Locks.begin(), S.Locks.end(), [&](const LockEntry &E) {
    return E.Class == Class && (!E.Lock->isIdentity() || E.Guessed || E.Unsteady);
  });
}

static const LockEntry *heldAs(const State &S, const Expr *Lock) {
  for (const LockEntry &E : S.Locks)
    if (E.Lock == Lock && isHeld(E.State))
      return &E;
  return nullptr;
}

/// Acquiring \p Lock waits for a task that holds it: is that this one?
static void noteSecondLock(const State &S, const Expr *Lock, Location Where,
                           std::vector<Misuse> &Found) {
  const LockEntry *Mine = isOneLock(Lock) ? heldAs(S, Lock) : nullptr;
  if (Mine && !Mine->Reentrant && !lostTrack(S, Mine->Class))
    Found.push_back({MisuseKind::LockedTwice,
                     Lock,
                     Mine->Class,
                     Where,
                     Mine->Where,
                     {},
                     Mine->Where == Where}); // round a loop: a flag may say it was let go
}

/// Was \p Lock released before, with nobody of its class held since?
static void noteSecondUnlock(const State &S, const Expr *Lock, Symbol Class,
                             Location Where, std::vector<Misuse> &Found) {
  if (!Lock->isIdentity() || holdsClass(S.Locks, Class) || lostTrack(S, Class))
    return;
  auto found = [&](Location Earlier) {
    Found.push_back({MisuseKind::UnlockedTwice, Lock, Class, Where, Earlier, {}});
  };
  if (const FreeLock *Gone = S.findFree(Lock); Gone && !Gone->Guessed)
    return found(Gone->Where);
  for (const LockEntry &E : S.Locks)
    if (E.Lock == Lock && E.State == LockState::Dropped && !E.Guessed) {
      found(E.Where);
      Found.back().Sometimes = true; // the caller's: it may have told us which
    }
}

/// Is the lock, which \p E of a callee releases, released from the mode it is held in?
/// Where the mode was chosen by a flag that is lost by now, it is in some state that
/// gets here.
void Simulator::noteMode(const State &S, const LockEntry &E, const Expr *Lock,
                         Location Where, std::vector<Misuse> &Found) {
  const LockEntry *Mine = heldAs(S, Lock);
  if (!Mine || In.R.Recursive.count(Mine->Class))
    return;
  LockMode Held = modeOf(Mine->State);
  if (compatible(E, Held))
    RightMode.insert(Where);
  else if (isOneLock(Lock) && !E.Guessed && !E.Unsteady && !isRetaken(Mine->State) &&
           !lostTrack(S, Mine->Class))
    Found.push_back({MisuseKind::WrongMode,
                     Lock,
                     Mine->Class,
                     Where,
                     Mine->Where,
                     {},
                     false,
                     false,
                     Held});
}

/// The call at \p Where takes or releases \p Lock: which call here released or took it
/// before?
void Simulator::notePair(const State &S, const Expr *Lock, Symbol Class, bool Takes,
                         Location Where) {
  const LockEntry *Mine = heldAs(S, Lock);
  for (const LockEntry &E : S.Locks)
    if (isHeld(E.State) != Takes &&
        (E.Lock == Lock || (!Mine && Class && E.Class == Class))) {
      Paired.insert(Where);
      Paired.insert(E.Where);
    }
}

/// Where states meet, a lock that was taken in two places is one. What pairs one call
/// pairs both.
void Simulator::noteMeeting(const State &A, const State &B) {
  for (size_t I = 0; I < A.Locks.size(); ++I)
    if (!(A.Locks[I].Where == B.Locks[I].Where))
      Met.insert({A.Locks[I].Where, B.Locks[I].Where});
}

void Simulator::listPaired() {
  for (size_t Before = 0; Before != Paired.size();) {
    Before = Paired.size();
    for (const auto &[A, B] : Met)
      if (Paired.count(A) || Paired.count(B))
        Paired.insert({A, B});
  }
  Out.Paired.assign(Paired.begin(), Paired.end());
}

void Simulator::noteCase(const RanCase &R, const Instr &I,
                         const std::vector<const Expr *> &Args,
                         std::vector<Misuse> &Found) {
  auto inMyTerms = [&](const Expr *Lock) {
    return lockPath(substitute(R.Before, I, Args, Lock));
  };
  for (const LockEntry &E : R.Case->Locks) {
    const Expr *Lock = inMyTerms(E.Lock);
    Symbol Class = classOf(Lock, In.R.InnerFields);
    if (!isRetaken(E.State))
      notePair(R.Before, Lock, Class ? Class : E.Class, isHeld(E.State), I.Loc);
    if (E.State == LockState::Dropped)
      noteMode(R.Before, E, Lock, I.Loc, Found);
    if (E.Guessed || E.Reentrant || E.Unsteady || !Class || In.R.Recursive.count(Class))
      continue;
    if (E.State == LockState::Dropped)
      noteSecondUnlock(R.Before, Lock, Class, I.Loc, Found);
    else if (!isRetaken(E.State) && !E.Tried && !E.Nested)
      noteSecondLock(R.Before, Lock, I.Loc, Found);
  }
  for (const FreeLock &L : R.Case->Free)
    if (L.Waited && !L.Tried && !L.Guessed)
      noteSecondLock(R.Before, inMyTerms(L.Lock), I.Loc, Found);
}

/// Does the case have anything to do with this lock?
static bool speaksOf(const ExitCase &C, Symbol Class) {
  auto ofClass = [&](const auto &L) { return L.Class == Class || !L.Class; };
  return std::any_of(C.Locks.begin(), C.Locks.end(), ofClass) ||
         std::any_of(C.Free.begin(), C.Free.end(), ofClass);
}

void Simulator::noteMisuse(const std::vector<RanCase> &Ran, const Instr &I,
                           const std::vector<const Expr *> &Args) {
  std::vector<Misuse> Found;
  for (const RanCase &R : Ran)
    noteCase(R, I, Args, Found);
  for (Misuse &M : Found) {
    M.By = I.Value->Kind == ExprKind::Func ? I.Value->Name : Symbol();
    M.Sometimes |= !std::all_of(Ran.begin(), Ran.end(), [&](const RanCase &R) {
      return speaksOf(*R.Case, M.Class);
    });
    note(M);
  }
}

/// Do the two states differ in something that callers may know: what they passed,
/// what was tested of the result, a global, a member of an object?
static bool callersSee(const State &A, const State &B) {
  const Expr *Returned = A.read(Expr::ret());
  bool Same = Returned->HasFrame && Returned == B.read(Expr::ret());
  return std::any_of(A.Facts.begin(), A.Facts.end(), [&](const auto &Fact) {
    const auto &[Value, Range] = Fact;
    bool Visible = !Value->HasFrame || (Same && Value->mentions(Returned));
    return Visible && Range.meet(B.rangeOf(Value)).isEmpty();
  });
}

/// Is the result a pointer to something that the function has looked into?
static bool isObject(const State &S, const Expr *Returned) {
  auto lies = [&](const Expr *Place) {
    return Place != Returned && Place->mentions(Returned);
  };
  return std::any_of(S.Memory.begin(), S.Memory.end(),
                     [&](const auto &M) { return lies(M.first); }) ||
         std::any_of(S.Locks.begin(), S.Locks.end(),
                     [&](const LockEntry &E) { return lies(E.Lock); });
}

/// Is the result an error in so many words?
static bool isError(const State &S) { return S.rangeOf(S.read(Expr::ret())).Hi < 0; }

/// Is the result an error? In a function that returns errors, what a callee gave
/// and is not 0 is taken for one.
bool Simulator::fails(const State &S) const {
  const Expr *Returned = S.read(Expr::ret());
  ValueRange R = S.rangeOf(Returned);
  return isError(S) || (ReturnsErrors && R.excludesZero() && R.Lo < 0 &&
                        !Returned->isConst() && !isObject(S, Returned));
}

/// May a caller of a function that is left in these states know that the lock is held
/// after \p Held and not after \p Other? An error is expected to leave nothing.
bool Simulator::areTold(const LockEntry &Lock, const State &Held,
                        const State &Other) const {
  const Expr *Mine = Held.read(Expr::ret()), *Theirs = Other.read(Expr::ret());
  ValueRange Range = Held.rangeOf(Mine), OtherRange = Other.rangeOf(Theirs);
  bool Fails = fails(Held), OtherFails = fails(Other);
  if (Fails != OtherFails && (!Fails || OtherRange.Lo >= 0))
    return !Fails;
  if (!Fails && Range.meet(OtherRange).isEmpty())
    return true;
  // An object is returned locked, or one that was found under the lock, or none.
  bool Found = Theirs == Expr::constant(0) &&
               (Mine->Kind == ExprKind::Load || isObject(Held, Mine));
  return Found || Lock.Lock->mentions(Mine) || callersSee(Held, Other) ||
         Held.leavesMark(Other) || Other.leavesMark(Held);
}

/// Was \p Lock released on the way to \p Other, or on one of those that have met
/// there? Of those it is not known which result they have, so that it matters only
/// where \p Held returns an error, or what they all return.
static bool wasReleased(const Expr *Lock, const State &Held, const State &Other) {
  if (const FreeLock *Gone = Other.findFree(Lock))
    return !Gone->Tried && !Gone->Guessed;
  const Expr *Mine = Held.read(Expr::ret());
  return Other.LetGo.contains(Lock) && Lock->root()->Kind != ExprKind::Phi &&
         (isError(Held) || (Mine->isConst() && Mine == Other.read(Expr::ret())));
}

/// Was one of the class released that the caller must have held, by its name? It may
/// be \p Mine by another name.
static bool dropsAnother(const State &S, const LockEntry &Mine) {
  return std::any_of(S.Locks.begin(), S.Locks.end(), [&](const LockEntry &E) {
    return E.Class == Mine.Class && E.Lock != Mine.Lock && E.State == LockState::Dropped;
  });
}

void Simulator::noteExits(const State &Held, const State &Other) {
  for (const LockEntry &E : Held.Locks) {
    // What counts (a semaphore) may be given back by somebody else.
    if (!isHeld(E.State) || isRetaken(E.State) || E.Reentrant ||
        lostTrack(Held, E.Class) || lostTrack(Other, E.Class) || dropsAnother(Held, E) ||
        In.R.Recursive.count(E.Class))
      continue;
    bool IsPlain = isError(Held) && isOneLock(E.Lock);
    if (wasReleased(E.Lock, Held, Other))
      note({MisuseKind::LeftHeld,
            E.Lock,
            E.Class,
            Held.Left,
            E.Where,
            {},
            !IsPlain,
            areTold(E, Held, Other)});
  }
}

/// What was looked up under a lock may be gone once that lock was let go.
void Simulator::noteStaleUse(const State &S, const Instr &I, const Expr *Record) {
  const std::string &Member = I.Name.str();
  auto Pin = In.R.Pins.find(Symbol::get(Member.substr(0, Member.find("::"))));
  // Of what this function did not look up, it does not know how it lives.
  if (Pin == In.R.Pins.end() || Record->root()->Kind != ExprKind::Result)
    return;
  const Expr *Lock = ofRecord(S, Pin->second.Needs.Lock, Record);
  Symbol Class = classOf(Lock, In.R.InnerFields);
  const FreeLock *Gone = S.findFree(Lock);
  if (Gone && !Gone->Tried && !Gone->Guessed && !holdsClass(S.Locks, Class) &&
      !lostTrack(S, Class))
    note({MisuseKind::UsedAfter, Lock, Class, I.Loc, Gone->Where, I.Name});
}

void Simulator::note(Misuse M) {
  for (Misuse &Old : Out.Misuses)
    if (Old.Kind == M.Kind && Old.Class == M.Class && Old.Where == M.Where) {
      Old.Told &= M.Told; // one that nothing tells of is enough
      return;
    }
  Out.Misuses.push_back(std::move(M));
}
