// SPDX-License-Identifier: GPL-2.0-or-later
//
// The reduced search must reach what the naive enumeration reaches within the
// same preemption bound, no more and no less.
#include "Toy.h"
#include "sched/Explore.h"
#include <gtest/gtest.h>
#include <set>

using namespace holdfast;

namespace {

// AddressSanitizer maps a second stack for each task of each program.
#if __has_feature(address_sanitizer)
constexpr unsigned Fewer = 10;
#else
constexpr unsigned Fewer = 1;
#endif

struct Sums {
  uint64_t Schedules = 0, Executions = 0, Pruned = 0, Compared = 0;
};

void compare(const toy::Source &S, unsigned Bound, Sums &Sum) {
  uint64_t Schedules = 0;
  const toy::States Wanted = toy::oracle(S, Bound, Schedules);
  if (Schedules > 4000)
    return;
  const toy::Explored Got = toy::explore(S, {.Bound = Bound});
  ASSERT_EQ(Got.Error, "") << S.str();
  ASSERT_EQ(Got.Ends, Wanted) << "bound " << Bound << "\n" << S.str();
  ASSERT_LE(Got.Executions, Schedules) << S.str();
  Sum.Schedules += Schedules;
  Sum.Executions += Got.Executions;
  Sum.Pruned += Got.Pruned;
  ++Sum.Compared;
}

void compareRandom(uint64_t Seed, unsigned Programs, unsigned Tasks, unsigned Length) {
  Rng R(Seed);
  Sums ByBound[5];
  for (unsigned I = 0; I < Programs; ++I) {
    const toy::Source S = toy::random(R, Tasks, Length);
    for (unsigned B = 0; B < 5; ++B) {
      compare(S, B < 4 ? B : Exhaustive::Unbounded, ByBound[B]);
      if (testing::Test::HasFatalFailure())
        return;
    }
  }
  for (unsigned B = 0; B < 5; ++B) {
    const Sums &S = ByBound[B];
    const std::string Name = "bound" + (B < 4 ? std::to_string(B) : "less");
    testing::Test::RecordProperty(Name + "_schedules", std::to_string(S.Schedules));
    testing::Test::RecordProperty(Name + "_executions", std::to_string(S.Executions));
    testing::Test::RecordProperty(Name + "_pruned", std::to_string(S.Pruned));
    EXPECT_GT(S.Compared, Programs / 25);
  }
}

TEST(Reduction, TwoTasksReachWhatTheOracleReaches) {
  compareRandom(1, 2000 / Fewer, 2, 5);
}
TEST(Reduction, ThreeTasksReachWhatTheOracleReaches) {
  compareRandom(2, 700 / Fewer, 3, 3);
}
TEST(Reduction, FourTasksReachWhatTheOracleReaches) {
  compareRandom(3, 150 / Fewer, 4, 2);
}

TEST(Reduction, OffItMakesEverySchedule) {
  Rng R(4);
  for (unsigned I = 0; I < 300 / Fewer; ++I) {
    const toy::Source S = toy::random(R, 2 + I % 2, 3);
    for (unsigned Bound : {0u, 1u, 2u, Exhaustive::Unbounded}) {
      uint64_t Schedules = 0;
      const toy::States Wanted = toy::oracle(S, Bound, Schedules);
      if (Schedules > 3000)
        continue;
      const toy::Explored Got = toy::explore(S, {.Bound = Bound, .Reduce = false});
      ASSERT_EQ(Got.Ends, Wanted) << S.str();
      ASSERT_EQ(Got.Executions, Schedules) << S.str();
    }
  }
}

/// Polling and spawning, which the oracle does not know: against the search that
/// reduces nothing. The step limit cuts livelocks short.
TEST(Reduction, PollingAndSpawningLoseNothing) {
  Rng R(5);
  unsigned Compared = 0;
  for (unsigned I = 0; I < 400 / Fewer; ++I) {
    const toy::Source S = toy::random(R, 2, 2, true);
    for (unsigned Bound : {0u, 1u, 2u, Exhaustive::Unbounded}) {
      const toy::Explored Reduced = toy::explore(S, {.Bound = Bound}, 30);
      ASSERT_EQ(Reduced.Error, "") << S.str();
      if (Reduced.Executions > 50)
        continue;
      const toy::Explored All = toy::explore(S, {.Bound = Bound, .Reduce = false}, 30);
      ASSERT_EQ(Reduced.Ends, All.Ends) << "bound " << Bound << "\n" << S.str();
      ++Compared;
    }
  }
  EXPECT_GT(Compared, 500 / Fewer);
}

/// Tasks that write numbers, set flags and wait for them with a timeout.
struct Patience {
  enum Kind { Write, Set, Wait };
  std::vector<std::vector<std::pair<Kind, int>>> Tasks;

  static Patience random(Rng &R) {
    Patience P;
    for (unsigned T = 0; T < 3; ++T) {
      P.Tasks.emplace_back();
      for (uint64_t N = 1 + R.below(3); N > 0; --N)
        P.Tasks.back().push_back(
            {static_cast<Kind>(R.below(3)), static_cast<int>(R.below(2))});
    }
    return P;
  }

  /// How all executions end: the numbers, and which timeouts passed.
  std::set<std::vector<int>> ends(bool Reduce, unsigned Bound) const {
    std::set<std::vector<int>> Ends;
    std::vector<int> State;
    Program P;
    P.Setup = [&](Scheduler &S) {
      State.assign(4 + Tasks.size(), 0); // two numbers, two flags, each task's waits
      for (size_t T = 0; T < Tasks.size(); ++T)
        S.spawn("task", [&, T] { run(S, State, static_cast<int>(T)); });
    };
    P.Check = [&](Scheduler &) { return Ends.insert(State), ""; };
    Exhaustive How({.Bound = Bound, .Reduce = Reduce});
    Scheduler S;
    const Exploration E = explore(S, How, P);
    EXPECT_TRUE(E.Complete && !E.First);
    return Ends;
  }

private:
  void run(Scheduler &S, std::vector<int> &State, int T) const {
    const auto IsSet = [](void *Flag) { return *static_cast<int *>(Flag) != 0; };
    for (const auto &[What, Which] : Tasks[static_cast<size_t>(T)]) {
      int &Flag = State[2 + static_cast<size_t>(Which)];
      int &Number = State[static_cast<size_t>(Which)];
      int &Waits = State[4 + static_cast<size_t>(T)];
      if (What == Wait) {
        Waits = Waits * 3 + (S.pointUntil({OpKind::Wait, &Flag}, IsSet, &Flag) ? 1 : 2);
        continue;
      }
      S.point({OpKind::Write, What == Set ? &Flag : &Number});
      if (What == Set)
        Flag = 1;
      else
        Number = Number * 4 + T + 1;
    }
  }
};

TEST(Reduction, TimeoutsLoseNothing) {
  Rng R(7);
  for (unsigned I = 0; I < 150 / Fewer; ++I) {
    const Patience P = Patience::random(R);
    for (unsigned Bound : {0u, 1u, 2u, Exhaustive::Unbounded})
      ASSERT_EQ(P.ends(true, Bound), P.ends(false, Bound))
          << "program " << I << ", bound " << Bound;
  }
}

} // namespace
