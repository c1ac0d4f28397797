// SPDX-License-Identifier: GPL-2.0-or-later
// Interrupt states, wait types, and what is done to held locks.
#include "Fixture.h"

using namespace holdfast;
using namespace holdfast::test;

namespace {

struct StateTest : Fixture {};

TEST_F(StateTest, OneClassInBothWorlds) {
  lock("A"), unlock("A");
  hardirq();
  EXPECT_FALSE(lock("A"));
  ASSERT_TRUE(only(ReportKind::InconsistentState));
  EXPECT_EQ(Reports[0].States[0].State, Usage::HardirqOn);
  EXPECT_EQ(Reports[0].States[1].State, Usage::InHardirq);
  EXPECT_EQ(Reports[0].States[0].Where, Stack{0x101});
}

TEST_F(StateTest, RefusedUsageIsNotRecordedAndNotRepeated) {
  lock("A"), unlock("A");
  hardirq();
  for (int I = 0; I < 3; ++I)
    lock("A"), unlock("A");
  hardirqEnd();
  EXPECT_EQ(E.graph().usage(0), "+.+.");
  EXPECT_EQ(Reports.size(), 1u);
}

TEST_F(StateTest, ReadInInterruptAndReadOutside) {
  recursive("A"), unlock("A");
  hardirq();
  EXPECT_TRUE(recursive("A"));
  EXPECT_TRUE(Reports.empty());
  EXPECT_EQ(E.graph().usage(0), ".?.+");
}

TEST_F(StateTest, WriteInInterruptAndReadOutsideIsOneClassInBothWorlds) {
  recursive("A"), unlock("A");
  hardirq();
  EXPECT_FALSE(lock("A"));
  ASSERT_TRUE(only(ReportKind::InconsistentState));
  EXPECT_EQ(Reports[0].States[0].State, Usage::HardirqOnRead);
}

TEST_F(StateTest, EnablingInterruptsMarksWhatIsHeld) {
  hardirq(), lock("A"), unlock("A"), hardirqEnd();
  E.hardirqsOff(1, 1);
  lock("A");
  EXPECT_TRUE(Reports.empty());
  E.hardirqsOn(1, 2);
  EXPECT_TRUE(only(ReportKind::InconsistentState));
}

TEST_F(StateTest, SoftirqStates) {
  E.softirqsOff(1, 1), E.enterSoftirq(1);
  lock("A"), unlock("A");
  E.leaveSoftirq(1), E.softirqsOn(1, 2);
  EXPECT_FALSE(lock("A"));
  ASSERT_TRUE(only(ReportKind::InconsistentState));
  EXPECT_EQ(Reports[0].States[1].State, Usage::SoftirqOn);
}

TEST_F(StateTest, SafeToUnsafeByANewEdge) {
  hardirq(), lock("Safe"), unlock("Safe"), hardirqEnd();
  lock("Unsafe"), unlock("Unsafe");
  E.hardirqsOff(1, 1);
  lock("Safe");
  EXPECT_FALSE(lock("Unsafe"));
  ASSERT_TRUE(only(ReportKind::IrqDependency));
  EXPECT_EQ(Reports[0].Title,
            "WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected");
  EXPECT_EQ(Reports[0].States[0].Class.Name, "Safe");
  EXPECT_EQ(Reports[0].States[1].Class.Name, "Unsafe");
  EXPECT_EQ(E.graph().edgeCount(), 0u) << "a refused edge is not added";
}

TEST_F(StateTest, SafeToUnsafeOverAMiddleLock) {
  E.hardirqsOff(1, 1);
  order("Safe", "Middle");
  E.hardirqsOn(1, 1);
  hardirq(), lock("Safe"), unlock("Safe"), hardirqEnd();
  lock("Unsafe"), unlock("Unsafe");
  E.hardirqsOff(1, 1);
  EXPECT_FALSE(order("Middle", "Unsafe"));
  ASSERT_TRUE(only(ReportKind::IrqDependency));
  EXPECT_EQ(Reports[0].SafeChain.size(), 1u);
  EXPECT_TRUE(contains(Reports[0].text(), "  Safe --> Middle --> Unsafe\n"));
}

TEST_F(StateTest, InversionByANewUsage) {
  E.hardirqsOff(1, 1);
  order("A", "B");
  E.hardirqsOn(1, 1);
  lock("B"), unlock("B");
  hardirq();
  EXPECT_FALSE(lock("A"));
  ASSERT_TRUE(only(ReportKind::IrqInversion));
  EXPECT_TRUE(Reports[0].Forwards);
  EXPECT_EQ(Reports[0].Chain.size(), 1u);
}

TEST_F(StateTest, InversionTheOtherWayRound) {
  E.hardirqsOff(1, 1);
  order("A", "B");
  E.hardirqsOn(1, 1);
  hardirq(), lock("A"), unlock("A"), hardirqEnd();
  EXPECT_FALSE(lock("B"));
  ASSERT_TRUE(only(ReportKind::IrqInversion));
  EXPECT_FALSE(Reports[0].Forwards);
}

TEST_F(StateTest, PercpuLocksDoNotCarryInversions) {
  make("L", WaitType::Config, WaitType::Inv, LockType::Percpu);
  E.hardirqsOff(1, 1);
  order("A", "L");
  order("L", "B");
  E.hardirqsOn(1, 1);
  hardirq(), lock("A"), unlock("A"), hardirqEnd();
  EXPECT_TRUE(lock("B"));
  EXPECT_TRUE(Reports.empty());
}

TEST_F(StateTest, NoDependencyAcrossAnInterrupt) {
  E.hardirqsOff(1, 1);
  lock("A");
  E.enterHardirq(1);
  lock("B");
  EXPECT_EQ(E.graph().edgeCount(), 0u);
  EXPECT_FALSE(unlock("A")) << "nor may it be released from there";
  EXPECT_TRUE(only(ReportKind::BadUnlock));
}

// --- wait types ---

TEST_F(StateTest, MutexUnderSpinlock) {
  make("spin", WaitType::Config);
  make("mutex", WaitType::Sleep);
  lock("spin");
  EXPECT_FALSE(lock("mutex"));
  EXPECT_TRUE(only(ReportKind::InvalidWaitContext));
  EXPECT_FALSE(E.mightSleep(1, 5));
}

TEST_F(StateTest, SpinlockUnderRawSpinlock) {
  make("raw", WaitType::Spin);
  make("spin", WaitType::Config);
  lock("raw");
  EXPECT_FALSE(lock("spin"));
  EXPECT_TRUE(only(ReportKind::InvalidWaitContext));
}

TEST_F(StateTest, TrylockMayNot_ButIsNotChecked) {
  make("raw", WaitType::Spin);
  make("mutex", WaitType::Sleep);
  lock("raw");
  EXPECT_TRUE(tryLock("mutex"));
}

TEST_F(StateTest, OuterAllowsRcuAnywhere) {
  make("raw", WaitType::Spin);
  make("spin", WaitType::Config);
  make("rcu", WaitType::Config, WaitType::Free);
  lock("raw");
  EXPECT_TRUE(lock("rcu"));
  EXPECT_FALSE(lock("spin")) << "RCU does not loosen what the raw lock forbids";
}

TEST_F(StateTest, OverrideLoosens) {
  make("raw", WaitType::Spin);
  make("spin", WaitType::Config);
  make("override", WaitType::Config, WaitType::Free, LockType::WaitOverride);
  lock("raw");
  lock("override");
  EXPECT_TRUE(lock("spin"));
  EXPECT_TRUE(Reports.empty());
}

TEST_F(StateTest, InterruptsForbidSleepingLocks) {
  make("spin", WaitType::Config);
  hardirq();
  EXPECT_FALSE(lock("spin"));
  unlock("spin");
  EXPECT_TRUE(only(ReportKind::InvalidWaitContext));
  E.hardirqThreaded(1);
  EXPECT_TRUE(lock("spin"));
}

struct NoNestingTest : Fixture {
  NoNestingTest() : Fixture(Options{.RawLockNesting = false}) {}
};

TEST_F(NoNestingTest, SpinlocksAreAllAlike) {
  make("raw", WaitType::Spin);
  make("spin", WaitType::Config);
  make("mutex", WaitType::Sleep);
  lock("raw");
  EXPECT_TRUE(lock("spin"));
  EXPECT_FALSE(lock("mutex"));
}

// --- held locks ---

TEST_F(StateTest, UnlockOfWhatIsNotHeld) {
  EXPECT_FALSE(unlock("A"));
  lock("A", ReadMode::Write, 2);
  EXPECT_FALSE(unlock("A", 1)) << "held, but by another task";
  ASSERT_EQ(Reports.size(), 2u);
  EXPECT_EQ(Reports[0].Title, "WARNING: bad unlock balance detected!");
}

TEST_F(StateTest, Downgrade) {
  lock("A");
  EXPECT_TRUE(E.isHeld(1, map("A"), 0));
  EXPECT_TRUE(E.downgrade(1, map("A"), 3));
  EXPECT_TRUE(E.isHeld(1, map("A"), 1));
  EXPECT_FALSE(E.isHeld(1, map("A"), 0));
  EXPECT_FALSE(E.downgrade(1, map("A"), 3));
  EXPECT_TRUE(only(ReportKind::BadDowngrade));
  EXPECT_TRUE(unlock("A"));
}

TEST_F(StateTest, Pins) {
  lock("A");
  uint32_t Cookie = E.pin(1, map("A"), 1);
  EXPECT_NE(Cookie, 0u);
  E.unpin(1, map("A"), Cookie, 2);
  EXPECT_TRUE(Reports.empty());
  E.pin(1, map("A"), 3);
  EXPECT_FALSE(unlock("A"));
  EXPECT_TRUE(only(ReportKind::BadPin));
  E.pin(1, map("A"), 4);
  EXPECT_EQ(Reports.back().Title, "WARNING: pinning an unheld lock");
}

TEST_F(StateTest, FreedWhileHeld) {
  lock("A");
  lock("B", ReadMode::Write, 2);
  E.freeRange(1, map("A") + 0x80, 0x10, 1);
  EXPECT_TRUE(Reports.empty());
  E.freeRange(1, map("A") - 0x10, 0x20, 1);
  ASSERT_TRUE(only(ReportKind::HeldLockFreed));
  E.freeRange(1, map("B"), 1, 2);
  ASSERT_EQ(Reports.size(), 2u);
  EXPECT_TRUE(contains(Reports[1].text(), "with a lock still held there by task/2!"));
}

TEST_F(StateTest, HeldTooLong) {
  E.setTaskName(1, "worker");
  lock("A");
  E.sysExit(1);
  E.taskExit(1);
  EXPECT_EQ(kinds(), (std::vector<ReportKind>{ReportKind::HeldInUserSpace,
                                              ReportKind::HeldAtExit}));
  EXPECT_EQ(Reports[1].Title, "WARNING: worker/1 still has locks held!");
  EXPECT_EQ(E.depth(1), 0u);
}

TEST_F(StateTest, Assertions) {
  EXPECT_FALSE(E.assertHeld(1, map("A"), Expect::Held, 1));
  EXPECT_TRUE(E.assertHeld(1, map("A"), Expect::NotHeld, 1));
  read("A");
  EXPECT_TRUE(E.assertHeld(1, map("A"), Expect::Held, 2));
  EXPECT_TRUE(E.assertHeld(1, map("A"), Expect::Read, 2));
  EXPECT_FALSE(E.assertHeld(1, map("A"), Expect::Write, 2));
  EXPECT_FALSE(E.assertHeld(1, map("A"), Expect::NotHeld, 2));
  EXPECT_EQ(kinds(), (std::vector<ReportKind>{ReportKind::NotHeld, ReportKind::NotHeld,
                                              ReportKind::WronglyHeld}));
  EXPECT_EQ(Reports[1].Title, "WARNING: lockdep_assert_held_write(A) failed");
}

TEST_F(StateTest, MightSleep) {
  make("mutex", WaitType::Sleep);
  make("rcu", WaitType::Config, WaitType::Free);
  lock("mutex");
  EXPECT_TRUE(E.mightSleep(1, 1));
  lock("rcu");
  EXPECT_FALSE(E.mightSleep(1, 2));
  unlock("rcu");
  E.hardirqsOff(1, 1);
  EXPECT_FALSE(E.mightSleep(1, 3));
  EXPECT_EQ(Reports.size(), 2u);
}

TEST_F(StateTest, SuspiciousRcuOncePerPlace) {
  for (int I = 0; I < 2; ++I)
    E.rcuDereferenceSuspicious(1, "net/core/dev.c:12",
                               "suspicious rcu_dereference_check() usage", 1);
  ASSERT_TRUE(only(ReportKind::SuspiciousRcu));
  EXPECT_TRUE(contains(Reports[0].text(),
                       "net/core/dev.c:12 suspicious rcu_dereference_check() usage!\n"));
}

TEST_F(StateTest, UnknownMaps) {
  EXPECT_FALSE(E.knowsMap(0x5000));
  E.acquire(1, 0x5000, 0, false, ReadMode::Write, true, 0, 1);
  ASSERT_TRUE(only(ReportKind::UnknownKey));
  EXPECT_EQ(Reports[0].Title, "INFO: trying to register non-static key.");
  EXPECT_TRUE(E.release(1, 0x5000, 2));
}

TEST_F(StateTest, OneKeyTwoNames) {
  E.initMap(0x5000, "one", 0x5000);
  E.initMap(0x6000, "two", 0x5000);
  E.acquire(1, 0x5000, 0, false, ReadMode::Write, true, 0, 1);
  E.release(1, 0x5000, 1);
  E.acquire(1, 0x6000, 0, false, ReadMode::Write, true, 0, 1);
  EXPECT_TRUE(only(ReportKind::KeyNameClash));
}

TEST_F(StateTest, TooManyLocks) {
  for (int I = 0; I < 48; ++I)
    lock("L" + std::to_string(I));
  EXPECT_TRUE(only(ReportKind::TooManyHeld));
}

struct SpecialKeysTest : Fixture {
  SpecialKeysTest() : Fixture(Options{.NoValidate = 0xa0, .NoTrack = 0xb0}) {
    E.initMap(0x5000, "unchecked", 0xa0);
    E.initMap(0x6000, "untracked", 0xb0);
  }
  void take(Address Map) { E.acquire(1, Map, 0, false, ReadMode::Write, true, 0, 1); }
};

TEST_F(SpecialKeysTest, NoValidateIsHeldButNotChecked) {
  take(0x5000), take(0x5000);
  EXPECT_TRUE(Reports.empty());
  EXPECT_EQ(E.depth(1), 2u);
}

TEST_F(SpecialKeysTest, NoTrackIsNotEvenHeld) {
  take(0x6000);
  EXPECT_EQ(E.depth(1), 0u);
  EXPECT_TRUE(E.release(1, 0x6000, 1));
  EXPECT_TRUE(Reports.empty());
}

TEST_F(StateTest, TheContextCanBeSetWithoutCalls) {
  lock("A"), unlock("A");
  E.setContext(1, {.HardirqDepth = 1, .HardirqsOn = false});
  EXPECT_TRUE(E.irqState(1).InHardirq);
  lock("A");
  EXPECT_TRUE(only(ReportKind::InconsistentState));
}

TEST_F(StateTest, AJudgedStackIsJudgedAnewInAnotherContext) {
  make("mutex", WaitType::Sleep);
  for (int I = 0; I < 2; ++I)
    lock("mutex"), unlock("mutex");
  E.setContext(1, {.SoftirqDepth = 1, .SoftirqsOn = false});
  EXPECT_FALSE(lock("mutex"));
  EXPECT_EQ(Reports[0].Kind, ReportKind::InvalidWaitContext);
}

TEST_F(StateTest, AJudgedStackIsJudgedAnewWithInterruptsOn) {
  hardirq(), lock("A"), unlock("A"), lock("A"), unlock("A"), hardirqEnd();
  EXPECT_FALSE(lock("A"));
  EXPECT_TRUE(only(ReportKind::InconsistentState));
}

TEST_F(StateTest, ForgottenReportsAreGivenAgain) {
  unlock("A");
  E.forgetReports();
  E.release(1, map("A"), Ip);
  EXPECT_EQ(Reports.size(), 2u);
}

} // namespace
