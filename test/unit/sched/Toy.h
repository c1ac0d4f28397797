// SPDX-License-Identifier: GPL-2.0-or-later
//
// A toy language for random concurrent programs, its run under the Scheduler,
// and a naive oracle that shares no code with it: an interpreter over explicit
// states that enumerates every schedule within a preemption bound.
#pragma once
#include "sched/Exhaustive.h"
#include "sched/Scheduler.h"
#include <map>
#include <set>
#include <string>
#include <vector>

namespace toy {

enum class Code : uint8_t {
  Load,     ///< Reg = 3 Reg + Var[A]
  Store,    ///< Var[A] = Reg + B
  Move,     ///< Var[B] = Var[A] + 1, in one step: two objects
  SkipIf,   ///< if Var[A] is even, skip the next instruction
  Lock,     ///< waits at the point until free
  Unlock,   ///< frees
  Down,     ///< tries, then blocks in a queue
  Up,       ///< frees and wakes one
  WaitFlag, ///< if Var[A] == 0 blocks on it once: loses wake-ups
  SetFlag,  ///< Var[A] = 1, wakes all
  Poll,     ///< yields until Var[A] is not 0 (not known to the oracle)
  Spawn     ///< starts a copy of task A's code (not known to the oracle)
};

struct Instruction {
  Code Op;
  unsigned A = 0, B = 0;
};

using Code1 = std::vector<Instruction>;

struct Source {
  std::vector<Code1> Tasks;
  std::vector<Code1> Helpers;
  unsigned Vars = 2, Locks = 2;
  std::string str() const;
};

/// Tasks, instructions, variables and locks few enough for the oracle. Extended
/// ones poll and spawn.
Source random(holdfast::Rng &R, unsigned Tasks, unsigned Length, bool Extended = false);

/// Final states and deadlocks as text.
using States = std::set<std::string>;

/// Within Bound preemptions. Schedules: how many there are.
States oracle(const Source &S, unsigned Bound, uint64_t &Schedules);

struct Explored {
  States Ends;
  uint64_t Executions = 0, Pruned = 0;
  std::string Error;
};
Explored explore(const Source &S, holdfast::Exhaustive::Options O,
                 uint32_t StepLimit = 1000);

} // namespace toy
