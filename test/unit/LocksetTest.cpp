// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Locksets relative to a function's entry, against a model that keeps for each
/// lock only what a reader of the code would.
#include "Conditions.h"
#include "solve/State.h"
#include <gtest/gtest.h>

using namespace holdfast;
using namespace holdfast::test;

namespace {

const Expr *lockOf(unsigned Param, const char *Field = "mm::lock") {
  return field(Expr::param(Param), Field);
}

/// One lock as a reader sees it.
struct Plain {
  bool Callers = false; ///< the caller must have held it
  LockMode Was = LockMode::None;
  bool Freed = false; ///< taken and released here
  unsigned Depth = 0;
  LockMode Mode = LockMode::None;

  void acquire(LockMode M) {
    if (Depth == 0)
      Mode = M;
    ++Depth;
    Freed = false;
  }
  void release(LockMode From) {
    if (Depth == 0) {
      Callers = true;
      Was = From;
    } else if (--Depth == 0) {
      Freed = !Callers;
    }
  }
  void downgrade() {
    if (Depth == 0) {
      Callers = true;
      Was = LockMode::Write;
      Depth = 1;
    }
    Mode = LockMode::Read;
  }
  bool untouched() const { return !Callers && Depth == 0; }
};

LockEntry downgraded(const Expr *Lock, Symbol Class) {
  return {Lock, Class, LockState::RetakenRead, 1, LockMode::Write, {}};
}

FreeLock freeLock(const Expr *Lock, bool Tried) {
  FreeLock L;
  L.Lock = Lock;
  L.Tried = Tried;
  return L;
}

/// A lock as it is when it was just acquired.
LockEntry taken(const Expr *Lock, Symbol Class, LockMode Mode) {
  LockEntry E;
  E.Lock = Lock;
  E.Class = Class;
  E.State = Mode == LockMode::Write ? LockState::HeldWrite : LockState::HeldRead;
  return E;
}

/// Does \p S say of \p Lock what \p P says?
void expectSame(const State &S, const Expr *Lock, const Plain &P, const std::string &Trace) {
  bool Exact = false;
  const LockEntry *E = S.find(Lock, Symbol(), Exact);
  EXPECT_EQ(S.findFree(Lock) != nullptr, P.Freed) << Trace;
  if (P.untouched()) {
    EXPECT_EQ(E, nullptr) << Trace;
    return;
  }
  ASSERT_NE(E, nullptr) << Trace;
  EXPECT_TRUE(Exact) << Trace;
  EXPECT_EQ(isHeld(E->State), P.Depth > 0) << Trace;
  EXPECT_EQ(isRetaken(E->State), P.Callers && P.Depth > 0) << Trace;
  if (P.Depth > 0) {
    EXPECT_EQ(modeOf(E->State), P.Mode) << Trace;
    EXPECT_EQ(E->Count, P.Depth) << Trace;
  }
  if (P.Callers) {
    EXPECT_EQ(E->Was, P.Was) << Trace;
  }
}

/// One step on one lock, in the state and in the model; only steps that code
/// without a bug would make.
std::string step(std::mt19937 &Random, State &S, const Expr *Lock, Symbol Class, Plain &P) {
  LockMode Mode = Random() % 2 ? LockMode::Read : LockMode::Write;
  switch (Random() % 3) {
  case 0:
    if (P.Depth == 3 || (P.Depth > 0 && Mode != P.Mode))
      return "";
    S.acquire(taken(Lock, Class, Mode));
    P.acquire(Mode);
    return Mode == LockMode::Read ? "R " : "W ";
  case 1:
    if (P.Depth == 0 && (P.Callers || P.Freed))
      return "";
    if (P.Depth > 0)
      Mode = P.Mode;
    S.release(Lock, Class, Mode, {});
    P.release(Mode);
    return "u ";
  default:
    bool Possible = P.Depth == 1 ? P.Mode == LockMode::Write : P.untouched() && !P.Freed;
    if (!Possible)
      return "";
    EXPECT_TRUE(S.applyEffect(downgraded(Lock, Class)));
    P.downgrade();
    return "d ";
  }
}

} // namespace

TEST(Lockset, OneLockAgainstThePlainModel) {
  std::mt19937 Random(1);
  for (unsigned N = 0; N < 2000 && !HasFailure(); ++N) {
    State S;
    Plain P;
    std::string Trace;
    for (unsigned I = 0; I < 10; ++I) {
      Trace += step(Random, S, lockOf(0), sym("mm::lock"), P);
      expectSame(S, lockOf(0), P, Trace);
    }
  }
}

TEST(Lockset, LocksOfDifferentClassesDoNotTouch) {
  std::mt19937 Random(2);
  for (unsigned N = 0; N < 1000 && !HasFailure(); ++N) {
    State S;
    Plain P[2];
    const char *const Classes[] = {"mm::lock", "inode::rwsem"};
    std::string Trace;
    for (unsigned I = 0; I < 14; ++I) {
      unsigned Which = unsigned(Random() % 2);
      Trace += std::to_string(Which) + step(Random, S, lockOf(Which, Classes[Which]),
                                            sym(Classes[Which]), P[Which]);
      for (unsigned L = 0; L < 2; ++L)
        expectSame(S, lockOf(L, Classes[L]), P[L], Trace);
    }
  }
}

TEST(Lockset, TwoLocksOfOneClassAreTwo) {
  std::mt19937 Random(3);
  for (unsigned N = 0; N < 1000 && !HasFailure(); ++N) {
    State S;
    Plain P[2];
    std::string Trace;
    for (unsigned I = 0; I < 8; ++I) {
      unsigned Which = unsigned(Random() % 2);
      Trace += std::to_string(Which) +
               step(Random, S, lockOf(Which), sym("mm::lock"), P[Which]);
      for (unsigned L = 0; L < 2; ++L)
        expectSame(S, lockOf(L), P[L], Trace);
    }
  }
}

TEST(Lockset, ExactDroppedLockIsTheOneRetaken) {
  State S;
  S.release(lockOf(0), sym("mm::lock"), LockMode::Write, {});
  S.release(lockOf(1), sym("mm::lock"), LockMode::Write, {});
  S.acquire(taken(lockOf(0), sym("mm::lock"), LockMode::Write));
  bool Exact;
  EXPECT_EQ(S.find(lockOf(0), Symbol(), Exact)->State, LockState::RetakenWrite);
  EXPECT_EQ(S.find(lockOf(1), Symbol(), Exact)->State, LockState::Dropped);
}

TEST(Lockset, UnknownPathMeetsTheOnlyOneOfItsClass) {
  const Expr *Vague = field(Expr::unknown(), "mm::lock");
  State S;
  S.acquire(taken(lockOf(0), sym("mm::lock"), LockMode::Write));
  S.acquire(taken(lockOf(1, "inode::rwsem"), sym("inode::rwsem"), LockMode::Read));
  bool Exact = true;
  const LockEntry *E = S.find(Vague, sym("mm::lock"), Exact);
  ASSERT_NE(E, nullptr);
  EXPECT_FALSE(Exact);
  EXPECT_EQ(E->Lock, lockOf(0));
  S.release(Vague, sym("mm::lock"), LockMode::Write, {});
  EXPECT_EQ(S.find(Vague, sym("mm::lock"), Exact), nullptr);
  EXPECT_NE(S.findFree(lockOf(0)), nullptr);
}

TEST(Lockset, OfSeveralTheHeldOneSpeaksForTheClass) {
  const Expr *Vague = field(Expr::unknown(), "mm::lock");
  State S;
  S.Locks = {{lockOf(0), sym("mm::lock"), LockState::HeldRead, 1, LockMode::None, {}},
             {lockOf(1), sym("mm::lock"), LockState::HeldWrite, 1, LockMode::None, {}},
             {lockOf(2), sym("mm::lock"), LockState::Dropped, 1, LockMode::Read, {}}};
  bool Exact;
  EXPECT_EQ(S.find(Vague, sym("mm::lock"), Exact)->Lock, lockOf(1));
  EXPECT_EQ(S.find(lockOf(2), sym("mm::lock"), Exact)->Lock, lockOf(2));
  EXPECT_TRUE(Exact);
  EXPECT_EQ(S.find(lockOf(3), Symbol(), Exact), nullptr);
}

TEST(Lockset, EffectsOfCallees) {
  Symbol Class = sym("mm::lock");
  auto effect = [&](LockState St, LockMode Was) {
    return LockEntry{lockOf(0), Class, St, 1, Was, {}};
  };
  // The callee releases for read; the caller holds it for write: another case.
  State S;
  S.acquire(taken(lockOf(0), Class, LockMode::Write));
  EXPECT_FALSE(State(S).applyEffect(effect(LockState::Dropped, LockMode::Read)));
  EXPECT_TRUE(State(S).applyEffect(effect(LockState::Dropped, LockMode::None)));
  EXPECT_TRUE(State(S).applyEffect(effect(LockState::Dropped, LockMode::Any)));
  EXPECT_TRUE(S.applyEffect(effect(LockState::Dropped, LockMode::Write)));
  EXPECT_TRUE(S.Locks.empty());
  // Dropped and taken again in another mode, of ours and of our caller's.
  S.acquire(taken(lockOf(0), Class, LockMode::Write));
  EXPECT_TRUE(S.applyEffect(effect(LockState::RetakenRead, LockMode::Write)));
  bool Exact;
  EXPECT_EQ(S.find(lockOf(0), Class, Exact)->State, LockState::HeldRead);
  State T;
  EXPECT_TRUE(T.applyEffect(effect(LockState::RetakenRead, LockMode::Write)));
  EXPECT_EQ(T.find(lockOf(0), Class, Exact)->State, LockState::RetakenRead);
  EXPECT_EQ(T.find(lockOf(0), Class, Exact)->Was, LockMode::Write);
  T.release(lockOf(0), Class, LockMode::Read, {});
  EXPECT_EQ(T.find(lockOf(0), Class, Exact)->State, LockState::Dropped);
  EXPECT_EQ(T.find(lockOf(0), Class, Exact)->Was, LockMode::Write) << "as the caller had it";
}

TEST(Lockset, FreeIsOnlyWhatTheLocksetDoesNotHold) {
  State S;
  S.acquire(taken(lockOf(0), sym("mm::lock"), LockMode::Write));
  S.addFree(freeLock(lockOf(0), true));
  EXPECT_EQ(S.findFree(lockOf(0)), nullptr);
  S.addFree(freeLock(field(Expr::unknown(), "mm::lock"), true));
  EXPECT_TRUE(S.Free.empty());
  S.addFree(freeLock(lockOf(1), true));
  S.addFree(freeLock(lockOf(1), false));
  EXPECT_EQ(S.Free.size(), 1u);
  S.acquire(taken(lockOf(1), sym("mm::lock"), LockMode::Read));
  EXPECT_EQ(S.findFree(lockOf(1)), nullptr);
}

TEST(Lockset, SatisfiedDemands) {
  using M = LockMode;
  for (M Held : {M::None, M::Read, M::Write})
    for (M Needed : {M::None, M::Read, M::Write, M::Any}) {
      bool Want = Needed == M::None || (Needed == M::Write ? Held == M::Write : Held != M::None);
      EXPECT_EQ(satisfies(Held, Needed), Want) << int(Held) << int(Needed);
    }
}

TEST(Lockset, ClassIsTheFieldOrGlobalTheLockLivesIn) {
  const std::unordered_set<Symbol> Inner{sym("spinlock::rlock")};
  EXPECT_EQ(classOf(lockOf(0), Inner), sym("mm::lock"));
  EXPECT_EQ(classOf(field(lockOf(0), "spinlock::rlock"), Inner), sym("mm::lock"));
  EXPECT_EQ(classOf(Expr::index(lockOf(0)), Inner), sym("mm::lock"));
  EXPECT_EQ(classOf(Expr::load(lockOf(0, "dev::lockp")), Inner), sym("dev::lockp"));
  EXPECT_EQ(classOf(Expr::global(sym("rtnl")), Inner), sym("rtnl"));
  EXPECT_TRUE(classOf(Expr::param(0), Inner).empty());
  EXPECT_EQ(classOf(field(Expr::unknown(), "mm::lock"), Inner), sym("mm::lock"));
}

TEST(Lockset, PredicatesNameTheirLockAndMode) {
  for (LockMode M : {LockMode::Any, LockMode::Read, LockMode::Write}) {
    LockMode Got = LockMode::None;
    EXPECT_EQ(predicateLock(heldPredicate(lockOf(0), M), Got), lockOf(0));
    EXPECT_EQ(Got, M);
  }
  LockMode Got;
  EXPECT_EQ(predicateLock(Expr::load(lockOf(0)), Got), nullptr);
  EXPECT_EQ(predicateLock(Expr::load(freshMark(Expr::param(0))), Got), nullptr);
  State S;
  S.acquire(taken(lockOf(0), sym("mm::lock"), LockMode::Read));
  EXPECT_FALSE(State(S).assume(heldPredicate(lockOf(0), LockMode::Any), false));
  EXPECT_TRUE(State(S).assume(heldPredicate(lockOf(0), LockMode::Write), false));
  EXPECT_TRUE(State(S).assume(heldPredicate(lockOf(1), LockMode::Any), false));
}
