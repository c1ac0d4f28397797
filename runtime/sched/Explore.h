// SPDX-License-Identifier: GPL-2.0-or-later
//
// Runs a program again and again under a strategy and says what happened.
#pragma once
#include "sched/Exhaustive.h"
#include "sched/Scheduler.h"
#include <functional>
#include <optional>

namespace holdfast {

/// What is explored. It must be deterministic but for the scheduler's choices:
/// Setup starts from the same state each time.
struct Program {
  /// Initialises the shared state and spawns the first tasks.
  std::function<void(Scheduler &)> Setup;
  /// Optional, after an execution that ended as Done: an empty string, or what
  /// is wrong with the final state.
  std::function<std::string(Scheduler &)> Check = {};
  /// Optional, after Done: the final state in one number; distinct ones are
  /// counted.
  std::function<uint64_t(Scheduler &)> State = {};
};

struct ExploreOptions {
  bool StopOnFailure = true;
  uint64_t MaxExecutions = ~uint64_t(0);
  /// Whether an execution that hit the step limit is a failure.
  bool StepLimitFails = true;
};

/// An execution that ended in Deadlock, Stopped, Diverged or (optionally)
/// StepLimit, or whose Check failed.
struct Failure {
  Outcome Kind = Outcome::Done;
  /// One line.
  std::string What;
  Trace How;
  uint32_t Preemptions = 0;
  /// Scheduler::describe() of it.
  std::string Steps;
};

/// The sums.
struct Exploration {
  /// Executions that ran to an end of their own, and those given up as redundant.
  uint64_t Executions = 0, Pruned = 0;
  /// Steps of all of them.
  uint64_t Points = 0;
  uint64_t Failures = 0, Deadlocks = 0, StepLimits = 0;
  /// Distinct values of Program::State.
  uint64_t States = 0;
  /// The strategy had no more executions to offer.
  bool Complete = false;
  std::optional<Failure> First;
};

/// Explores P on Sched (whose stacks it reuses) under S.
Exploration explore(Scheduler &Sched, Strategy &S, const Program &P,
                    const ExploreOptions &O = {});

/// One execution along T; Diverged if it does not fit.
Result replay(Scheduler &Sched, const Program &P, const Trace &T);

/// A failure of the same kind and wording as F with as few preemptions, then as
/// few changes of task, as removing and merging runs can reach; F itself if none
/// is better. At most Attempts executions.
Failure shrink(Scheduler &Sched, const Program &P, const Failure &F,
               unsigned Attempts = 2000);

} // namespace holdfast
