// SPDX-License-Identifier: GPL-2.0-or-later
#include "Programs.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace programs;

namespace {

Exploration exhaust(const Program &P, Exhaustive::Options EO, ExploreOptions O = {}) {
  Scheduler S;
  Exhaustive E(EO);
  return explore(S, E, P, O);
}

TEST(Explore, FindsTheLostIncrementWithOnePreemption) {
  const Program P = racyCounter(2);
  EXPECT_FALSE(exhaust(P, {.Bound = 0}).First);
  const Exploration E = exhaust(P, {.Bound = 1});
  ASSERT_TRUE(E.First);
  EXPECT_EQ(E.First->What, "an increment was lost");
  EXPECT_EQ(E.First->Preemptions, 1u);
}

TEST(Explore, CountsFinalStates) {
  const Exploration E =
      exhaust(racyCounter(3), {.Bound = Exhaustive::Unbounded}, {.StopOnFailure = false});
  EXPECT_EQ(E.States, 3u);
  EXPECT_TRUE(E.Complete);
  EXPECT_GT(E.Failures, 0u);
  EXPECT_EQ(E.Deadlocks, 0u);
}

TEST(Explore, FindsDeadlocks) {
  const Exploration E = exhaust(abba(), {});
  ASSERT_TRUE(E.First);
  EXPECT_EQ(E.First->Kind, Outcome::Deadlock);
  EXPECT_EQ(E.First->What, "deadlock: philosopher0, philosopher1");
  EXPECT_EQ(E.First->Preemptions, 1u);
}

/// One preemption is enough for any number: the first takes a fork, then the last
/// one does and finds its other fork taken, then the one before it, ...
TEST(Explore, PhilosophersStarveAfterOnePreemption) {
  for (unsigned N : {2u, 3u, 4u, 5u}) {
    EXPECT_FALSE(exhaust(philosophers(N, false), {.Bound = 0}).First) << N;
    EXPECT_TRUE(exhaust(philosophers(N, false), {.Bound = 1}).First) << N;
  }
  const Exploration E = exhaust(philosophers(3, true), {.Bound = Exhaustive::Unbounded});
  EXPECT_FALSE(E.First);
  EXPECT_TRUE(E.Complete);
}

TEST(Explore, FindsTheLostWakeup) {
  EXPECT_FALSE(exhaust(lostWakeup(), {.Bound = 0}).First);
  const Exploration E = exhaust(lostWakeup(), {.Bound = 1});
  ASSERT_TRUE(E.First);
  EXPECT_EQ(E.First->What, "deadlock: waiter");
}

TEST(Explore, ABoundOfTwoFindsWhatOneCannot) {
  const Exploration One = exhaust(twoPreemptions(), {.Bound = 1});
  EXPECT_FALSE(One.First);
  EXPECT_TRUE(One.Complete);
  const Exploration Two = exhaust(twoPreemptions(), {.Bound = 2});
  ASSERT_TRUE(Two.First);
  EXPECT_EQ(Two.First->Preemptions, 2u);
}

TEST(Explore, IteratingFindsTheFewestPreemptionsFirst) {
  for (const Program &P : {racyCounter(2, 3), abba(), lostWakeup(), twoPreemptions()}) {
    const Exploration E = exhaust(P, {.Bound = 4, .Iterative = true});
    ASSERT_TRUE(E.First);
    EXPECT_FALSE(exhaust(P, {.Bound = E.First->Preemptions - 1}).First);
  }
}

TEST(Explore, ReplaysAFailureExactly) {
  Scheduler S;
  for (const Program &P : {racyCounter(3), abba(), lostWakeup(), twoPreemptions()}) {
    Random R(7, 1000);
    const Exploration E = explore(S, R, P);
    ASSERT_TRUE(E.First);
    std::string Error;
    const std::optional<Trace> T = Trace::parse(E.First->How.str(), Error);
    ASSERT_TRUE(T) << Error;
    EXPECT_EQ(replay(S, P, *T).Kind, E.First->Kind);
    EXPECT_EQ(S.describe(), E.First->Steps);
  }
}

TEST(Explore, AReplayThatDivergesSaysWhere) {
  Scheduler S;
  std::string Error;
  const auto Of = [&](const char *Text) {
    return replay(S, philosophers(2, true), *Trace::parse(Text, Error)).Why;
  };
  EXPECT_EQ(Of("a2 b2"), "the replay diverged at step 4: the trace wants b, which is "
                         "blocked; can run: a");
}

TEST(Explore, DivergenceIsNoticedInEveryWay) {
  Scheduler S;
  std::string Error;
  const Program P = racyCounter(2);
  const auto Of = [&](const std::string &Text) {
    return replay(S, P, *Trace::parse(Text, Error));
  };
  EXPECT_EQ(Of("a* b*").Kind, Outcome::Done);
  EXPECT_EQ(Of("a3 b3").Kind, Outcome::Done);
  EXPECT_EQ(Of("a4 b3").Why,
            "the replay diverged at step 4: the trace wants a, which has "
            "finished; can run: b");
  EXPECT_EQ(Of("a3 c1").Why,
            "the replay diverged at step 4: the trace wants c, which does "
            "not exist; can run: b");
  EXPECT_EQ(Of("a3").Why,
            "the replay diverged at step 4: the trace is at its end and the "
            "program is not; can run: b");
  EXPECT_EQ(Of("a3 b4").Why,
            "the replay diverged: the program ended before the trace did");
  EXPECT_EQ(
      Of("a3 b3 #00000000").Why,
      "the replay diverged: the tasks took turns as recorded, but did other things");
}

TEST(Explore, NoticesAProgramThatIsNotDeterministic) {
  int Times = 0;
  Program P;
  P.Setup = [&](Scheduler &S) {
    ++Times;
    for (int T = 0; T < 2; ++T)
      S.spawn("t", [&] {
        for (int I = 0; I < 3 + (Times > 1); ++I)
          S.point({OpKind::Write, Times % 3 == 2 ? nullptr : &Times});
      });
  };
  const Exploration E = exhaust(P, {.Bound = Exhaustive::Unbounded});
  ASSERT_TRUE(E.First);
  EXPECT_EQ(E.First->Kind, Outcome::Diverged);
  EXPECT_NE(E.First->What.find("not deterministic"), std::string::npos);
}

TEST(Explore, TwoExplorationsAreTheSame) {
  const auto Log = [] {
    Scheduler S;
    std::string Text;
    Exhaustive E({.Bound = 2});
    const Program P = philosophers(3, false);
    for (uint64_t N = 0; E.more(); ++N) {
      // What the heap does must not matter.
      const std::vector<char> Shift(N * 37);
      E.begin(N);
      S.reset();
      P.Setup(S);
      S.run(E);
      Text += Trace::of(S.steps()).str() + "\n";
    }
    return Text;
  };
  EXPECT_EQ(Log(), Log());
}

TEST(Explore, ShrinksToTheFewestPreemptions) {
  Scheduler S;
  unsigned Shrunk = 0;
  for (uint64_t Seed = 0; Seed < 20; ++Seed)
    for (const Program &P : {racyCounter(3, 4), twoPreemptions(), lostWakeup()}) {
      Random R(Seed, 5000);
      const Exploration E = explore(S, R, P);
      ASSERT_TRUE(E.First);
      const Failure F = shrink(S, P, *E.First);
      EXPECT_EQ(F.What, E.First->What);
      EXPECT_LE(F.Preemptions, P.State ? 1u : 2u) << F.How.str();
      EXPECT_EQ(replay(S, P, F.How).Preemptions, F.Preemptions);
      Shrunk += F.Preemptions < E.First->Preemptions;
    }
  EXPECT_GT(Shrunk, 20u);
}

/// The paper's bound is per execution: 1 / (n k^(d-1)).
TEST(Pct, FindsABugOfDepthDAsOftenAsPromised) {
  struct Case {
    Program P;
    unsigned Depth;
    double Tasks;
  };
  const Case Cases[] = {{racyCounter(2), 2, 2},
                        {ordering(4), 2, 2},
                        {abba(), 2, 2},
                        {lostWakeup(), 2, 2},
                        {twoPreemptions(), 4, 3}};
  Scheduler S;
  for (const Case &C : Cases) {
    const uint64_t Executions = C.Depth > 2 ? 50'000 : 5'000;
    Replay Once(Trace(), Replay::Lenient);
    Once.begin(0);
    S.reset();
    C.P.Setup(S);
    const uint32_t Steps = S.run(Once).Steps;
    Pct Strategy(C.Depth, 99, Steps, Executions);
    const Exploration E = explore(S, Strategy, C.P, {.StopOnFailure = false});
    EXPECT_EQ(E.Executions, Executions);
    double Promised = 1 / C.Tasks;
    for (unsigned D = 1; D < C.Depth; ++D)
      Promised /= Steps;
    // The promise is tight for some; four standard deviations are allowed.
    const double Expected = Promised * static_cast<double>(Executions);
    EXPECT_GE(static_cast<double>(E.Failures), Expected - 4 * std::sqrt(Expected));
  }
}

TEST(Pct, DepthOneMakesNoPreemption) {
  Scheduler S;
  Pct Strategy(1, 5, 10, 500);
  EXPECT_FALSE(explore(S, Strategy, racyCounter(3, 2)).First);
}

TEST(Random, DependsOnSeedAndNumberOnly) {
  const auto TraceOf = [](uint64_t Seed, uint64_t First, uint64_t Wanted) {
    Scheduler S;
    Random R(Seed, 100);
    for (uint64_t N = First; N <= Wanted; ++N) {
      R.begin(N);
      S.reset();
      racyCounter(3, 3).Setup(S);
      S.run(R);
    }
    return Trace::of(S.steps()).str();
  };
  EXPECT_EQ(TraceOf(1, 0, 9), TraceOf(1, 9, 9));
  EXPECT_NE(TraceOf(1, 9, 9), TraceOf(2, 9, 9));
  EXPECT_NE(TraceOf(1, 8, 8), TraceOf(1, 9, 9));
}

/// What a user reads of what a daemon writes and goes on writing.
Program daemonWrites() {
  const std::shared_ptr<Variable> V = std::make_shared<Variable>();
  const std::shared_ptr<uint64_t> Seen = std::make_shared<uint64_t>();
  Program P;
  P.Setup = [=](Scheduler &S) {
    V->Value = 0;
    S.setDaemon(S.spawn("daemon", [=, &S] {
      for (int I = 1; I <= 3; ++I)
        V->store(S, I);
      S.block(V.get());
    }));
    S.spawn("user", [=, &S] {
      const int First = V->load(S);
      *Seen = static_cast<uint64_t>(First * 10 + V->load(S));
      S.pointUntil(
          {OpKind::Wait, Seen.get(), true}, [](void *) { return false; }, nullptr);
    });
  };
  P.State = [=](Scheduler &) { return *Seen; };
  return P;
}

TEST(Explore, ReductionMissesNothingOfADaemon) {
  for (unsigned Bound : {0u, 1u, 2u, 3u, Exhaustive::Unbounded}) {
    Scheduler S;
    Exhaustive Reduced({.Bound = Bound}), Naive({.Bound = Bound, .Reduce = false});
    const Exploration Few = explore(S, Reduced, daemonWrites());
    const Exploration All = explore(S, Naive, daemonWrites());
    EXPECT_EQ(Few.States, All.States) << "bound " << Bound;
    EXPECT_EQ(Few.Failures, 0u);
    EXPECT_LE(Few.Executions, All.Executions);
    if (Bound == Exhaustive::Unbounded)
      EXPECT_EQ(All.States, 10u); // pairs of 0..3, ascending
  }
}

} // namespace
