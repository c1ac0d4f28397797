// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Random acyclic lock programs over one lock, one flag and one parameter,
/// against the enumeration of all their paths. Every exit and every broken
/// assertion of a path must be there; where no paths meet, nothing else may be.
#include "Programs.h"
#include "solve/Solver.h"
#include <gtest/gtest.h>
#include <set>

using namespace holdfast;
using namespace holdfast::test;

namespace {

constexpr unsigned Flag = 2; ///< the local

/// What one path knows of the lock.
struct Path {
  bool Callers = false, Freed = false;
  unsigned Depth = 0;
  int64_t FlagIs = 0, Param = 0;

  std::string lock() const {
    if (Depth == 0)
      return Callers ? "dropped" : "same";
    return Callers ? "retaken" : "held";
  }
  void acquire() {
    Depth = std::min(Depth + 1, 3u);
    Freed = false;
  }
  void release() {
    if (Depth == 0)
      Callers = true;
    else if (--Depth == 0)
      Freed = !Callers;
  }
};

/// What may be seen of a program: by paths, or in its summary.
struct Seen {
  std::set<std::string> Exits;
  std::set<uint32_t> Broken; ///< lines of assertions
  bool Required = false;
};

class Enumeration {
public:
  explicit Enumeration(const Function &F) : F(F) {}
  Seen run() {
    for (int64_t Param : {-1, 0, 1, 2}) {
      Path P;
      P.Param = Param;
      enter(0, P);
    }
    return std::move(Out);
  }

private:
  void enter(uint32_t B, Path P) { step(B, 0, P); }

  void step(uint32_t B, size_t From, Path P) {
    const Block &Blk = F.Blocks[B];
    for (size_t I = From; I < Blk.Instrs.size(); ++I) {
      const Instr &In = Blk.Instrs[I];
      if (In.Kind == InstrKind::Leave) {
        Out.Exits.insert(P.lock());
        return;
      }
      if (In.Kind == InstrKind::Assign) {
        if (In.Value->isConst())
          P.FlagIs = In.Value->Value;
        continue; // a result: set where the call was
      }
      const std::string &Name = In.Value->Name.str();
      if (Name == "lock") {
        P.acquire();
      } else if (Name == "unlock") {
        P.release();
      } else if (Name == "trylock") { // its result is the flag's next value
        Path Failed = P;
        Failed.Freed |= Failed.lock() == "same";
        Failed.FlagIs = 0;
        step(B, I + 1, Failed);
        P.acquire();
        P.FlagIs = 1;
      } else if (P.lock() == "dropped" || (P.lock() == "same" && P.Freed)) {
        Out.Broken.insert(In.Loc.Line);
      } else if (P.lock() == "same") {
        Out.Required = true;
      }
    }
    for (uint32_t S = 0; S < Blk.Succs.size(); ++S)
      if (Blk.Term.Kind == Terminator::Jump || truth(Blk.Term.Cond, P) == (S == 0))
        enter(Blk.Succs[S], P);
  }
  static bool truth(const Expr *Cond, const Path &P) {
    return evaluate(Cond, {{var(Flag), P.FlagIs}, {var(1), P.Param}}) != 0;
  }

  const Function &F;
  Seen Out;
};

Seen summaryOf(const FunctionResult &R) {
  Seen Out;
  for (const ExitCase &C : R.Sum.Cases) {
    std::string S = "same";
    for (const LockEntry &L : C.Locks)
      S = !isHeld(L.State) ? "dropped" : isRetaken(L.State) ? "retaken" : "held";
    Out.Exits.insert(S);
  }
  for (const Violation &V : R.Violations)
    Out.Broken.insert(V.Need->Where.Line);
  Out.Required = !R.Sum.Requires.empty();
  return Out;
}

void addSteps(std::mt19937 &Random, Body &F) {
  for (unsigned N = unsigned(Random() % 3); N > 0; --N)
    switch (Random() % 6) {
    case 0:
    case 1:
      F.call("lock", {var(0)});
      break;
    case 2:
      F.call("unlock", {var(0)});
      break;
    case 3:
      F.call("trylock", {var(0)});
      F.assign(Expr::local(Flag), F.result());
      break;
    case 4:
      F.call("assert_write", {var(0)});
      break;
    default:
      F.assign(Expr::local(Flag), num(int64_t(Random() % 2)));
    }
}

const Expr *someCondition(std::mt19937 &Random) {
  const Expr *V = var(Random() % 2 ? Flag : 1);
  switch (Random() % 4) {
  case 0:
    return Expr::logicalNot(V);
  case 1:
    return Expr::cmp(CmpOp::Eq, V, num(1));
  case 2:
    return Expr::cmp(CmpOp::Gt, V, num(0));
  default:
    return V;
  }
}

/// Edges only lead to later blocks; in a tree, each to one of its own.
Body randomProgram(std::mt19937 &Random, unsigned Blocks, bool Tree) {
  Body F("f", 2);
  F.assign(Expr::local(Flag), num(0));
  for (unsigned B = 1; B < Blocks; ++B)
    F.block();
  for (unsigned B = 0; B < Blocks; ++B) {
    F.at(B);
    addSteps(Random, F);
    uint32_t A = 2 * B + 1, C = 2 * B + 2;
    if (!Tree && B + 1 < Blocks) {
      A = B + 1 + unsigned(Random() % std::min(3u, Blocks - B - 1));
      C = B + 1 + unsigned(Random() % std::min(3u, Blocks - B - 1));
    }
    if (A >= Blocks || C >= Blocks)
      F.ret();
    else if (Random() % 3 == 0)
      F.jump({A, C});
    else
      F.branch(someCondition(Random), A, C);
  }
  return F;
}

void compare(unsigned Seed, unsigned Blocks, bool Tree) {
  std::mt19937 Random(Seed);
  Body F = randomProgram(Random, Blocks, Tree);
  Program P = linkAll({F});
  Rules R = lockRules();
  FunctionResult Result = solve(P, R, {.Jobs = 1})[0];
  Seen Real = Enumeration(*F.F).run(), Said = summaryOf(Result);
  SCOPED_TRACE("seed " + std::to_string(Seed) + "\n" + dump(*F.F));
  EXPECT_FALSE(Result.Sum.Imprecise);
  if (Tree) {
    EXPECT_EQ(Said.Exits, Real.Exits);
    EXPECT_EQ(Said.Broken, Real.Broken);
    EXPECT_EQ(Said.Required, Real.Required);
    return;
  }
  for (const std::string &Exit : Real.Exits)
    EXPECT_TRUE(Said.Exits.count(Exit)) << Exit;
  for (uint32_t Line : Real.Broken) // what is free may be forgotten at merges
    EXPECT_TRUE(Said.Broken.count(Line) || Said.Required) << "line " << Line;
  if (Real.Required) {
    EXPECT_TRUE(Said.Required || !Said.Broken.empty());
  }
}

} // namespace

TEST(SimulatorPaths, TreesAreExact) {
  for (unsigned Seed = 0; Seed < 400 && !HasFailure(); ++Seed)
    compare(Seed, 7, /*Tree=*/true);
}

TEST(SimulatorPaths, NothingIsMissedWherePathsMeet) {
  for (unsigned Seed = 0; Seed < 600 && !HasFailure(); ++Seed)
    compare(Seed, 8, /*Tree=*/false);
}
