// SPDX-License-Identifier: GPL-2.0-or-later
//
// Who runs next. A strategy sees a whole series of executions of one program:
//
//   while (S.more()) { S.begin(N++); ... next(), ran(), next(), ran() ...; S.end(); }
//
// Exhaustive has its own header, as it has its own theory.
#pragma once
#include "sched/Trace.h"
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace holdfast {

/// How one execution ended.
enum class Outcome : uint8_t {
  Done,      ///< every task returned
  Deadlock,  ///< tasks are left and none can run
  StepLimit, ///< a task loops, or the limit is too low for the program
  Stopped,   ///< somebody called Scheduler::stop
  Pruned,    ///< the strategy knows that going on shows nothing new
  Diverged   ///< the strategy found the program not doing what it did before
};
const char *name(Outcome O);

/// A task as a strategy sees it.
struct TaskView {
  bool Live = false;    ///< has not returned
  bool Enabled = false; ///< may be chosen now
  Access Next;          ///< what its next step declares
};

/// One decision.
struct Choice {
  /// Steps taken so far in this execution.
  uint32_t Step = 0;
  /// Who ran last; NoTask at the start.
  TaskId Last = NoTask;
  /// Last could go on: choosing another one is a preemption.
  bool LastRunnable = false;
  /// All tasks, by id.
  std::span<const TaskView> Tasks;
  /// Those that may be chosen, ascending; never empty.
  std::span<const TaskId> Enabled;
  /// How many objects are known: ids below this mean the same in every
  /// execution that made the same choices up to here.
  ObjectId Objects = FirstObject;
};

/// See the top of the file. A strategy must be deterministic.
class Strategy {
public:
  virtual ~Strategy();
  /// Whether there is another execution to do.
  virtual bool more() = 0;
  /// A new execution, counted from 0.
  virtual void begin(uint64_t Execution) = 0;
  /// One of C.Enabled; or NoTask to give up this execution (see gaveUp).
  /// Called on the stack of the task that ran last.
  virtual TaskId next(const Choice &C) = 0;
  /// The step has been taken and touched these objects.
  virtual void ran(TaskId Task, std::span<const Access> Touched) {}
  /// The execution is over; Tasks are as they were left.
  virtual void end(Outcome O, std::span<const TaskView> Tasks) {}
  /// Why next() returned NoTask: Pruned or Diverged.
  virtual Outcome gaveUp() const { return Outcome::Pruned; }
  /// What went wrong when gaveUp() is Diverged.
  virtual std::string why() const { return {}; }
};

/// Deterministic on every machine and library: splitmix64 (Steele, Lea, Flood,
/// "Fast splittable pseudorandom number generators", OOPSLA 2014).
class Rng {
public:
  explicit Rng(uint64_t Seed) : State(Seed) {}
  uint64_t next();
  /// 0 <= result < Limit; Limit > 0.
  uint64_t below(uint64_t Limit);

private:
  uint64_t State;
};

/// Every enabled task with equal chance at every step.
class Random : public Strategy {
public:
  /// Executions: how many to do. Execution n depends on Seed and n only.
  Random(uint64_t Seed, uint64_t Executions) : Seed(Seed), Executions(Executions) {}
  bool more() override { return Execution < Executions; }
  void begin(uint64_t N) override;
  TaskId next(const Choice &C) override;

private:
  uint64_t Seed, Executions, Execution = 0;
  Rng Source{0};
};

/// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi,
/// Nagarakatte, "A randomized scheduler with probabilistic guarantees of finding
/// bugs", ASPLOS 2010). With n tasks and at most k steps, one execution finds a
/// bug of depth d with probability at least 1 / (n * k^(d-1)).
class Pct : public Strategy {
public:
  /// Depth >= 1; Steps is k, an estimate of the length of an execution: too
  /// high weakens the guarantee gracefully, too low voids it for late bugs.
  Pct(unsigned Depth, uint64_t Seed, uint32_t Steps, uint64_t Executions);
  bool more() override { return Execution < Executions; }
  void begin(uint64_t N) override;
  TaskId next(const Choice &C) override;

private:
  unsigned Depth;
  uint64_t Seed;
  uint32_t Steps;
  uint64_t Executions, Execution = 0;
  Rng Source{0};
  std::vector<uint32_t> ChangeAt; ///< step -> lower the running task
  std::vector<TaskId> Order;      ///< tasks not yet lowered, highest first
  std::vector<TaskId> Lowered;    ///< by change point; NoTask while unused
  uint32_t Seen = 0;              ///< tasks that have a priority
};

/// One recorded execution again.
class Replay : public Strategy {
public:
  enum Mode {
    Exact,  ///< any difference ends the execution as Diverged
    Lenient ///< a run that cannot go on is skipped; the rest runs unpreempted
  };
  explicit Replay(Trace T, Mode M = Exact) : Recorded(std::move(T)), How(M) {}
  bool more() override { return !Ran; }
  void begin(uint64_t N) override;
  TaskId next(const Choice &C) override;
  Outcome gaveUp() const override { return Outcome::Diverged; }
  std::string why() const override { return Error; }
  /// Whether the execution took every decision of the trace.
  bool spent() const;

private:
  TaskId diverge(const Choice &C, const std::string &What);

  Trace Recorded;
  Mode How;
  bool Ran = false;
  size_t Run = 0;
  uint32_t Taken = 0;
  std::string Error;
};

/// The enabled task that goes on without a preemption: the last one if it can,
/// else the next enabled one after it.
TaskId unpreempted(const Choice &C);

} // namespace holdfast
