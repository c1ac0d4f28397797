// SPDX-License-Identifier: GPL-2.0-or-later
#include "sched/Strategy.h"
#include <algorithm>
#include <cassert>

namespace holdfast {

Strategy::~Strategy() = default;

const char *name(Outcome O) {
  switch (O) {
  case Outcome::Done:
    return "done";
  case Outcome::Deadlock:
    return "deadlock";
  case Outcome::StepLimit:
    return "step limit";
  case Outcome::Stopped:
    return "stopped";
  case Outcome::Pruned:
    return "pruned";
  case Outcome::Diverged:
    return "diverged";
  }
  return "?";
}

uint64_t Rng::next() {
  uint64_t Z = State += 0x9e3779b97f4a7c15;
  Z = (Z ^ (Z >> 30)) * 0xbf58476d1ce4e5b9;
  Z = (Z ^ (Z >> 27)) * 0x94d049bb133111eb;
  return Z ^ (Z >> 31);
}

uint64_t Rng::below(uint64_t Limit) {
  assert(Limit > 0);
  // Draw again from the incomplete last stretch, so that each is as likely.
  const uint64_t Incomplete = (0 - Limit) % Limit;
  uint64_t Drawn = next();
  while (Drawn < Incomplete)
    Drawn = next();
  return Drawn % Limit;
}

TaskId unpreempted(const Choice &C) {
  if (C.LastRunnable)
    return C.Last;
  for (TaskId T : C.Enabled)
    if (C.Last != NoTask && T > C.Last)
      return T;
  return C.Enabled.front();
}

// --- Random ------------------------------------------------------------------

/// A seed of its own for each execution, so that one can be done alone.
static Rng sourceOf(uint64_t Seed, uint64_t Execution) {
  return Rng(Rng(Seed).next() ^ (Execution * 0xd1342543de82ef95));
}

void Random::begin(uint64_t N) {
  Execution = N + 1;
  Source = sourceOf(Seed, N);
}

TaskId Random::next(const Choice &C) { return C.Enabled[Source.below(C.Enabled.size())]; }

// --- Pct ---------------------------------------------------------------------

Pct::Pct(unsigned Depth, uint64_t Seed, uint32_t Steps, uint64_t Executions)
    : Depth(std::max(Depth, 1u)), Seed(Seed), Steps(std::max(Steps, 1u)),
      Executions(Executions) {}

void Pct::begin(uint64_t N) {
  Execution = N + 1;
  Source = sourceOf(Seed, N);
  ChangeAt.clear();
  for (unsigned I = 1; I < Depth; ++I)
    ChangeAt.push_back(static_cast<uint32_t>(Source.below(Steps)));
  Order.clear();
  Lowered.assign(Depth - 1, NoTask);
  Seen = 0;
}

TaskId Pct::next(const Choice &C) {
  // A new task takes a random place among those that were never lowered.
  for (; Seen < C.Tasks.size(); ++Seen) {
    const size_t Place = Source.below(Order.size() + 1);
    Order.insert(Order.begin() + static_cast<ptrdiff_t>(Place), Seen);
  }
  const auto Highest = [&]() -> TaskId {
    for (TaskId T : Order)
      if (C.Tasks[T].Enabled)
        return T;
    for (size_t I = Lowered.size(); I-- > 0;)
      if (Lowered[I] != NoTask && C.Tasks[Lowered[I]].Enabled)
        return Lowered[I];
    return C.Enabled.front();
  };
  // Change point I gives whoever would take step ChangeAt[I] the priority I, which
  // is below all initial ones and above that of the change points before it.
  for (size_t I = 0; I < ChangeAt.size(); ++I) {
    if (ChangeAt[I] != C.Step)
      continue;
    const TaskId T = Highest();
    std::erase(Order, T);
    std::replace(Lowered.begin(), Lowered.end(), T, NoTask);
    Lowered[I] = T;
  }
  return Highest();
}

// --- Replay ------------------------------------------------------------------

void Replay::begin(uint64_t) {
  Ran = true;
  Run = 0;
  Taken = 0;
  Error.clear();
}

bool Replay::spent() const {
  if (Run == Recorded.Runs.size())
    return true;
  const Trace::Run &R = Recorded.Runs[Run];
  return Run + 1 == Recorded.Runs.size() && (R.Count == 0 ? Taken > 0 : Taken == R.Count);
}

TaskId Replay::diverge(const Choice &C, const std::string &What) {
  Error = "the replay diverged at step " + std::to_string(C.Step + 1) + ": " + What +
          "; can run:";
  for (TaskId T : C.Enabled)
    Error += " " + letter(T);
  return NoTask;
}

TaskId Replay::next(const Choice &C) {
  for (; Run < Recorded.Runs.size(); ++Run, Taken = 0) {
    const Trace::Run &R = Recorded.Runs[Run];
    const bool Can = R.Task < C.Tasks.size() && C.Tasks[R.Task].Enabled;
    const bool Over = R.Count != 0 ? Taken == R.Count : Taken > 0 && !Can;
    if (Over)
      continue;
    if (Can) {
      ++Taken;
      return R.Task;
    }
    if (How == Exact)
      return diverge(C, "the trace wants " + letter(R.Task) + ", which " +
                            (R.Task >= C.Tasks.size() ? "does not exist"
                             : !C.Tasks[R.Task].Live  ? "has finished"
                                                      : "is blocked"));
  }
  if (How == Exact)
    return diverge(C, "the trace is at its end and the program is not");
  return unpreempted(C);
}

} // namespace holdfast
