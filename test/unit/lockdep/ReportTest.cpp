// SPDX-License-Identifier: GPL-2.0-or-later
// The words of reports, and reset().
#include "Fixture.h"

using namespace holdfast;
using namespace holdfast::test;

namespace {

struct ReportTest : Fixture {
  std::string text(size_t I = 0) {
    return Reports.at(I).text([](Location L) { return "at_" + std::to_string(L); });
  }
  /// The parts appear in this order.
  void expectParts(const std::string &Text, const std::vector<std::string> &Parts) {
    size_t From = 0;
    for (const std::string &P : Parts) {
      size_t At = Text.find(P, From);
      EXPECT_NE(At, std::string::npos) << "no '" << P << "' here or later:\n" << Text;
      if (At != std::string::npos)
        From = At + P.size();
    }
  }
};

TEST_F(ReportTest, Circular) {
  E.setTaskName(1, "qemu");
  Ip = 0;
  order("A", "B"), order("B", "C");
  lock("C"), lock("A");
  expectParts(text(),
              {"\n======================================================\n"
               "WARNING: possible circular locking dependency detected\n"
               "------------------------------------------------------\n"
               "qemu/1 is trying to acquire lock:\n",
               " (A){+.+.}-{0:0}, at: at_10\n", "\nbut task is already holding lock:\n",
               " (C){+.+.}-{0:0}, at: at_9\n",
               "\nwhich lock already depends on the new lock.\n\n",
               "\nthe existing dependency chain (in reverse order) is:\n",
               "\n-> #2 (C){+.+.}-{0:0}:\n      at_6\n      while holding (B)",
               "\n-> #1 (B){+.+.}-{0:0}:\n      at_2\n",
               "\n-> #0 (A){+.+.}-{0:0}:\n      at_10\n",
               "\nother info that might help us debug this:\n\n",
               "Chain exists of:\n  A --> B --> C\n\n",
               " Possible unsafe locking scenario:\n\n"
               "       CPU0                    CPU1\n"
               "       ----                    ----\n"
               "  lock(C);\n"
               "                               lock(B);\n"
               "                               lock(C);\n"
               "  lock(A);\n"
               "\n *** DEADLOCK ***\n\n",
               "1 lock held by qemu/1:\n #0: ", " (C){+.+.}-{0:0}, at: at_9\n",
               "\nstack backtrace:\n at_10\n"});
}

TEST_F(ReportTest, Recursive) {
  lock("A"), lock("A");
  expectParts(text(), {"WARNING: possible recursive locking detected\n",
                       "task/1 is trying to acquire lock:\n",
                       "\nbut task is already holding lock:\n",
                       "       CPU0\n       ----\n  lock(A);\n  lock(A);\n"
                       "\n *** DEADLOCK ***\n\n"
                       " May be due to missing lock nesting notation\n"});
}

TEST_F(ReportTest, Inconsistent) {
  lock("A"), unlock("A"), hardirq(), lock("A");
  expectParts(text(), {"WARNING: inconsistent lock state\n",
                       "inconsistent {HARDIRQ-ON-W} -> {IN-HARDIRQ-W} usage.\n",
                       "task/1 [HC1[1]:SC0[0]:HE0:SE1] takes:\n", " (A){",
                       "{HARDIRQ-ON-W} state was registered at:\n at_257\n",
                       "  lock(A);\n  <Interrupt>\n    lock(A);\n",
                       "no locks held by task/1.\n"});
}

TEST_F(ReportTest, IrqDependency) {
  hardirq(), lock("S"), unlock("S"), hardirqEnd();
  lock("U"), unlock("U");
  E.hardirqsOff(1, 1), lock("S"), lock("U");
  expectParts(text(),
              {"WARNING: HARDIRQ-safe -> HARDIRQ-unsafe lock order detected\n",
               "is trying to acquire:\n", "and this task is already holding:\n",
               "which would create a new lock dependency:\n (S){-...}-{0:0} -> "
               "(U){+.+.}-{0:0}\n",
               "but this new dependency connects a HARDIRQ-irq-safe lock:\n (S)",
               "... which became HARDIRQ-irq-safe at:\n",
               "to a HARDIRQ-irq-unsafe lock:\n (U)",
               "... which became HARDIRQ-irq-unsafe at:\n",
               " Possible interrupt unsafe locking scenario:\n", "  lock(U);\n",
               "local_irq_disable();\n", "lock(S);\n", "  <Interrupt>\n    lock(S);\n",
               "the dependencies between HARDIRQ-irq-safe lock and the holding lock:\n",
               "the dependencies between the lock to be acquired and "
               "HARDIRQ-irq-unsafe lock:\n"});
}

TEST_F(ReportTest, Inversion) {
  E.hardirqsOff(1, 1), order("A", "B"), E.hardirqsOn(1, 1);
  lock("B"), unlock("B"), hardirq(), lock("A");
  expectParts(text(),
              {"WARNING: possible irq lock inversion dependency detected\n",
               "task/1 just changed the state of lock:\n",
               "but this lock took another, HARDIRQ-unsafe lock in the past:\n (B)",
               "and interrupts could create inverse lock ordering between them.\n",
               "the shortest dependencies between 2nd lock and 1st lock:\n"});
}

TEST_F(ReportTest, WaitContext) {
  make("spin", WaitType::Config), make("mutex", WaitType::Sleep);
  lock("spin"), lock("mutex");
  expectParts(text(), {"[ BUG: Invalid wait context ]\n", "task/1 is trying to lock:\n",
                       " (mutex){....}-{4:4}", "context-{5:5}\n",
                       "1 lock held by task/1:\n", " (spin){+.+.}-{3:3}"});
}

TEST_F(ReportTest, Others) {
  unlock("A");
  lock("A"), E.sysExit(1), E.freeRange(1, map("A"), 16, 1), nested("B", "N");
  std::string All;
  for (const Report &R : Reports)
    All += R.text();
  expectParts(All, {"WARNING: bad unlock balance detected!\n",
                    "task/1 is trying to release lock (A) at:\n",
                    "but there are no more locks to release!\n",
                    "WARNING: lock held when returning to user space!\n",
                    "task/1 is leaving the kernel with locks still held!\n",
                    "WARNING: held lock freed!\n", "task/1 is freeing memory ",
                    ", with a lock still held there!\n",
                    "WARNING: Nested lock was not taken\n",
                    "but this task is not holding:\nN\n"});
}

TEST_F(ReportTest, EveryKindHasANameOfItsOwn) {
  std::map<std::string_view, int> Names;
  for (int K = 0; K <= static_cast<int>(ReportKind::BadIrqState); ++K)
    ++Names[kindName(static_cast<ReportKind>(K))];
  EXPECT_EQ(Names.size(), static_cast<size_t>(ReportKind::BadIrqState) + 1);
}

// --- unwinding and reset ---

struct UnwindTest : Fixture {
  void unwind(TaskId T, Stack &Where) override { Where = {Ip, 0xcafe, T}; }
};

TEST_F(UnwindTest, TheSinkGivesStacks) {
  order("A", "B"), order("B", "A", 2);
  ASSERT_TRUE(only(ReportKind::Circular));
  EXPECT_EQ(Reports[0].Chain[0].ToWhere, (Stack{0x102, 0xcafe, 1}));
  EXPECT_EQ(Reports[0].Backtrace, (Stack{0x106, 0xcafe, 2}));
  EXPECT_EQ(Reports[0].Other.Where, Stack{0x105}) << "only its caller is kept";
}

struct FullStacksTest : Fixture {
  FullStacksTest() : Fixture(Options{.StackPerAcquire = true}) {}
  void unwind(TaskId T, Stack &Where) override { Where = {Ip, 0xcafe, T}; }
};

TEST_F(FullStacksTest, HeldLocksHaveWholeStacks) {
  order("A", "B"), order("B", "A", 2);
  ASSERT_TRUE(only(ReportKind::Circular));
  EXPECT_EQ(Reports[0].Other.Where, (Stack{0x105, 0xcafe, 2}));
  EXPECT_EQ(Reports[0].Chain[0].FromWhere, (Stack{0x101, 0xcafe, 1}));
}

TEST_F(ReportTest, ResetForgetsEverything) {
  order("A", "B"), order("B", "A"), lock("A"), hardirq();
  ASSERT_EQ(E.reportCount(), 1u);
  E.reset();
  Known.clear();
  EXPECT_EQ(E.reportCount(), 0u);
  EXPECT_EQ(E.graph().classCount(), 0u);
  EXPECT_EQ(E.graph().edgeCount(), 0u);
  EXPECT_EQ(E.depth(1), 0u);
  EXPECT_FALSE(E.irqState(1).InHardirq);
  EXPECT_FALSE(E.knowsMap(0x1000));
  EXPECT_TRUE(order("B", "A"));
  EXPECT_FALSE(order("A", "B")) << "and finds it again";
  EXPECT_EQ(Reports.size(), 2u);
}

TEST_F(ReportTest, ForgetTasksKeepsTheOrder) {
  order("A", "B"), lock("A");
  E.forgetTasks();
  EXPECT_EQ(E.depth(1), 0u);
  EXPECT_FALSE(order("B", "A"));
}

TEST_F(ReportTest, TheCacheIsUsed) {
  for (int I = 0; I < 10; ++I)
    order("A", "B");
  EXPECT_EQ(E.cacheMisses(), 2u);
  EXPECT_EQ(E.cacheHits(), 18u);
}

} // namespace
