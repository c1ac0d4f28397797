// SPDX-License-Identifier: GPL-2.0-or-later
// The order of locks: cycles, recursion, nesting, readers.
#include "Fixture.h"

using namespace holdfast;
using namespace holdfast::test;

namespace {

struct OrderTest : Fixture {};

TEST_F(OrderTest, OneOrderIsFine) {
  for (int I = 0; I < 3; ++I) {
    EXPECT_TRUE(order("A", "B", 1));
    EXPECT_TRUE(order("B", "C", 2));
    EXPECT_TRUE(order("A", "C", 3));
  }
  EXPECT_TRUE(Reports.empty());
  EXPECT_EQ(E.graph().edgeCount(), 3u);
}

TEST_F(OrderTest, TwoLocksInBothOrders) {
  order("A", "B");
  EXPECT_FALSE(order("B", "A"));
  ASSERT_TRUE(only(ReportKind::Circular));
  const Report &R = Reports[0];
  EXPECT_EQ(R.Subject.Class.Name, "A");
  EXPECT_EQ(R.Other.Class.Name, "B");
  ASSERT_EQ(R.Chain.size(), 1u);
  EXPECT_EQ(R.Chain[0].From.Name, "A");
  EXPECT_EQ(R.Chain[0].To.Name, "B");
}

TEST_F(OrderTest, EveryEdgeHasBothStacks) {
  order("A", "B"); // acquired at 0x101, 0x102
  order("B", "C"); // 0x105, 0x106
  order("C", "A"); // 0x109, 0x10a
  ASSERT_TRUE(only(ReportKind::Circular));
  const Report &R = Reports[0];
  ASSERT_EQ(R.Chain.size(), 2u);
  EXPECT_EQ(R.Chain[0].FromWhere, Stack{0x101});
  EXPECT_EQ(R.Chain[0].ToWhere, Stack{0x102});
  EXPECT_EQ(R.Chain[1].FromWhere, Stack{0x105});
  EXPECT_EQ(R.Chain[1].ToWhere, Stack{0x106});
  ASSERT_EQ(R.NewEdge.size(), 1u);
  EXPECT_EQ(R.NewEdge[0].From.Name, "C");
  EXPECT_EQ(R.NewEdge[0].FromWhere, Stack{0x109});
  EXPECT_EQ(R.NewEdge[0].ToWhere, Stack{0x10a});
}

TEST_F(OrderTest, GoesOnAndDoesNotRepeatItself) {
  order("A", "B");
  for (int I = 0; I < 5; ++I)
    order("B", "A");
  ASSERT_TRUE(only(ReportKind::Circular));
  order("C", "D");
  order("D", "C");
  EXPECT_EQ(kinds(),
            (std::vector<ReportKind>{ReportKind::Circular, ReportKind::Circular}));
  EXPECT_EQ(E.depth(1), 0u);
}

TEST_F(OrderTest, TheSameCycleFromElsewhereIsTheSameReport) {
  order("A", "B");
  order("B", "C");
  order("C", "A");
  ASSERT_EQ(Reports.size(), 1u);
  uint64_t First = Reports[0].Fingerprint;
  E.reset();
  Known.clear();
  order("B", "C");
  order("C", "A");
  order("A", "B");
  ASSERT_EQ(Reports.size(), 2u);
  EXPECT_EQ(Reports[1].Fingerprint, First);
}

TEST_F(OrderTest, SelfDeadlock) {
  lock("A");
  EXPECT_FALSE(lock("A"));
  EXPECT_TRUE(only(ReportKind::Recursive));
}

TEST_F(OrderTest, TwoInstancesOfOneClass) {
  instance("A2", "A");
  lock("A");
  EXPECT_FALSE(lock("A2"));
  EXPECT_TRUE(only(ReportKind::Recursive));
}

TEST_F(OrderTest, SubclassesAreOtherClasses) {
  instance("A2", "A");
  EXPECT_TRUE(lock("A"));
  EXPECT_TRUE(subclass("A2", 1));
  EXPECT_EQ(E.graph().name(1), "A/1");
  unlock("A2");
  unlock("A");
  subclass("A2", 1);
  EXPECT_FALSE(lock("A"));
  EXPECT_TRUE(only(ReportKind::Circular));
}

TEST_F(OrderTest, NestLockSerialises) {
  instance("A2", "A");
  instance("A3", "A");
  lock("Outer");
  EXPECT_TRUE(nested("A", "Outer"));
  EXPECT_TRUE(nested("A2", "Outer"));
  EXPECT_TRUE(nested("A3", "Outer"));
  EXPECT_EQ(E.depth(1), 2u) << "folded into one entry";
  EXPECT_TRUE(E.isHeld(1, map("A3")));
  EXPECT_TRUE(unlock("A"));
  EXPECT_TRUE(E.isHeld(1, map("A2")));
  EXPECT_TRUE(unlock("A3"));
  EXPECT_TRUE(unlock("A2"));
  EXPECT_EQ(E.depth(1), 1u);
  EXPECT_TRUE(Reports.empty());
}

TEST_F(OrderTest, NestLockMustBeHeld) {
  EXPECT_FALSE(nested("A", "Outer"));
  EXPECT_TRUE(only(ReportKind::NestLockNotHeld));
}

TEST_F(OrderTest, TheCacheTellsANestedStackFromAPlainOne) {
  instance("A2", "A");
  instance("A3", "A");
  lock("Outer");
  lock("A");
  lock("B");
  nested("A2", "Outer"); // fine, and cached
  unlock("A2");
  EXPECT_TRUE(Reports.empty());
  EXPECT_FALSE(lock("A3"));
  EXPECT_TRUE(only(ReportKind::Recursive));
}

TEST_F(OrderTest, TrylockAddsNoDependencyOnWhatIsHeld) {
  order("A", "B");
  lock("B");
  EXPECT_TRUE(tryLock("A"));
  unlock("A");
  unlock("B");
  EXPECT_TRUE(Reports.empty());
}

TEST_F(OrderTest, WhatComesAfterATrylockDependsOnItAndOnWhatIsBelow) {
  lock("A");
  tryLock("B");
  lock("C");
  unlock("C"), unlock("B"), unlock("A");
  EXPECT_NE(E.graph().findEdge(E.graph().find(map("A")), E.graph().find(map("C"))), NoId);
  EXPECT_NE(E.graph().findEdge(E.graph().find(map("B")), E.graph().find(map("C"))), NoId);
  order("C", "A");
  EXPECT_TRUE(only(ReportKind::Circular));
}

TEST_F(OrderTest, RecursiveReadersDoNotWaitForReaders) {
  recursive("A"), recursive("B"), unlock("B"), unlock("A");
  recursive("B");
  EXPECT_TRUE(recursive("A"));
  EXPECT_TRUE(Reports.empty());
}

TEST_F(OrderTest, QueuedReadersWaitForWritersThatWait) {
  read("A"), read("B"), unlock("B"), unlock("A");
  read("B");
  EXPECT_FALSE(read("A"));
  EXPECT_TRUE(only(ReportKind::Circular));
}

TEST_F(OrderTest, RecursiveReadUnderAWriterStillWaits) {
  lock("X"), recursive("R"), unlock("R"), unlock("X");
  lock("R");
  EXPECT_FALSE(lock("X"));
  EXPECT_TRUE(only(ReportKind::Circular));
}

TEST_F(OrderTest, AWeakShortPathDoesNotHideAStrongLongOne) {
  // To C: a short path that ends in a recursive read, and a longer strong one.
  lock("A"), recursive("C"), unlock("C"), unlock("A");
  order("A", "B");
  order("B", "C");
  read("C"), lock("D"), unlock("D"), unlock("C");
  EXPECT_FALSE(order("D", "A"));
  EXPECT_TRUE(only(ReportKind::Circular));
}

TEST_F(OrderTest, RecursionByReaders) {
  recursive("A");
  EXPECT_TRUE(recursive("A"));
  unlock("A"), unlock("A");
  read("A");
  EXPECT_FALSE(read("A"));
  EXPECT_TRUE(only(ReportKind::Recursive));
}

int byAddress(Address Held, Address Next) { return Held < Next ? -1 : 1; }

TEST_F(OrderTest, ComparedLocksNestInTheirOrder) {
  map("A");
  instance("A2", "A");
  E.setCompare(map("A"), byAddress);
  lock("A");
  EXPECT_TRUE(lock("A2")); // A was made first
  unlock("A2"), unlock("A");
  lock("A2");
  EXPECT_FALSE(lock("A"));
  ASSERT_TRUE(only(ReportKind::Recursive));
  EXPECT_TRUE(contains(Reports[0].text(), "comparison function returns 1"));
}

TEST_F(OrderTest, ReleaseInTheMiddleMakesANewChain) {
  lock("A"), lock("B"), lock("C");
  EXPECT_TRUE(unlock("B"));
  EXPECT_EQ(E.depth(1), 2u);
  unlock("C"), unlock("A");
  order("C", "A");
  EXPECT_TRUE(only(ReportKind::Circular));
}

TEST_F(OrderTest, UncheckedLocksHaveNoOrder) {
  lock("A");
  E.acquire(1, map("B"), 0, false, ReadMode::Write, false, 0, 1);
  lock("C");
  unlock("C"), unlock("B"), unlock("A");
  EXPECT_EQ(E.graph().edgeCount(), 1u);
}

TEST_F(OrderTest, SyncWaitsForHoldersButHoldsNothing) {
  read("S");
  lock("A"), unlock("A"), unlock("S");
  lock("A");
  EXPECT_FALSE(E.sync(1, map("S"), 0, ReadMode::Write, true, 0, 7));
  EXPECT_EQ(E.depth(1), 1u);
  ASSERT_TRUE(only(ReportKind::Circular));
  EXPECT_TRUE(contains(Reports[0].text(), "sync(S);"));
}

TEST_F(OrderTest, ForgottenKeysLoseTheirOrder) {
  order("A", "B");
  E.unregisterKeyRange(map("B"), 1);
  EXPECT_TRUE(order("B", "A"));
  EXPECT_TRUE(Reports.empty());
}

TEST_F(OrderTest, SetClassMovesAHeldLock) {
  lock("A"), lock("B");
  E.setSubclass(1, map("B"), 1, 9);
  EXPECT_EQ(E.held(1)[1].Class.Name, "B/1");
  E.setClass(1, map("B"), "other", 0x77000, 0, 9);
  EXPECT_EQ(E.held(1)[1].Class.Name, "other");
  EXPECT_TRUE(unlock("B"));
  EXPECT_TRUE(unlock("A"));
  EXPECT_TRUE(Reports.empty());
}

TEST_F(OrderTest, NamesAreNumbered) {
  for (Address A : {0x9000, 0x9100, 0x9200}) {
    E.initMap(A, "same", A);
    E.acquire(1, A, A == 0x9200 ? 3 : 0, false, ReadMode::Write, true, 0, 1);
  }
  EXPECT_EQ(E.held(1)[0].Class.Name, "same");
  EXPECT_EQ(E.held(1)[1].Class.Name, "same#2");
  EXPECT_EQ(E.held(1)[2].Class.Name, "same#3/3");
}

TEST_F(OrderTest, SubclassAtInitialisationIsTheDefault) {
  E.initMap(0x9000, "sub", 0x9000, 2);
  E.acquire(1, 0x9000, 0, false, ReadMode::Write, true, 0, 1);
  EXPECT_EQ(E.held(1)[0].Class.Name, "sub/2");
}

} // namespace
