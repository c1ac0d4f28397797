// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of the lock-order room that need no program.
#include "Programs.h"
#include "checks/Acquired.h"
#include "checks/ClassCycles.h"
#include "checks/Feasible.h"
#include <gtest/gtest.h>

using namespace holdfast;

static std::vector<ClassId> members(const ClassSet &S) {
  std::vector<ClassId> All;
  S.each([&](ClassId C) { All.push_back(C); });
  return All;
}

TEST(ClassSet, GrowsAndListsInOrder) {
  ClassSet S;
  EXPECT_TRUE(S.empty());
  for (ClassId C : {130u, 0u, 63u, 64u})
    S.set(C);
  EXPECT_EQ(members(S), (std::vector<ClassId>{0, 63, 64, 130}));
  EXPECT_FALSE(S.test(1));
  EXPECT_FALSE(S.test(100000));
  S.reset(100000);
  S.reset(64);
  EXPECT_EQ(members(S), (std::vector<ClassId>{0, 63, 130}));
}

TEST(ClassSet, AddTellsWhetherAnythingIsNew) {
  ClassSet A, B;
  A.set(3);
  B.set(3);
  EXPECT_FALSE(A.add(B));
  B.set(200);
  EXPECT_TRUE(A.add(B));
  EXPECT_FALSE(A.add(B));
  EXPECT_FALSE(A.add(ClassSet()));
}

TEST(ClassLists, EqualListsHaveOneNumber) {
  ClassLists L;
  ClassLists::Id A = L.id({1, 5}), B = L.id({2});
  EXPECT_EQ(L.id({}), 0u);
  EXPECT_EQ(L.id({1, 5}), A);
  EXPECT_NE(A, B);
  ClassLists::Id Both = L.unite(A, B);
  EXPECT_EQ(L[Both], (std::vector<ClassId>{1, 2, 5}));
  EXPECT_EQ(L.unite(B, A), Both);
  EXPECT_EQ(L.unite(0, A), A);
  EXPECT_EQ(L.unite(A, 0), A);
  EXPECT_TRUE(L.has(Both, 2));
  EXPECT_FALSE(L.has(Both, 3));
}

using Cycles = std::vector<std::vector<uint32_t>>;

TEST(ClassCycles, FindsAnElementaryCycle) {
  std::vector<ClassEdge> Edges = {{7, 8}, {8, 9}, {9, 7}, {9, 10}};
  EXPECT_EQ(classCycles(Edges, 5), (Cycles{{7, 8, 9}}));
  EXPECT_TRUE(classCycles(Edges, 2).empty());
}

TEST(ClassCycles, AChordMakesAShorterOneThatSaysTheSame) {
  EXPECT_EQ(classCycles({{1, 2}, {2, 3}, {3, 1}, {2, 1}}, 5), (Cycles{{1, 2}}));
}

TEST(ClassCycles, ReadersWaitForWritersThatWait) {
  EXPECT_EQ(
      classCycles({{1, 2, true, true}, {2, 3, true, true}, {3, 1, true, true}}, 5).size(),
      1u);
}

/// `if (p1) call 0; else call 1;`
static std::shared_ptr<Function> chooses(bool Written) {
  test::Body B("f", 2);
  if (Written)
    B.assign(Expr::local(1), Expr::unknown());
  uint32_t Then = B.block();
  B.call("a");
  uint32_t Else = B.block();
  B.call("b");
  B.F->Blocks[0].Term.Kind = Terminator::Branch;
  B.F->Blocks[0].Term.Cond = test::var(1);
  B.F->Blocks[0].Succs = {Then, Else};
  return B.F;
}

TEST(Feasible, FollowsBranchesOnKnownParameters) {
  KnownParams Yes = constantsOf({Expr::unknown(), Expr::constant(1)});
  KnownParams No = constantsOf({Expr::unknown(), Expr::constant(0)});
  EXPECT_EQ(reachedCalls(*chooses(false), Yes), (std::vector<bool>{true, false}));
  EXPECT_EQ(reachedCalls(*chooses(false), No), (std::vector<bool>{false, true}));
  EXPECT_TRUE(constantsOf({Expr::unknown(), Expr::unknown()}).empty());
}

TEST(Feasible, ForgetsWhatTheFunctionWrites) {
  KnownParams Yes = constantsOf({Expr::unknown(), Expr::constant(1)});
  EXPECT_EQ(reachedCalls(*chooses(true), Yes), (std::vector<bool>{true, true}));
}
