// SPDX-License-Identifier: GPL-2.0-or-later
//
// The search is stateless: an execution is repeated up to the last decision that
// has an untried alternative, and goes on from there. Path holds the decisions.
//
// Two reductions save executions that differ only in the order of steps that
// commute. Both learn from what steps really touched, after the fact.
//
// *Backtrack sets* (Flanagan, Godefroid, "Dynamic partial-order reduction for
// model checking software", POPL 2005). A node first tries one task only. When a
// step of task u conflicts with an earlier one that it does not already happen
// after, u is added to what the node before the earlier step has to try; if u
// could not run there, everything that could is added. This is done for tasks
// that never got to take their step, too (they are blocked), with what the step
// declares: that is how deadlocks are found.
//
// *Sleep sets* (Godefroid, "Partial-order methods for the verification of
// concurrent systems", 1996). After a node has tried t and goes on to t', t need
// not be taken below t' until a step conflicts with it: that would only exchange
// steps that commute.
//
// With a *preemption bound* neither is sound as it stands: the equivalent
// execution that was tried may have cost a preemption more and been cut off.
//
// For the backtrack sets we follow Coons, Musuvathi, McKinley, "Bounded
// partial-order reduction", OOPSLA 2013: a node first tries to go on with the
// task that ran last; u is also added where the conflicting step's task was
// switched to, for there u may be had without a preemption; and happens-before
// excuses nothing.
//
// For the sleep sets we need this. A node with the last task L has tried t and
// goes on to t'; w = t' A t B is an execution below, where t commutes with all of
// t' A. The one tried is v = t t' A B. Let x be the cost (0 or 1) of the change of
// task into t in w, and y that of the change out of it. Then v costs no more than
// w if
//   (1) t is L going on: w pays 1 for leaving L at the node, v pays at most 1 for
//       leaving L after t; and at the place of t, w pays x + y (x if B goes on
//       with L), v at most x.
//   (2) or t leaves its task unable to run: leaving it is free in v.
// In any other case v may pay for leaving t's task where w went on with it, so t
// is not put to sleep. Both need that a change of task which is free in w is free
// in v: t must not let a task run that A left as blocked. So below a bound, a step
// that ends with its task blocked also wakes the sleepers that conflict with what
// the task waits for.
//
// An execution that somebody stops (or the step limit) hides the conflicts that
// would have come. It is not evidence that there are none: every node on its path
// then branches fully.
#include "sched/Exhaustive.h"
#include <algorithm>

namespace holdfast {

Exhaustive::Exhaustive(Options O) : Opts(O), Bound(O.Iterative ? 0 : O.Bound) {}

bool Exhaustive::more() { return !Exhausted && Error.empty(); }

void Exhaustive::begin(uint64_t) { Depth = 0; }

Outcome Exhaustive::gaveUp() const {
  return Error.empty() ? Outcome::Pruned : Outcome::Diverged;
}

static bool conflict(std::span<const Access> A, std::span<const Access> B) {
  for (const Access &X : A)
    for (const Access &Y : B)
      if (holdfast::conflict(X, Y))
        return true;
  return false;
}

// --- deciding ----------------------------------------------------------------

TaskId Exhaustive::fail(const Choice &C, const std::string &What) {
  Error = What + " (step " + std::to_string(C.Step + 1) + ")";
  return NoTask;
}

TaskId Exhaustive::next(const Choice &C) {
  if (C.Tasks.size() > 64)
    return fail(C, "exhaustive search is limited to 64 tasks");
  return Depth < Path.size() ? again(C) : first(C);
}

TaskId Exhaustive::again(const Choice &C) {
  const Node &N = Path[Depth];
  TaskSet Enabled = 0;
  for (TaskId T : C.Enabled)
    Enabled |= setOf(T);
  if (Enabled != N.Enabled || C.Last != N.Last || C.Objects != N.Objects ||
      C.LastRunnable != N.LastRunnable || C.Tasks.size() != N.Tasks)
    return fail(C, "the program is not deterministic: the same decisions led to "
                   "another state");
  return N.Chosen;
}

TaskId Exhaustive::first(const Choice &C) {
  Node N;
  N.Last = C.Last;
  N.LastRunnable = C.LastRunnable;
  N.Objects = C.Objects;
  N.Tasks = static_cast<uint32_t>(C.Tasks.size());
  for (TaskId T : C.Enabled)
    N.Enabled |= setOf(T);
  if (Depth > 0) {
    Node &Parent = Path.back();
    const TaskView &Before = C.Tasks[Parent.Chosen];
    Parent.EndsDisabled = !Before.Enabled;
    Parent.Waiting = Before.Live ? Before.Next : Access();
    inherit(N);
  }
  const TaskSet May = N.Enabled & ~asleep(N);
  TaskId Pick = unpreempted(C);
  for (size_t I = 0; I < C.Tasks.size() && !(May & setOf(Pick)); ++I)
    Pick = (Pick + 1) % static_cast<TaskId>(C.Tasks.size());
  if (!(May & setOf(Pick)) || !affordable(N, Pick))
    return NoTask;
  N.Chosen = Pick;
  N.Tried = setOf(Pick);
  N.Backtrack = Opts.Reduce ? setOf(Pick) : N.Enabled;
  Path.push_back(std::move(N));
  return Pick;
}

/// What Path.back() and its step leave to N.
void Exhaustive::inherit(Node &N) {
  const Node &Parent = Path.back();
  N.Preemptions =
      Parent.Preemptions + (Parent.LastRunnable && Parent.Chosen != Parent.Last);
  for (const Sleeper &S : Parent.Sleep) {
    const auto Known = [&](Access A) {
      return A.Object >= S.Known ? Access{S.Known, A.IsWrite} : A;
    };
    const auto Hits = [&](Access A) {
      A = Known(A);
      return std::any_of(S.Touched.begin(), S.Touched.end(),
                         [&](Access B) { return holdfast::conflict(A, Known(B)); });
    };
    const bool Wakes = S.Task == Parent.Chosen ||
                       std::any_of(Parent.Touched.begin(), Parent.Touched.end(), Hits) ||
                       (bounded() && Parent.EndsDisabled && Hits(Parent.Waiting));
    if (!Wakes)
      N.Sleep.push_back(S);
  }
}

bool Exhaustive::affordable(const Node &N, TaskId T) const {
  return N.Preemptions + (N.LastRunnable && T != N.Last) <= Bound;
}

Exhaustive::TaskSet Exhaustive::asleep(const Node &N) {
  TaskSet Tasks = 0;
  for (const Sleeper &S : N.Sleep)
    Tasks |= setOf(S.Task);
  return Tasks;
}

void Exhaustive::ran(TaskId Task, std::span<const Access> Touched) {
  Node &N = Path[Depth];
  N.Touched.assign(Touched.begin(), Touched.end());
  std::erase_if(N.Touched, [](Access A) { return A.Object == NoObject; });
  N.Previous = previous(Task);
  ++Depth;
}

/// 1 + where T took its last step so far or, before its first, was spawned.
uint32_t Exhaustive::previous(TaskId T) const {
  uint32_t I = Depth;
  while (I > 0 && Path[I - 1].Chosen != T && Path[I - 1].Tasks > T)
    --I;
  return I;
}

// --- learning from an execution ----------------------------------------------

void Exhaustive::end(Outcome O, std::span<const TaskView> Tasks) {
  if (!Error.empty())
    return;
  if (Depth < Path.size()) {
    Error = "the program is not deterministic: it ended earlier than before";
    return;
  }
  if (!Path.empty()) {
    const TaskView &Before = Tasks[Path.back().Chosen];
    Path.back().EndsDisabled = !Before.Enabled;
    Path.back().Waiting = Before.Live ? Before.Next : Access();
  }
  Left.assign(Tasks.begin(), Tasks.end());
  if (Opts.Reduce)
    races();
  if (Opts.Reduce && (O == Outcome::Stopped || O == Outcome::StepLimit))
    branchFully();
  if (advance())
    return;
  if (Opts.Iterative && Bound < Opts.Bound)
    ++Bound;
  else
    Exhausted = true;
}

void Exhaustive::races() {
  for (uint32_t At = Fresh; At < Depth; ++At) {
    racesOf(At, Path[At].Chosen, Path[At].Previous, Path[At].Touched);
    if (!bounded())
      stampClock(At);
  }
  for (TaskId T = 0; T < Left.size(); ++T) {
    if (!Left[T].Live || Left[T].Next.Object == NoObject)
      continue;
    racesOf(Depth, T, previous(T), {&Left[T].Next, 1});
  }
}

/// A step of T at depth At (taken or not), pending since the step at Previous - 1:
/// every conflicting step since then, and the last one before it of each task.
void Exhaustive::racesOf(uint32_t At, TaskId T, uint32_t Previous,
                         std::span<const Access> Touched) {
  TaskSet Found = setOf(T);
  for (uint32_t I = At; I-- > 0;) {
    const TaskId Other = Path[I].Chosen;
    if (I < Previous ? Found & setOf(Other) : Other == T)
      continue;
    if (!conflict(Path[I].Touched, Touched))
      continue;
    if (I < Previous)
      Found |= setOf(Other);
    if (bounded())
      backtrackBounded(I, T);
    else if (!happensBefore(I, T, Previous))
      backtrackUnbounded(I, At, T, Touched);
  }
}

/// T has to be tried before the step at Race, and where that one's task was
/// switched to. Where T sleeps it is not tried, and so would not show what else
/// has to be: then everything has.
void Exhaustive::backtrackBounded(uint32_t Race, TaskId T) {
  const auto Add = [&](Node &N) {
    N.Backtrack |= N.Enabled & ~asleep(N) & setOf(T) ? setOf(T) : N.Enabled;
  };
  Add(Path[Race]);
  while (Race > 0 && Path[Race - 1].Chosen == Path[Race].Chosen)
    --Race;
  Add(Path[Race]);
}

/// One of the tasks that can begin an execution in which T's step at At comes
/// before the one at Race: the steps between that do not happen after Race, then
/// T's. (Source sets: Abdulla, Aronis, Jonsson, Sagonas, POPL 2014. Adding T as
/// Flanagan and Godefroid do is not sound where T sleeps.)
void Exhaustive::backtrackUnbounded(uint32_t Race, uint32_t At, TaskId T,
                                    std::span<const Access> Touched) {
  const TaskId Racer = Path[Race].Chosen;
  TaskSet Begin = 0;
  std::vector<uint32_t> Between; // the first step of each task
  TaskSet Came = setOf(Racer);
  bool TBegins = true;
  for (uint32_t I = Race + 1; I < At; ++I) {
    const Node &N = Path[I];
    if (N.Clock[Racer] > Race)
      continue;
    TBegins &= N.Chosen != T && !conflict(N.Touched, Touched);
    if (Came & setOf(N.Chosen))
      continue;
    Came |= setOf(N.Chosen);
    if (std::none_of(Between.begin(), Between.end(), [&](uint32_t Before) {
          return N.Clock[Path[Before].Chosen] > Before;
        }))
      Begin |= setOf(N.Chosen);
    Between.push_back(I);
  }
  if (TBegins)
    Begin |= setOf(T);
  Node &N = Path[Race];
  Begin &= N.Enabled;
  if (Begin == 0)
    N.Backtrack |= N.Enabled;
  else if (!(Begin & N.Backtrack))
    N.Backtrack |= Begin & setOf(T) ? setOf(T) : Begin & -Begin;
}

/// Needs the clocks of all steps before.
void Exhaustive::stampClock(uint32_t At) {
  Node &N = Path[At];
  std::vector<uint32_t> &Clock = N.Clock;
  Clock.assign(Left.size(), 0);
  const auto Join = [&](const Node &Earlier) {
    for (size_t T = 0; T < Earlier.Clock.size(); ++T)
      Clock[T] = std::max(Clock[T], Earlier.Clock[T]);
  };
  if (N.Previous > 0)
    Join(Path[N.Previous - 1]);
  for (uint32_t I = At; I-- > 0;) {
    const Node &Earlier = Path[I];
    if (Clock[Earlier.Chosen] > I)
      continue;
    if (conflict(Earlier.Touched, N.Touched))
      Join(Earlier);
  }
  Clock[N.Chosen] = At + 1;
}

/// Whether T could not take its step before the one at Earlier: that happens
/// before its own step at Previous - 1.
bool Exhaustive::happensBefore(uint32_t Earlier, TaskId T, uint32_t Previous) const {
  return Previous > 0 && Path[Previous - 1].Clock[Path[Earlier].Chosen] > Earlier;
}

void Exhaustive::branchFully() {
  for (Node &N : Path)
    N.Backtrack = N.Enabled;
}

// --- going back --------------------------------------------------------------

/// All that begins with the chosen step has been seen; may it sleep?
void Exhaustive::putToSleep(Node &N) {
  const bool GoesOn = N.LastRunnable && N.Chosen == N.Last;
  const bool Leaves = N.EndsDisabled && N.Waiting.Object != AnyObject;
  if (!bounded() || GoesOn || Leaves)
    N.Sleep.push_back({N.Chosen, N.Objects, std::move(N.Touched)});
}

/// Drops decisions until one has something left to try; false if none has.
bool Exhaustive::advance() {
  for (; !Path.empty(); Path.pop_back()) {
    Node &N = Path.back();
    if (Opts.Reduce)
      putToSleep(N);
    const TaskSet Left = N.Backtrack & N.Enabled & ~N.Tried & ~asleep(N);
    for (TaskSet S = Left; S != 0; S &= S - 1) {
      const TaskId T = static_cast<TaskId>(std::countr_zero(S));
      if (!affordable(N, T))
        continue;
      N.Chosen = T;
      N.Tried |= setOf(T);
      Fresh = static_cast<uint32_t>(Path.size()) - 1;
      return true;
    }
  }
  Fresh = 0;
  return false;
}

} // namespace holdfast
