// SPDX-License-Identifier: GPL-2.0-or-later
//
// The reduced search must reach what the naive enumeration reaches within the
// same preemption bound, no more and no less.
#include "Toy.h"
#include <gtest/gtest.h>

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

} // namespace
