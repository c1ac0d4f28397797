// SPDX-License-Identifier: GPL-2.0-or-later
//
// There is no scheduler loop. The task that reaches a point decides, on its own
// stack, who takes the next step (leave), and switches there directly; if the
// choice is itself it just returns. So an uncontended step costs one virtual
// call, and a change of task one switch, not two.
//
// A step is told to the strategy when it has ended, for only then is it known
// what it touched and whether its task can go on.
#include "sched/Scheduler.h"
#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <utility>

namespace holdfast {

struct Scheduler::Task {
  enum class State : uint8_t { Runnable, Blocked, Finished };

  explicit Task(size_t StackBytes) : Memory(StackBytes) {}

  Scheduler *Owner = nullptr;
  TaskId Id = NoTask;
  FiberStack Memory;
  Fiber Flow;
  std::string Name;
  std::function<void()> Entry;
  State Now = State::Runnable;
  bool Polling = false;
  bool Patient = false; ///< waits with a timeout
  bool Daemon = false;  ///< nobody waits for its end
  // What its next step starts with.
  OpKind Kind = OpKind::Start;
  Access Next;
  std::string Note;
  const void *Object = nullptr;
  bool (*Ready)(void *) = nullptr;
  void *ReadyArgument = nullptr;
  uint64_t BlockedAt = 0;

  bool runnable() const {
    return Now == State::Runnable && (!Ready || Ready(ReadyArgument));
  }
  void pend(OpKind K, Access A, const void *O) {
    Kind = K;
    Next = A;
    Object = O;
    Ready = nullptr;
  }
};

Scheduler::Scheduler() : Scheduler(Options()) {}
Scheduler::Scheduler(Options O) : Opts(std::move(O)) {}
Scheduler::~Scheduler() = default;

void Scheduler::reset() {
  assert(Current == NoTask && "reset() within a task");
  for (std::unique_ptr<Task> &T : Tasks) {
    T->Entry = nullptr;
    Spare.push_back(std::move(T));
  }
  Tasks.clear();
  Objects.clear();
  Names.clear();
  Notes.clear();
  Steps.clear();
  Touched.clear();
  Queued = 0;
  Last = NoTask;
  Ended = {};
}

TaskId Scheduler::spawn(std::string Name, std::function<void()> Entry, void *Local) {
  if (Spare.empty())
    Spare.push_back(std::make_unique<Task>(Opts.StackBytes));
  std::unique_ptr<Task> T = std::move(Spare.back());
  Spare.pop_back();
  T->Owner = this;
  T->Id = taskCount();
  T->Name = std::move(Name);
  T->Entry = std::move(Entry);
  T->Now = Task::State::Runnable;
  T->Polling = T->Patient = T->Daemon = false;
  T->Note.clear();
  T->pend(OpKind::Start, Access(), nullptr);
  T->Flow.Local = Local;
  T->Flow.start(T->Memory, enter, T.get());
  if (Current != NoTask)
    Touched.push_back({TaskTable, true});
  Tasks.push_back(std::move(T));
  return Tasks.back()->Id;
}

void Scheduler::setDaemon(TaskId T) { Tasks[T]->Daemon = true; }

Fiber *Scheduler::enter(void *Argument) {
  Task &T = *static_cast<Task *>(Argument);
  T.Entry();
  T.Now = Task::State::Finished;
  return T.Owner->leave();
}

Result Scheduler::run(Strategy &S) {
  assert(Current == NoTask && "run() within a task");
  Chooser = &S;
  Ended = {};
  Fiber *First = leave();
  if (First != &Main)
    Fiber::switchTo(Main, *First);
  Chooser = nullptr;
  S.end(Ended.Kind, Views);
  return Ended;
}

// --- deciding ----------------------------------------------------------------

/// Ends the step under way and starts the next one; the fiber to go on with.
Fiber *Scheduler::leave() {
  const TaskId From = Current;
  if (From != NoTask)
    Chooser->ran(From, Touched);
  const TaskId To = decide();
  if (To != From && Opts.OnSwitch)
    Opts.OnSwitch(From, To);
  Current = To;
  return To == NoTask ? &Main : &Tasks[To]->Flow;
}

/// Comes back when the current task is chosen again.
void Scheduler::reschedule() {
  Fiber &Self = Tasks[Current]->Flow;
  Fiber *Next = leave();
  if (Next != &Self)
    Fiber::switchTo(Self, *Next);
}

TaskId Scheduler::finish(Outcome O, std::string Why) {
  Ended.Kind = O;
  Ended.Why = std::move(Why);
  Ended.Steps = static_cast<uint32_t>(Steps.size());
  return NoTask;
}

/// Fills Views and Enabled. Tasks that poll, or whose timeout may pass, are enabled
/// only when nobody else is. Which timeout passes first is a decision as any other;
/// of those that poll it is the turn of the next one after the last.
void Scheduler::refresh() {
  Views.assign(Tasks.size(), TaskView());
  Enabled.clear();
  TaskId Turn = NoTask, FirstPolling = NoTask;
  for (const std::unique_ptr<Task> &T : Tasks) {
    TaskView &V = Views[T->Id];
    V.Live = T->Now != Task::State::Finished;
    V.Next = T->Next;
    if (!T->runnable())
      continue;
    if (!T->Polling) {
      V.Enabled = true;
      Enabled.push_back(T->Id);
      continue;
    }
    if (FirstPolling == NoTask)
      FirstPolling = T->Id;
    if (Turn == NoTask && (Last == NoTask || T->Id > Last))
      Turn = T->Id;
  }
  if (!Enabled.empty())
    return;
  Turn = Turn == NoTask ? FirstPolling : Turn;
  for (const std::unique_ptr<Task> &T : Tasks)
    if (T->Id == Turn || T->Patient) {
      Views[T->Id].Enabled = true;
      Enabled.push_back(T->Id);
    }
}

TaskId Scheduler::decide() {
  // What a step wrote, pollers may want to look at.
  for (const Access &A : Touched)
    if (A.IsWrite && A.Object >= FirstObject)
      for (const std::unique_ptr<Task> &T : Tasks)
        T->Polling &= T->Id == Current;
  refresh();
  if (Ended.Kind == Outcome::Stopped)
    return NoTask;
  auto IsAwaited = [](const std::unique_ptr<Task> &T) {
    return T->Now != Task::State::Finished && !T->Daemon;
  };
  if (std::none_of(Tasks.begin(), Tasks.end(), IsAwaited))
    return finish(Outcome::Done);
  if (Enabled.empty()) {
    for (const std::unique_ptr<Task> &T : Tasks)
      if (T->Now != Task::State::Finished)
        Ended.Blocked.push_back(T->Id);
    return finish(Outcome::Deadlock);
  }
  if (Steps.size() >= Opts.StepLimit)
    return finish(Outcome::StepLimit);

  Choice C;
  C.Step = static_cast<uint32_t>(Steps.size());
  C.Last = Last;
  C.LastRunnable = Last != NoTask && Views[Last].Enabled && !Tasks[Last]->Polling &&
                   Tasks[Last]->runnable();
  C.Tasks = Views;
  C.Enabled = Enabled;
  C.Objects = FirstObject + static_cast<ObjectId>(Objects.size());
  const TaskId To = Chooser->next(C);
  if (To == NoTask)
    return finish(Chooser->gaveUp(), Chooser->why());
  assert(To < Tasks.size() && Views[To].Enabled && "chose a task that cannot run");
  begin(To, C.LastRunnable && To != Last);
  return To;
}

void Scheduler::begin(TaskId To, bool Preempts) {
  Task &T = *Tasks[To];
  T.Polling = false;
  Ended.Preemptions += Preempts;
  if (!T.Note.empty())
    Notes[Steps.size()] = std::exchange(T.Note, {});
  Steps.push_back({To, T.Kind, T.Next, Preempts});
  Touched.assign(1, T.Next);
  Last = To;
}

// --- within a task -----------------------------------------------------------

ObjectId Scheduler::number(const void *Object) {
  if (!Object)
    return NoObject;
  const ObjectId Next = FirstObject + static_cast<ObjectId>(Objects.size());
  return Objects.try_emplace(Object, Next).first->second;
}

Access Scheduler::access(Operation Op) { return {number(Op.Object), Op.IsWrite}; }

void Scheduler::point(Operation Op) { pointWhen(Op, nullptr, nullptr); }

void Scheduler::pointWhen(Operation Op, bool (*Ready)(void *), void *Argument) {
  assert(Current != NoTask && "a scheduling point outside of a task");
  Task &T = *Tasks[Current];
  T.pend(Op.Kind, access(Op), Op.Object);
  T.Ready = Ready;
  T.ReadyArgument = Argument;
  reschedule();
  T.Ready = nullptr;
}

bool Scheduler::pointUntil(Operation Op, bool (*Ready)(void *), void *Argument) {
  assert(Current != NoTask && "a scheduling point outside of a task");
  Task &T = *Tasks[Current];
  T.pend(Op.Kind, {AnyObject, Op.IsWrite}, Op.Object);
  T.Ready = Ready;
  T.ReadyArgument = Argument;
  T.Patient = true;
  reschedule();
  T.Ready = nullptr;
  T.Patient = false;
  return Ready(Argument);
}

void Scheduler::note(std::string Text) {
  assert(Current != NoTask && "note() outside of a task");
  Tasks[Current]->Note = std::move(Text);
}

void Scheduler::touch(Operation Op) {
  assert(Current != NoTask && "touch() outside of a task");
  Touched.push_back(access(Op));
}

void Scheduler::block(const void *Object) {
  assert(Current != NoTask && Object && "block() outside of a task or on nothing");
  Task &T = *Tasks[Current];
  const Access A = {number(Object), true};
  Touched.push_back(A);
  T.pend(OpKind::Wait, A, Object);
  T.Now = Task::State::Blocked;
  T.BlockedAt = Queued++;
  reschedule();
}

unsigned Scheduler::wake(const void *Object, unsigned Count) {
  unsigned Woken = 0;
  Touched.push_back({number(Object), true});
  for (; Woken < Count; ++Woken) {
    Task *First = nullptr;
    for (const std::unique_ptr<Task> &T : Tasks)
      if (T->Now == Task::State::Blocked && T->Object == Object &&
          (!First || T->BlockedAt < First->BlockedAt))
        First = T.get();
    if (!First)
      break;
    First->Now = Task::State::Runnable;
  }
  return Woken;
}

bool Scheduler::wakeTask(TaskId Id, const void *Object) {
  Touched.push_back({number(Object), true});
  Task &T = *Tasks[Id];
  if (T.Now != Task::State::Blocked || T.Object != Object)
    return false;
  T.Now = Task::State::Runnable;
  return true;
}

void Scheduler::yield() {
  assert(Current != NoTask && "yield() outside of a task");
  Task &T = *Tasks[Current];
  T.pend(OpKind::Yield, {AnyObject, false}, nullptr);
  T.Polling = true;
  reschedule();
}

void Scheduler::stop(std::string Why) {
  assert(Current != NoTask && "stop() outside of a task");
  finish(Outcome::Stopped, std::move(Why));
  reschedule();
  std::abort();
}

void Scheduler::exit() {
  assert(Current != NoTask && "exit() outside of a task");
  Tasks[Current]->Now = Task::State::Finished;
  reschedule();
  std::abort();
}

// --- looking -----------------------------------------------------------------

void Scheduler::nameObject(const void *Object, std::string Name) {
  Names[number(Object)] = std::move(Name);
}
const std::string &Scheduler::taskName(TaskId T) const { return Tasks[T]->Name; }
void *Scheduler::local(TaskId T) const { return Tasks[T]->Flow.Local; }
void Scheduler::setLocal(TaskId T, void *Local) { Tasks[T]->Flow.Local = Local; }

const void *Scheduler::waitsFor(TaskId T) const {
  const Task &Waiting = *Tasks[T];
  return finished(T) || Waiting.runnable() ? nullptr : Waiting.Object;
}

bool Scheduler::finished(TaskId T) const {
  return Tasks[T]->Now == Task::State::Finished;
}

TaskId Scheduler::overflowed(const void *Address) const {
  for (const std::unique_ptr<Task> &T : Tasks)
    if (T->Memory.inGuard(Address))
      return T->Id;
  return NoTask;
}

void Scheduler::abandonFrames() {
  if (Current != NoTask)
    Tasks[Current]->Memory.abandonFrames();
}

bool Scheduler::onStack(TaskId T, const void *Address) const {
  const char *A = static_cast<const char *>(Address);
  return T < Tasks.size() && A >= Tasks[T]->Memory.bottom() && A < Tasks[T]->Memory.top();
}

} // namespace holdfast
