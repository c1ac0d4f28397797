// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Merged states against concrete runs: whatever values a run has, every state
/// that speaks of it must admit them.
#include "solve/State.h"
#include "Conditions.h"
#include <gtest/gtest.h>

using namespace holdfast;
using namespace holdfast::test;

namespace {

constexpr unsigned NumVars = 3;

std::vector<const Expr *> localReads() {
  return {Expr::load(Expr::local(0)), Expr::load(Expr::local(1)), Expr::load(Expr::local(2))};
}

/// One execution: what the locals are now, and what each name of the analysis
/// (parameters, phis) stands for.
struct Run {
  int64_t Locals[NumVars] = {};
  Values Names;
};

/// A state with some of the runs that lead to it.
struct Tracked {
  State S;
  std::vector<Run> Runs;
};

Tracked entry(std::mt19937 &Random) {
  Tracked T;
  for (unsigned I = 0; I < NumVars; ++I)
    T.S.Memory.set(Expr::local(I), Expr::param(I));
  for (unsigned N = 0; N < 30; ++N) {
    Run R;
    for (unsigned I = 0; I < NumVars; ++I)
      R.Locals[I] = R.Names[Expr::param(I)] = smallValue(Random);
    T.Runs.push_back(std::move(R));
  }
  return T;
}

Values asValues(const Run &R) {
  Values V;
  for (unsigned I = 0; I < NumVars; ++I)
    V[Expr::load(Expr::local(I))] = R.Locals[I];
  return V;
}

void assignRandomly(std::mt19937 &Random, Tracked &T) {
  unsigned To = unsigned(Random() % NumVars);
  Sample Value = randomSample(Random, 1, localReads());
  T.S.write(Expr::local(To), T.S.eval(Value.E));
  for (Run &R : T.Runs)
    R.Locals[To] = Value.Eval(asValues(R));
}

/// Takes one side of a random branch; false when the state says it cannot be.
bool branchRandomly(std::mt19937 &Random, Tracked &T) {
  Sample Cond = randomSample(Random, 2, localReads());
  bool Truth = Random() % 2;
  bool Possible = T.S.assume(T.S.eval(Cond.E), Truth);
  std::erase_if(T.Runs, [&](const Run &R) { return bool(Cond.Eval(asValues(R))) != Truth; });
  if (!Possible) {
    EXPECT_TRUE(T.Runs.empty()) << Cond.E->str() << " is possible";
  }
  return Possible;
}

void checkAdmits(const Tracked &T, const char *When) {
  for (const Run &R : T.Runs) {
    for (unsigned I = 0; I < NumVars; ++I) {
      const Expr *V = T.S.read(Expr::local(I));
      if (!V->isUnknown()) {
        ASSERT_EQ(evaluate(V, R.Names), R.Locals[I]) << When << ": l" << I << " is " << V->str();
      }
      ASSERT_TRUE(admits(T.S.rangeOf(V), R.Locals[I]))
          << When << ": " << V->str() << " " << T.S.rangeOf(V).str() << ", not " << R.Locals[I];
    }
    for (const auto &[Value, Range] : T.S.Facts)
      ASSERT_TRUE(!known(Value, R.Names) || admits(Range, evaluate(Value, R.Names)))
          << When << ": " << Value->str() << " " << Range.str();
  }
}

/// Merges \p From into \p To at \p Block, where phis get new meanings.
void joinInto(Tracked &To, Tracked From, uint32_t Block, bool Widen) {
  To.S.join(From.S, Block, Widen);
  To.Runs.insert(To.Runs.end(), From.Runs.begin(), From.Runs.end());
  for (Run &R : To.Runs)
    for (unsigned I = 0; I < NumVars; ++I)
      R.Names[Expr::phi(Block, Expr::local(I))] = R.Locals[I];
}

/// Straight code with random steps.
bool walk(std::mt19937 &Random, Tracked &T, unsigned Steps) {
  for (unsigned I = 0; I < Steps; ++I) {
    if (Random() % 2)
      assignRandomly(Random, T);
    else if (!branchRandomly(Random, T))
      return false;
    checkAdmits(T, "walk");
  }
  return true;
}

/// A tree of merges: every merge is a block of its own, as in acyclic code.
bool grow(std::mt19937 &Random, unsigned Depth, uint32_t &NextBlock, const Tracked &From,
          Tracked &Out) {
  Out = From;
  if (Depth == 0)
    return walk(Random, Out, 3);
  uint32_t Block = NextBlock++;
  bool Any = false;
  for (unsigned Arm = 0; Arm < 3; ++Arm) {
    Tracked T;
    if (!grow(Random, Depth - 1, NextBlock, From, T))
      continue;
    if (Any)
      joinInto(Out, T, Block, Random() % 2);
    else
      Out = T;
    Any = true;
    checkAdmits(Out, "join");
  }
  return Any && walk(Random, Out, 2);
}

} // namespace

TEST(StateJoin, AdmitsEveryRun) {
  std::mt19937 Random(2);
  for (unsigned N = 0; N < 150 && !HasFailure(); ++N) {
    uint32_t NextBlock = 1;
    Tracked Out;
    grow(Random, 2, NextBlock, entry(Random), Out);
  }
}

TEST(StateJoin, ReachesAFixpoint) {
  std::mt19937 Random(4);
  for (unsigned N = 0; N < 200 && !HasFailure(); ++N) {
    Tracked Start = entry(Random), Head;
    std::vector<Tracked> Arms;
    while (Arms.size() < 4) {
      Tracked T = Start;
      if (walk(Random, T, 4))
        Arms.push_back(T);
    }
    Head = Arms[0];
    bool Changed = true;
    unsigned Rounds = 0;
    for (; Changed; ++Rounds) {
      ASSERT_LT(Rounds, 24u);
      Changed = false;
      for (const Tracked &T : Arms)
        Changed |= Head.S.join(T.S, 7, Rounds > 2);
    }
  }
}

TEST(StateJoin, SecondTimeNothingIsLost) {
  auto with = [](int64_t V) {
    State S;
    S.write(Expr::local(0), num(V));
    return S;
  };
  State S = with(-22);
  EXPECT_TRUE(S.join(with(-12), 3, false));
  EXPECT_EQ(S.rangeOf(S.read(Expr::local(0))).Hi, -12);
  EXPECT_FALSE(S.join(with(-22), 3, false));
  EXPECT_EQ(S.rangeOf(S.read(Expr::local(0))).Lo, -22);
  EXPECT_EQ(S.rangeOf(S.read(Expr::local(0))).Hi, -12);
}

TEST(StateJoin, ThreeArmsKeepWhatAllSay) {
  // switch (x) { case 1: ret = -22; break; case 2: ret = -12; break; ... }
  State S;
  bool First = true;
  for (int64_t Error : {-22, -5, -12, -22}) {
    State Arm;
    Arm.write(Expr::local(0), num(Error));
    if (First)
      S = Arm;
    else
      S.join(Arm, 9, false);
    First = false;
    EXPECT_FALSE(State(S).assume(Expr::cmp(CmpOp::Ge, S.read(Expr::local(0)), num(0)), true))
        << Error;
  }
}

TEST(StateJoin, WhatOneArmKnowsOfAParameterIsForgotten) {
  // if (p) { if (flag != 5) return; p->f = flag; }
  const Expr *P = Expr::param(0), *Flag = Expr::param(1);
  State Null, Set;
  ASSERT_TRUE(Null.assume(P, false));
  ASSERT_TRUE(Set.assume(P, true));
  ASSERT_TRUE(Set.constrain(Flag, ValueRange::constant(5)));
  Set.write(field(P, "r::f"), Flag);
  Null.join(Set, 3, false);
  EXPECT_TRUE(Null.constrain(Flag, ValueRange::constant(6))) << "p is NULL and flag is 6";
}

TEST(StateJoin, NewPhiKeepsNothingOfTheOld) {
  // Both arms know something of the object the phi named one round ago.
  const Expr *Old = Expr::phi(3, Expr::local(0));
  State A, B;
  for (State *S : {&A, &B})
    ASSERT_TRUE(S->assume(member(Old, "node::busy"), true));
  A.write(Expr::local(0), member(Old, "node::left"));
  B.write(Expr::local(0), member(Old, "node::right"));
  A.forgetStalePhis(3);
  B.forgetStalePhis(3);
  A.join(B, 3, false);
  EXPECT_TRUE(A.assume(member(Old, "node::busy"), false));
}
