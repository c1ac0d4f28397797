// SPDX-License-Identifier: GPL-2.0-or-later
//
// Tasks that run one at a time and change places only where they say so.
//
// A task runs from one scheduling point to the next: that is a *step*. point(Op)
// stops the task *before* Op; when it is chosen it does Op and goes on to its
// next point. So a lock is modelled like this:
//
//   S.pointWhen({OpKind::Acquire, &L}, [&] { return !L.Held; });
//   L.Held = true;
//   ...
//   S.point({OpKind::Release, &L});
//   L.Held = false;
//
// or, where the order of a wait queue is part of the semantics (rwsem), so:
//
//   S.point({OpKind::Acquire, &L});
//   while (L.Held)
//     S.block(&L);
//   L.Held = true;
//   ...
//   S.point({OpKind::Release, &L});
//   L.Held = false;
//   S.wake(&L, 1);
//
// The first costs fewer executions (a failed attempt is not an event).
//
// The one duty of the caller: whatever shared state a step reads or writes is
// declared, by the point it starts with or by touch(), block() or wake() within
// it. Partial-order reduction is only as sound as these declarations.
#pragma once
#include "sched/Fiber.h"
#include "sched/Strategy.h"
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace holdfast {

/// How an execution ended, and where.
struct Result {
  Outcome Kind = Outcome::Done;
  /// What stop() was told, or how a replay diverged.
  std::string Why;
  /// Deadlock: the tasks left, ascending. Each one's object is in
  /// Scheduler::waitsFor.
  std::vector<TaskId> Blocked;
  uint32_t Steps = 0;
  uint32_t Preemptions = 0;
};

/// One program's executions, one after another. No globals, no threads, no I/O.
/// Not for use from several threads at once.
class Scheduler {
public:
  struct Options {
    /// A kernel has 16 KiB; the host half and sanitizers want more.
    size_t StackBytes = 256 * 1024;
    /// Steps after which an execution ends as StepLimit.
    uint32_t StepLimit = 100'000;
    /// Called on each change of task, still on the old stack, before To runs.
    /// NoTask stands for run()'s caller. Sets `current`, the GS base, ...
    std::function<void(TaskId From, TaskId To)> OnSwitch = {};
  };

  Scheduler();
  explicit Scheduler(Options O);
  ~Scheduler();
  Scheduler(const Scheduler &) = delete;
  Scheduler &operator=(const Scheduler &) = delete;

  /// \name Between executions
  /// @{

  /// Forgets tasks and objects; keeps the stacks. Frames of tasks that had not
  /// finished are dropped, not unwound.
  void reset();
  /// Runs what was spawned until nothing can run or somebody stops it.
  Result run(Strategy &S);
  /// @}

  /// \name From anywhere
  /// @{

  /// A new task, runnable from now on; it does not start before a decision says
  /// so. Within a task this is no scheduling point by itself.
  TaskId spawn(std::string Name, std::function<void()> Entry, void *Local = nullptr);
  /// The execution does not wait for T: it is Done when all other tasks have
  /// returned, wherever T then is. A search knows nothing of what T would have done
  /// later: let the last task wait with pointUntil() for what nobody makes true.
  void setDaemon(TaskId T);
  /// Names an object for describe(), and numbers it now.
  void nameObject(const void *Object, std::string Name);
  /// The task that runs; NoTask outside of run().
  TaskId current() const { return Current; }
  TaskId taskCount() const { return static_cast<TaskId>(Tasks.size()); }
  const std::string &taskName(TaskId T) const;
  void *local(TaskId T) const;
  void setLocal(TaskId T, void *Local);
  /// What T is blocked on (its object, or that of its pointWhen), or null.
  const void *waitsFor(TaskId T) const;
  bool finished(TaskId T) const;
  /// The task whose guard page Address lies in: its stack overflowed. For a
  /// SIGSEGV handler (on its own stack): allocates nothing.
  TaskId overflowed(const void *Address) const;
  /// Address lies on T's stack. For a signal handler: allocates nothing.
  bool onStack(TaskId T, const void *Address) const;
  /// A signal handler makes the current task go on from the top of its stack, to
  /// call stop(): what was on it is void.
  void abandonFrames();
  /// The steps of this execution so far.
  const std::vector<Step> &steps() const { return Steps; }
  /// One line a step: number, task, what, object, note. `!` marks a preemption.
  std::string describe() const;
  std::string objectName(ObjectId O) const;
  /// @}

  /// \name Within a task only
  /// @{

  /// A scheduling point: the step that starts here begins with Op.
  void point(Operation Op);
  /// The same, and the task cannot be chosen before Ready() is true. Ready must
  /// be a function of Op.Object's state alone, and without effect; it is called
  /// on other tasks' stacks, and must live until this returns. When this
  /// returns, Ready() is true.
  template <typename Predicate> void pointWhen(Operation Op, Predicate &&Ready) {
    auto Call = [](void *P) -> bool {
      return (*static_cast<std::remove_reference_t<Predicate> *>(P))();
    };
    pointWhen(Op, Call, const_cast<void *>(static_cast<const void *>(&Ready)));
  }
  void pointWhen(Operation Op, bool (*Ready)(void *), void *Argument);
  /// The same with a timeout: the task may also be chosen where nobody can run, or
  /// only tasks that poll. False if that happened and Ready() is still not true.
  /// Whether it may be chosen depends on all others, so like yield() it commutes
  /// with nothing.
  bool pointUntil(Operation Op, bool (*Ready)(void *), void *Argument);
  /// What describe() shall say of the step that this task takes next.
  void note(std::string Text);
  /// This step also does Op; no scheduling point.
  void touch(Operation Op);
  /// Waits for a wake() of Object. Counts as a write of Object now (it joins the
  /// queue) and again in the step that resumes (it looks at Object's state).
  void block(const void *Object);
  /// Lets the first Count tasks that block on Object (in the order in which they
  /// did) run again; returns how many there were. Counts as a write of Object.
  unsigned wake(const void *Object, unsigned Count = ~0u);
  /// Lets one particular task run again; false if it does not block on Object.
  bool wakeTask(TaskId T, const void *Object);
  /// The task polls: it is not chosen again before another one has written some
  /// object (it would see nothing new), unless all others poll, too, or cannot
  /// run; then pollers take turns. Leaving it here is no preemption. Commutes with
  /// nothing, so it costs reduction.
  void yield();
  /// Ends the execution here, as Stopped, with a reason.
  [[noreturn]] void stop(std::string Why);
  /// Ends this task here; its frames are dropped, not unwound.
  [[noreturn]] void exit();
  /// @}

private:
  struct Task;
  static Fiber *enter(void *Argument);
  ObjectId number(const void *Object);
  Access access(Operation Op);
  void refresh();
  TaskId decide();
  void begin(TaskId T, bool Preempts);
  Fiber *leave();
  void reschedule();
  TaskId finish(Outcome O, std::string Why = {});

  Options Opts;
  Fiber Main;
  std::vector<std::unique_ptr<Task>> Tasks;
  std::vector<std::unique_ptr<Task>> Spare; ///< of earlier executions, with their stacks
  std::unordered_map<const void *, ObjectId> Objects;
  std::unordered_map<ObjectId, std::string> Names;
  std::unordered_map<size_t, std::string> Notes; ///< by index of the step
  std::vector<Step> Steps;
  std::vector<Access> Touched; ///< by the step under way
  std::vector<TaskView> Views;
  std::vector<TaskId> Enabled;
  uint64_t Queued = 0; ///< orders those that block
  TaskId Current = NoTask, Last = NoTask;
  Strategy *Chooser = nullptr;
  Result Ended;
};

} // namespace holdfast
