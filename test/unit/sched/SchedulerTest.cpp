// SPDX-License-Identifier: GPL-2.0-or-later
#include "Programs.h"
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace programs;

namespace {

Result runOnce(Scheduler &S, Strategy &Chooser) {
  Chooser.begin(0);
  return S.run(Chooser);
}
Result runUnpreempted(Scheduler &S) {
  Replay R(Trace(), Replay::Lenient);
  return runOnce(S, R);
}

TEST(Scheduler, RunsWhatIsSpawned) {
  Scheduler S;
  std::string Log;
  S.spawn("a", [&] {
    Log += 'a';
    S.spawn("c", [&] { Log += 'c'; });
    S.point({});
    Log += 'A';
  });
  S.spawn("b", [&] { Log += 'b'; });
  const Result R = runUnpreempted(S);
  EXPECT_EQ(R.Kind, Outcome::Done);
  EXPECT_EQ(Log, "aAbc");
  EXPECT_EQ(R.Steps, 4u);
  EXPECT_EQ(R.Preemptions, 0u);
  EXPECT_EQ(S.current(), NoTask);
}

TEST(Scheduler, WithoutTasksIsDone) {
  Scheduler S;
  EXPECT_EQ(runUnpreempted(S).Kind, Outcome::Done);
}

TEST(Scheduler, DoesNotWaitForDaemons) {
  Scheduler S;
  int Queue = 0;
  bool Woken = false;
  S.setDaemon(S.spawn("daemon", [&] {
    S.block(&Queue);
    Woken = true;
    S.block(&Queue);
  }));
  S.spawn("user", [&] {
    S.yield();
    S.wake(&Queue);
    S.yield();
  });
  const Result R = runUnpreempted(S);
  EXPECT_EQ(R.Kind, Outcome::Done);
  EXPECT_TRUE(Woken);
  EXPECT_FALSE(S.finished(0));
}

TEST(Scheduler, ADaemonIsNamedWhereAnotherTaskIsBlocked) {
  Scheduler S;
  int Queue = 0;
  S.setDaemon(S.spawn("daemon", [&] { S.block(&Queue); }));
  S.spawn("user", [&] { S.block(&Queue); });
  const Result R = runUnpreempted(S);
  EXPECT_EQ(R.Kind, Outcome::Deadlock);
  EXPECT_EQ(R.Blocked, (std::vector<TaskId>{0, 1}));
}

TEST(Scheduler, BlocksAndWakesInOrder) {
  Scheduler S;
  std::string Log;
  int Queue = 0;
  for (char C : {'a', 'b', 'c'})
    S.spawn(std::string(1, C), [&, C] {
      S.block(&Queue);
      Log += C;
    });
  S.spawn("waker", [&] {
    EXPECT_EQ(S.waitsFor(0), &Queue);
    EXPECT_TRUE(S.wakeTask(2, &Queue));
    EXPECT_FALSE(S.wakeTask(2, &Queue));
    S.yield();
    EXPECT_EQ(S.wake(&Queue, 1), 1u);
    S.yield();
    EXPECT_EQ(S.wake(&Queue), 1u);
    EXPECT_EQ(S.wake(&Queue), 0u);
  });
  EXPECT_EQ(runUnpreempted(S).Kind, Outcome::Done);
  EXPECT_EQ(Log, "cab");
}

TEST(Scheduler, NamesTheDeadlocked) {
  Scheduler S;
  int Never = 0, Other = 0;
  S.spawn("stuck", [&] { S.block(&Never); });
  S.spawn("fine", [] {});
  S.spawn("waits", [&] { S.pointWhen({OpKind::Acquire, &Other}, [] { return false; }); });
  const Result R = runUnpreempted(S);
  EXPECT_EQ(R.Kind, Outcome::Deadlock);
  EXPECT_EQ(R.Blocked, (std::vector<TaskId>{0, 2}));
  EXPECT_EQ(S.waitsFor(0), &Never);
  EXPECT_EQ(S.waitsFor(1), nullptr);
  EXPECT_EQ(S.waitsFor(2), &Other);
  EXPECT_TRUE(S.finished(1));
}

TEST(Scheduler, StopsAtTheStepLimit) {
  Scheduler S({.StepLimit = 100});
  S.spawn("loops", [&] {
    for (;;)
      S.point({});
  });
  const Result R = runUnpreempted(S);
  EXPECT_EQ(R.Kind, Outcome::StepLimit);
  EXPECT_EQ(R.Steps, 100u);
}

TEST(Scheduler, StopsWhenTold) {
  Scheduler S;
  bool After = false;
  S.spawn("a", [&] {
    S.stop("enough");
    After = true;
  });
  S.spawn("b", [&] { After = true; });
  const Result R = runUnpreempted(S);
  EXPECT_EQ(R.Kind, Outcome::Stopped);
  EXPECT_EQ(R.Why, "enough");
  EXPECT_FALSE(After);
}

TEST(Scheduler, ATaskCanExitEarly) {
  Scheduler S;
  bool After = false;
  S.spawn("a", [&] {
    S.exit();
    After = true;
  });
  EXPECT_EQ(runUnpreempted(S).Kind, Outcome::Done);
  EXPECT_FALSE(After);
}

TEST(Scheduler, PollersLetOthersWrite) {
  Scheduler S;
  Variable V;
  unsigned Polls = 0;
  for (int I = 0; I < 2; ++I)
    S.spawn("poller", [&] {
      for (; V.load(S) == 0; ++Polls)
        S.yield();
    });
  S.spawn("writer", [&] {
    for (int I = 0; I < 10; ++I)
      S.point({});
    V.store(S, 1);
  });
  EXPECT_EQ(runUnpreempted(S).Kind, Outcome::Done);
  EXPECT_EQ(Polls, 2u);
}

TEST(Scheduler, CallsTheHookAtEachChangeOfTask) {
  std::string Log;
  Scheduler *Self = nullptr;
  Scheduler::Options O;
  O.OnSwitch = [&](TaskId From, TaskId To) {
    Log +=
        (From == NoTask ? "-" : letter(From)) + (To == NoTask ? "-" : letter(To)) + " ";
    if (To != NoTask)
      Log += static_cast<const char *>(Self->local(To)) + std::string(" ");
  };
  Scheduler S(O);
  Self = &S;
  char A[] = "alpha", B[] = "beta";
  S.spawn("a", [&] { S.point({}); }, A);
  S.spawn("b", [] {}, B);
  std::string Error;
  Replay P(*Trace::parse("a1 b1 a1", Error));
  EXPECT_EQ(runOnce(S, P).Kind, Outcome::Done);
  EXPECT_EQ(Log, "-a alpha ab beta ba alpha a- ");
}

TEST(Scheduler, DescribesSteps) {
  Scheduler S;
  const Program P = abba();
  P.Setup(S);
  std::string Error;
  Replay R(*Trace::parse("a2 b2", Error));
  EXPECT_EQ(runOnce(S, R).Kind, Outcome::Deadlock);
  EXPECT_EQ(S.describe(), "   1   a philosopher0  start\n"
                          "   2   a philosopher0  acquire fork0\n"
                          "   3 ! b philosopher1  start\n"
                          "   4   b philosopher1  acquire fork1\n");
}

TEST(Scheduler, DescribesWhatTasksNoted) {
  Scheduler S;
  int X = 0;
  S.spawn("a", [&] {
    S.nameObject(&X, "x");
    S.note("holding x");
    S.point({OpKind::Write, &X});
    S.point({OpKind::End, nullptr}); // a note is of one step only
  });
  Random R(0, 1);
  EXPECT_EQ(runOnce(S, R).Kind, Outcome::Done);
  EXPECT_EQ(S.describe(), "   1   a a  start\n"
                          "   2   a a  write x  holding x\n"
                          "   3   a a  end\n");
  S.reset();
  S.spawn("b", [] {});
  Random Again(0, 1);
  runOnce(S, Again);
  EXPECT_EQ(S.describe(), "   1   a b  start\n");
}

/// A waiter with a timeout, and somebody who may come or not.
std::string timeoutRun(bool Comes, Strategy &How) {
  Scheduler S;
  bool Set = false, InTime = false;
  auto Ready = [](void *P) { return *static_cast<bool *>(P); };
  S.spawn("waiter", [&] { InTime = S.pointUntil({OpKind::Wait, &Set}, Ready, &Set); });
  S.spawn("other", [&] {
    S.point({OpKind::Write, &Set});
    Set = Comes;
    S.point({OpKind::Write, &Set});
  });
  const Outcome O = runOnce(S, How).Kind;
  return std::string(name(O)) + (InTime ? " in time" : " timeout");
}

TEST(Scheduler, ATimeoutPassesOnlyWhenNobodyElseCanRun) {
  for (uint64_t Seed = 0; Seed < 50; ++Seed) {
    Random R(Seed, 1), Q(Seed, 1);
    EXPECT_EQ(timeoutRun(true, R), "done in time");
    EXPECT_EQ(timeoutRun(false, Q), "done timeout");
  }
}

TEST(Scheduler, WhichTimeoutPassesFirstIsADecision) {
  int X = 0;
  auto Never = [](void *) { return false; };
  for (const char *Wanted : {"abab", "bbaa"}) {
    Scheduler S;
    std::string Order, Error;
    for (const char *Name : {"a", "b"})
      S.spawn(Name, [&, Name] {
        for (int I = 0; I < 2; ++I) {
          EXPECT_FALSE(S.pointUntil({OpKind::Wait, &X}, Never, nullptr));
          Order += Name;
        }
      });
    Replay R(*Trace::parse(
        Wanted == std::string("abab") ? "a1 b1 a1 b1 a1 b1" : "a1 b3 a2", Error));
    EXPECT_EQ(runOnce(S, R).Kind, Outcome::Done);
    EXPECT_EQ(Order, Wanted);
  }
}

/// Kilobytes of the process that are in memory, and mappings it has.
std::pair<long, long> footprint() {
  long Pages = 0, Mappings = 0;
  std::ifstream("/proc/self/statm") >> Pages >> Pages;
  std::ifstream Maps("/proc/self/maps");
  for (std::string Line; std::getline(Maps, Line);)
    ++Mappings;
  return {Pages * (sysconf(_SC_PAGESIZE) / 1024), Mappings};
}

TEST(Scheduler, AHundredThousandTasksLeakNothing) {
  Scheduler S;
  uint64_t Ran = 0;
  const auto Rounds = [&](int N) {
    for (int I = 0; I < N; ++I) {
      S.reset();
      for (int T = 0; T < 20; ++T)
        S.spawn("task", [&] {
          S.point({});
          ++Ran;
          if (Ran % 7 == 0)
            S.block(&Ran); // left behind
        });
      runUnpreempted(S);
    }
  };
  Rounds(500);
  const std::pair<long, long> Before = footprint();
  Rounds(5000);
  const std::pair<long, long> After = footprint();
  EXPECT_EQ(Ran, 110'000u);
  EXPECT_LE(After.second, Before.second + 8);
  EXPECT_LE(After.first, Before.first + 4096);
}

__attribute__((noinline)) int recurse(volatile int *Above, int Depth) {
  volatile int Here[64] = {Depth};
  return Depth == 0 ? *Above : recurse(Here, Depth - 1) + Here[0] + *Above;
}

void overflow() {
  Scheduler S({.StackBytes = 64 * 1024});
  S.spawn("deep", [] {
    volatile int Zero = 0;
    recurse(&Zero, 1 << 20);
  });
  runUnpreempted(S);
}

TEST(SchedulerDeathTest, AStackOverflowHitsTheGuardPage) {
#if __has_feature(address_sanitizer)
  EXPECT_DEATH(overflow(), "stack-overflow");
#else
  EXPECT_EXIT(overflow(), testing::KilledBySignal(SIGSEGV), "");
#endif
}

Scheduler *Overflowing = nullptr;

void sayWho(int, siginfo_t *Info, void *) {
  const TaskId T = Overflowing->overflowed(Info->si_addr);
  _exit(T == 1 ? 42 : 1);
}

TEST(SchedulerDeathTest, AHandlerLearnsWhoseStackOverflowed) {
  const auto Run = [] {
    std::vector<char> Alternate(64 * 1024);
    stack_t Where = {};
    Where.ss_sp = Alternate.data();
    Where.ss_size = Alternate.size();
    sigaltstack(&Where, nullptr);
    struct sigaction Action = {};
    Action.sa_sigaction = sayWho;
    Action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &Action, nullptr);
    Scheduler S({.StackBytes = 64 * 1024});
    Overflowing = &S;
    S.spawn("shallow", [] {});
    S.spawn("deep", [] {
      volatile int Zero = 0;
      recurse(&Zero, 1 << 20);
    });
    runUnpreempted(S);
  };
  EXPECT_EXIT(Run(), testing::ExitedWithCode(42), "");
}

} // namespace
