// SPDX-License-Identifier: GPL-2.0-or-later
//
// Every execution that matters, up to a preemption bound.
#pragma once
#include "sched/Strategy.h"
#include <bit>

namespace holdfast {

/// Depth-first search over the decisions. Unbounded it visits every Mazurkiewicz
/// trace; bounded, one with at most that many preemptions for every trace that
/// has one: every final state, deadlock and failure within the bound is seen.
/// See Exhaustive.cpp for why. At most 64 tasks.
class Exhaustive : public Strategy {
public:
  static constexpr unsigned Unbounded = ~0u;
  struct Options {
    /// Preemptions allowed in one execution.
    unsigned Bound = 2;
    /// Search with bounds 0, 1, ..., Bound in turn: the first failure found has
    /// the fewest preemptions. Earlier executions are done again.
    bool Iterative = false;
    /// Off: every sequence of decisions. For judging the reduction.
    bool Reduce = true;
  };

  explicit Exhaustive(Options O);
  bool more() override;
  void begin(uint64_t Execution) override;
  TaskId next(const Choice &C) override;
  void ran(TaskId Task, std::span<const Access> Touched) override;
  void end(Outcome O, std::span<const TaskView> Tasks) override;
  Outcome gaveUp() const override;
  std::string why() const override { return Error; }

  /// The bound of the search under way.
  unsigned bound() const { return Bound; }

private:
  using TaskSet = uint64_t;
  /// A step that need not be taken below some node: what it leads to has been
  /// seen. Objects that had no number at that node are not to be told apart.
  struct Sleeper {
    TaskId Task;
    ObjectId Known;
    std::vector<Access> Touched;
  };
  /// One decision of the execution under way.
  struct Node {
    TaskId Last = NoTask;
    bool LastRunnable = false;
    TaskSet Enabled = 0;
    TaskSet Backtrack = 0;    ///< to be tried
    TaskSet Tried = 0;        ///< the chosen one included
    uint32_t Preemptions = 0; ///< before this decision
    ObjectId Objects = FirstObject;
    std::vector<Sleeper> Sleep;
    // The step taken.
    TaskId Chosen = NoTask;
    bool EndsDisabled = false;
    Access Waiting; ///< what it then waits for
    std::vector<Access> Touched;
    uint32_t Previous = 0; ///< 1 + depth of the step since which it was pending
    uint32_t Tasks = 0;    ///< how many existed when it was decided
    /// Per task, 1 + depth of its last step that happens before or is this one.
    std::vector<uint32_t> Clock;
  };

  static TaskSet setOf(TaskId T) { return TaskSet(1) << T; }
  bool bounded() const { return Bound != Unbounded; }

  // Deciding.
  TaskId fail(const Choice &C, const std::string &What);
  TaskId again(const Choice &C);
  TaskId first(const Choice &C);
  void inherit(Node &N);
  bool affordable(const Node &N, TaskId T) const;
  static TaskSet asleep(const Node &N);

  // Learning from an execution.
  uint32_t previous(TaskId T) const;
  void races();
  void racesOf(uint32_t At, TaskId T, uint32_t Previous, std::span<const Access> Touched);
  void backtrackBounded(uint32_t Race, TaskId T);
  void backtrackUnbounded(uint32_t Race, uint32_t At, TaskId T,
                          std::span<const Access> Touched);
  void stampClock(uint32_t At);
  bool happensBefore(uint32_t Earlier, TaskId T, uint32_t Previous) const;
  void branchFully();

  // Going back.
  void putToSleep(Node &N);
  bool advance();

  Options Opts;
  unsigned Bound;
  bool Exhausted = false;
  std::vector<Node> Path;
  uint32_t Depth = 0;         ///< decisions made in this execution
  uint32_t Fresh = 0;         ///< steps from this depth on are new
  std::vector<TaskView> Left; ///< the tasks at the end
  std::string Error;
};

} // namespace holdfast
