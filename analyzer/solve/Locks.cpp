// SPDX-License-Identifier: GPL-2.0-or-later
#include "solve/State.h"
#include <algorithm>

using namespace holdfast;

/// Can two paths lead to one lock? Not when both are the caller's and differ.
static bool maySame(const Expr *A, const Expr *B) {
  return A == B || !A->isIdentity() || A->HasFrame || !B->isIdentity() || B->HasFrame;
}

static bool before(const LockEntry &A, const LockEntry &B) {
  if (A.Lock != B.Lock)
    return exprLess(A.Lock, B.Lock);
  return A.Class < B.Class;
}

bool holdfast::sameLocks(const std::vector<LockEntry> &A,
                         const std::vector<LockEntry> &B) {
  return std::equal(A.begin(), A.end(), B.begin(), B.end(),
                    [](const LockEntry &X, const LockEntry &Y) {
                      return X.Lock == Y.Lock && X.Class == Y.Class &&
                             X.State == Y.State && X.Count == Y.Count && X.Was == Y.Was;
                    });
}

bool holdfast::holdsClass(const std::vector<LockEntry> &Locks, Symbol Class) {
  return std::any_of(Locks.begin(), Locks.end(), [&](const LockEntry &E) {
    return E.Class == Class && isHeld(E.State);
  });
}

Symbol holdfast::classOf(const Expr *Lock, const std::unordered_set<Symbol> &Inner) {
  const Expr *E = Lock;
  while (E->Kind == ExprKind::Index ||
         (E->Kind == ExprKind::Field && Inner.count(E->Name)))
    E = E->A;
  if (E->Kind == ExprKind::Load) { // a pointer to the lock lives in the field
    E = E->A;
    while (E->Kind == ExprKind::Index)
      E = E->A;
  }
  return E->Kind == ExprKind::Field || E->Kind == ExprKind::Global ? E->Name : Symbol();
}

void State::insert(LockEntry E) {
  Locks.insert(std::upper_bound(Locks.begin(), Locks.end(), E, before), E);
}

void State::renameLocks() {
  std::vector<LockEntry> Old;
  Old.swap(Locks);
  for (LockEntry &E : Old) {
    E.Lock = eval(E.Lock);
    std::erase_if(Free, [&](const FreeLock &L) { return L.Lock == E.Lock; });
    insert(E);
  }
}

const LockEntry *holdfast::findLock(const std::vector<LockEntry> &Locks, const Expr *Lock,
                                    Symbol Class, bool &Exact) {
  Exact = true;
  const LockEntry *Only = nullptr;
  for (const LockEntry &E : Locks) {
    if (E.Lock == Lock && Lock->isIdentity())
      return &E;
    // Of several of one class, one that is held speaks for them.
    if (Class && E.Class == Class &&
        (!Only || (isHeld(E.State) &&
                   (!isHeld(Only->State) || modeOf(E.State) == LockMode::Write))))
      Only = &E;
  }
  Exact = false;
  return Only;
}

LockEntry *State::findHeld(const Expr *Lock, Symbol Class) {
  LockEntry *Only = nullptr;
  for (LockEntry &E : Locks) {
    if (!isHeld(E.State))
      continue;
    if (E.Lock == Lock && !Lock->Vague)
      return &E;
    if (Class && E.Class == Class && maySame(E.Lock, Lock))
      Only = &E;
  }
  return Only;
}

void State::addFree(const FreeLock &L) {
  bool Known = std::any_of(Locks.begin(), Locks.end(),
                           [&](const LockEntry &E) { return E.Lock == L.Lock; });
  if (!Known && L.Lock->isIdentity() && !findFree(L.Lock))
    Free.push_back(L);
}

const FreeLock *State::findFree(const Expr *Lock) const {
  for (const FreeLock &L : Free)
    if (L.Lock == Lock)
      return &L;
  return nullptr;
}

void State::acquire(const LockEntry &Taken) {
  const Expr *Lock = Taken.Lock;
  Symbol Class = Taken.Class;
  bool Write = Taken.State == LockState::HeldWrite;
  // One of the class that was let go may be the one taken now, by another name.
  std::erase_if(Free, [&](const FreeLock &L) {
    return L.Lock == Lock || (Class && L.Class == Class && maySame(L.Lock, Lock));
  });
  LetGo.erase(Lock);
  LockEntry *Dropped = nullptr;
  for (LockEntry &E : Locks) {
    if (E.Lock == Lock && isHeld(E.State)) {
      E.Count = std::min<uint8_t>(E.Count + 1, 3);
      E.Unsteady |= !Taken.Reentrant; // it counts something
      return;
    }
    if (E.State == LockState::Dropped &&
        (E.Lock == Lock ||
         (!Dropped && Class && E.Class == Class && maySame(E.Lock, Lock))))
      Dropped = &E;
  }
  if (Dropped) {
    Dropped->State = Write ? LockState::RetakenWrite : LockState::RetakenRead;
    Dropped->Spins |= Taken.Spins;
    Dropped->Where = Taken.Where;
    return;
  }
  LockEntry New = Taken;
  New.Count = 1;
  New.Was = LockMode::None;
  insert(New);
}

void State::release(const Expr *Lock, Symbol Class, LockMode From, Location Where) {
  LockEntry *E = findHeld(Lock, Class);
  if (!E) {
    // Of what callers cannot name they learn the class: some lock of theirs.
    if (Lock->HasFrame)
      Lock = Class ? Expr::field(Expr::unknown(), Class) : Expr::unknown();
    if (!Class && Lock->isUnknown())
      return;
    for (const LockEntry &Old : Locks)
      if (Old.Class == Class && (Old.Lock == Lock || (Class && Lock->Vague)))
        return; // dropped before
    insert({Lock, Class, LockState::Dropped, 1, From, Where});
    return;
  }
  if (E->Count > 1) {
    --E->Count;
  } else if (isRetaken(E->State)) {
    E->State = LockState::Dropped;
    E->Where = Where;
    E->Guessed = E->Lock != Lock;
  } else {
    if (E->Lock == Lock && !E->Guessed && !E->Unsteady)
      LetGo.insert(Lock);
    FreeLock Gone{E->Lock, E->Class, Where, false, nullptr, E->Lock != Lock, !E->Tried};
    Locks.erase(Locks.begin() + (E - Locks.data()));
    addFree(Gone);
  }
}

bool State::applyEffect(const LockEntry &E) {
  if (E.State == LockState::HeldRead || E.State == LockState::HeldWrite) {
    acquire(E);
    return true;
  }
  LockEntry *Mine = findHeld(E.Lock, E.Class);
  bool Possible = !Mine || compatible(E, modeOf(Mine->State));
  if (E.State == LockState::Dropped) {
    release(E.Lock, E.Class, E.Was, E.Where);
    return Possible;
  }
  bool Write = E.State == LockState::RetakenWrite;
  if (Mine) {
    if (isRetaken(Mine->State)) {
      Mine->State = E.State;
    } else {
      if (Mine->State == LockState::HeldWrite && !Write)
        Mine->Was = LockMode::Write; // downgraded
      Mine->State = Write ? LockState::HeldWrite : LockState::HeldRead;
    }
    Mine->Where = E.Where;
    Mine->Unsteady |= E.Unsteady;
    Mine->Spins |= E.Spins;
    return Possible;
  }
  for (LockEntry &Old : Locks)
    if (Old.Lock == E.Lock && Old.Class == E.Class) {
      Old.State = E.State;
      Old.Spins |= E.Spins;
      Old.Where = E.Where;
      return true;
    }
  insert(E);
  return true;
}
