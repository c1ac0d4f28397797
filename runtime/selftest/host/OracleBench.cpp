// SPDX-License-Identifier: GPL-2.0-or-later
// Both engines on the same events with a warm chain cache: stacks of H locks out
// of C classes, taken and released in one task, each stack seen before. The
// kernel's side saves and restores a variable instead of the interrupt flag, so it
// is a little cheaper here than in a kernel.
#include "host/OracleBench.h"
#include "host/OracleRun.h"
#include "kernel/abi.h"

#include "lockdep/Engine.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace holdfast::selftest {

namespace {

constexpr unsigned Rounds = 60;

Address mapAt(unsigned M) { return 0x100000 + M * 64; }

/// Stacks of \p Held neighbours, beginning at each class in turn.
template <typename Acquire, typename Release>
void pass(unsigned Classes, unsigned Held, Acquire Take, Release Drop) {
  for (unsigned First = 0; First + Held <= Classes; First += std::max(1u, Held / 2)) {
    for (unsigned I = 0; I < Held; ++I)
      Take(First + I);
    for (unsigned I = Held; I-- > 0;)
      Drop(First + I);
  }
}

/// Of the processor, not of the wall: others may be using the machine.
double cpuNanoseconds() {
  timespec Now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &Now);
  return static_cast<double>(Now.tv_sec) * 1e9 + static_cast<double>(Now.tv_nsec);
}

/// Nanoseconds for one acquire and its release, the best of a few rounds in turn.
struct Costs {
  double Kernel = 1e18, Ours = 1e18;
};

template <typename Function> void measure(double &Best, unsigned Count, Function Pass) {
  double Start = cpuNanoseconds();
  for (unsigned I = 0; I < Count; ++I)
    Pass();
  Best = std::min(Best, (cpuNanoseconds() - Start) / Count);
}

Costs cost(unsigned Classes, unsigned Held, unsigned FirstKey) {
  hfo_begin(FirstKey);
  Collector Reports;
  Engine G({}, Reports);
  for (unsigned I = 0; I < Classes; ++I) {
    hfo_init_map(I, I, "bench", 0, 4, 0, 0);
    G.initMap(mapAt(I), "bench", mapAt(I), 0, WaitType::Sleep);
  }
  auto Kernel = [&] {
    pass(
        Classes, Held, [](unsigned M) { hfo_acquire(M, 0, 0, 0, 1, -1, 0x1000); },
        [](unsigned M) { hfo_release(M, 0x1001); });
  };
  auto Ours = [&] {
    pass(
        Classes, Held,
        [&](unsigned M) {
          G.acquire(0, mapAt(M), 0, false, ReadMode::Write, true, 0, 0x1000);
        },
        [&](unsigned M) { G.release(0, mapAt(M), 0x1001); });
  };
  unsigned Pairs = 0;
  for (unsigned First = 0; First + Held <= Classes; First += std::max(1u, Held / 2))
    Pairs += Held;
  Kernel(), Ours(); // warms the caches
  Costs C;
  unsigned Repeats = std::max(1u, 60000 / Pairs);
  for (unsigned R = 0; R < Rounds; ++R) {
    measure(C.Kernel, Repeats, Kernel);
    measure(C.Ours, Repeats, Ours);
  }
  if (!Reports.Reports.empty() || !hfo_alive())
    std::printf("the bench itself broke a rule\n");
  return {C.Kernel / Pairs, C.Ours / Pairs};
}

/// One small simulated run, and a reset after it.
double resetCost() {
  Collector Reports;
  Engine G({}, Reports);
  double Total = 0;
  constexpr unsigned Runs = 2000;
  for (unsigned R = 0; R < Runs; ++R) {
    for (unsigned I = 0; I < 40; ++I)
      G.initMap(mapAt(I), "bench", mapAt(I), 0, WaitType::Sleep);
    pass(
        40, 5,
        [&](unsigned M) {
          G.acquire(M % 4, mapAt(M), 0, false, ReadMode::Write, true, 0, 0x1000);
        },
        [&](unsigned M) { G.release(M % 4, mapAt(M), 0x1001); });
    double Start = cpuNanoseconds();
    G.reset();
    Total += (cpuNanoseconds() - Start) / 1000;
  }
  return Total / Runs;
}

} // namespace

int bench() {
  constexpr unsigned Sizes[][2] = {{8, 1},   {8, 2},   {8, 4},   {8, 8},
                                   {64, 1},  {64, 4},  {64, 16}, {64, 32},
                                   {512, 1}, {512, 4}, {512, 16}};
  std::printf("one acquire and its release, warm chain cache, ns of processor time\n");
  std::printf("classes  held  lockdep.c  engine  ratio\n");
  unsigned FirstKey = 0;
  double Worst = 1e9;
  for (const unsigned (&Size)[2] : Sizes) {
    Costs C = cost(Size[0], Size[1], FirstKey);
    FirstKey += Size[0];
    double Ratio = C.Kernel / C.Ours;
    Worst = std::min(Worst, Ratio);
    std::printf("%7u %5u %10.1f %7.1f %6.2f\n", Size[0], Size[1], C.Kernel, C.Ours,
                Ratio);
  }
  std::printf("the engine is at least %.2f times as fast as lockdep.c\n", Worst);
  std::printf("reset after a run with 40 classes: %.2f us\n", resetCost());
  return 0;
}

} // namespace holdfast::selftest
