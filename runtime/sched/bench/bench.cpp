// SPDX-License-Identifier: GPL-2.0-or-later
//
// Prints what an execution, a step and a switch cost here.
#include "sched/Explore.h"
#include <chrono>
#include <cstdio>

using namespace holdfast;

namespace {

struct Lock {
  bool Held = false;
};

/// Tasks that take two locks of four and count, Rounds times.
Program program(Lock (&Locks)[4], unsigned Tasks, unsigned Rounds, int &Counter) {
  Program P;
  P.Setup = [&Locks, &Counter, Tasks, Rounds](Scheduler &S) {
    for (Lock &L : Locks)
      L.Held = false;
    Counter = 0;
    for (unsigned T = 0; T < Tasks; ++T)
      S.spawn("task", [&Locks, &Counter, &S, T, Rounds] {
        for (unsigned R = 0; R < Rounds; ++R) {
          Lock &A = Locks[T % 3], &B = Locks[3];
          S.pointWhen({OpKind::Acquire, &A}, [&] { return !A.Held; });
          A.Held = true;
          S.pointWhen({OpKind::Acquire, &B}, [&] { return !B.Held; });
          B.Held = true;
          S.point({OpKind::Write, &Counter});
          ++Counter;
          S.point({OpKind::Release, &B});
          B.Held = false;
          S.point({OpKind::Release, &A});
          A.Held = false;
        }
      });
  };
  return P;
}

void measure(const char *What, Strategy &S, unsigned Tasks, unsigned Rounds) {
  Scheduler Sched;
  Lock Locks[4];
  int Counter = 0;
  const Program P = program(Locks, Tasks, Rounds, Counter);
  const auto Start = std::chrono::steady_clock::now();
  const Exploration E = explore(Sched, S, P, {.MaxExecutions = 200'000});
  const std::chrono::duration<double> Took = std::chrono::steady_clock::now() - Start;
  const double All = static_cast<double>(E.Executions + E.Pruned);
  std::printf("%-26s %8.0f executions %9.0f/s  %6.2f us each  %5.0f ns a step%s\n", What,
              All, All / Took.count(), Took.count() / All * 1e6,
              Took.count() / static_cast<double>(E.Points) * 1e9,
              E.Complete ? "  (all)" : "");
}

struct PingPong {
  Fiber Main, Other;
};

void measureSwitch() {
  constexpr unsigned Count = 5'000'000;
  FiberStack Memory(64 * 1024);
  PingPong P;
  P.Other.start(
      Memory,
      [](void *Argument) -> Fiber * {
        PingPong &P = *static_cast<PingPong *>(Argument);
        for (;;)
          Fiber::switchTo(P.Other, P.Main);
      },
      &P);
  const auto Start = std::chrono::steady_clock::now();
  for (unsigned I = 0; I < Count; ++I)
    Fiber::switchTo(P.Main, P.Other);
  const std::chrono::duration<double> Took = std::chrono::steady_clock::now() - Start;
  std::printf("%-26s %.1f ns\n", "fiber switch", Took.count() / (2.0 * Count) * 1e9);
}

} // namespace

int main() {
  std::printf(
      "scheduler: 4 tasks, 6 steps each (3 tasks, 16 steps where it says long)\n");
  measureSwitch();
  Random R(1, 100'000);
  measure("random", R, 4, 1);
  Pct P(3, 1, 24, 100'000);
  measure("pct, depth 3", P, 4, 1);
  for (unsigned Bound : {1u, 2u}) {
    const std::string Name = "bound " + std::to_string(Bound);
    Exhaustive All({.Bound = Bound, .Reduce = false});
    measure((Name + ", every schedule").c_str(), All, 4, 1);
    Exhaustive Reduced({.Bound = Bound});
    measure((Name + ", reduced").c_str(), Reduced, 4, 1);
  }
  Exhaustive Unbounded({.Bound = Exhaustive::Unbounded});
  measure("no bound, reduced", Unbounded, 4, 1);
  Exhaustive LongAll({.Bound = 2, .Reduce = false});
  measure("long, bound 2, every", LongAll, 3, 3);
  Exhaustive Long({.Bound = 2});
  measure("long, bound 2, reduced", Long, 3, 3);
}
