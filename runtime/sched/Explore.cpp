// SPDX-License-Identifier: GPL-2.0-or-later
#include "sched/Explore.h"
#include <unordered_set>

namespace holdfast {

namespace {

/// One execution and its verdict.
struct Verdict {
  Result End;
  bool Failed = false;
  std::string What;
};

std::string blockedTasks(const Scheduler &Sched, const Result &R) {
  std::string Text = "deadlock:";
  for (TaskId T : R.Blocked)
    Text += (T == R.Blocked.front() ? " " : ", ") + Sched.taskName(T);
  return Text;
}

Verdict execute(Scheduler &Sched, Strategy &S, const Program &P, bool StepLimitFails) {
  Sched.reset();
  P.Setup(Sched);
  Verdict V;
  V.End = Sched.run(S);
  switch (V.End.Kind) {
  case Outcome::Done:
    if (P.Check)
      V.What = P.Check(Sched);
    V.Failed = !V.What.empty();
    break;
  case Outcome::Deadlock:
    V.What = blockedTasks(Sched, V.End);
    V.Failed = true;
    break;
  case Outcome::StepLimit:
    V.What = "step limit reached";
    V.Failed = StepLimitFails;
    break;
  case Outcome::Stopped:
  case Outcome::Diverged:
    V.What = V.End.Why;
    V.Failed = true;
    break;
  case Outcome::Pruned:
    break;
  }
  return V;
}

Failure failureOf(const Scheduler &Sched, const Verdict &V) {
  return {V.End.Kind, V.What, Trace::of(Sched.steps()), V.End.Preemptions,
          Sched.describe()};
}

/// Smaller is better.
std::pair<uint32_t, size_t> weight(const Failure &F) {
  return {F.Preemptions, F.How.Runs.size()};
}

} // namespace

Exploration explore(Scheduler &Sched, Strategy &S, const Program &P,
                    const ExploreOptions &O) {
  Exploration E;
  std::unordered_set<uint64_t> States;
  while ((E.Complete = !S.more()) == false && E.Executions + E.Pruned < O.MaxExecutions) {
    S.begin(E.Executions + E.Pruned);
    const Verdict V = execute(Sched, S, P, O.StepLimitFails);
    ++(V.End.Kind == Outcome::Pruned ? E.Pruned : E.Executions);
    E.Points += V.End.Steps;
    E.Deadlocks += V.End.Kind == Outcome::Deadlock;
    E.StepLimits += V.End.Kind == Outcome::StepLimit;
    if (V.End.Kind == Outcome::Done && P.State && States.insert(P.State(Sched)).second)
      ++E.States;
    if (!V.Failed)
      continue;
    ++E.Failures;
    if (!E.First)
      E.First = failureOf(Sched, V);
    if (O.StopOnFailure || V.End.Kind == Outcome::Diverged)
      break;
  }
  return E;
}

Result replay(Scheduler &Sched, const Program &P, const Trace &T) {
  Replay S(T);
  S.begin(0);
  Result R = execute(Sched, S, P, true).End;
  if (R.Kind == Outcome::Diverged)
    return R;
  if (!S.spent())
    R.Why = "the replay diverged: the program ended before the trace did";
  else if (T.Digest && *T.Digest != digest(Sched.steps()))
    R.Why = "the replay diverged: the tasks took turns as recorded, but did other things";
  else
    return R;
  R.Kind = Outcome::Diverged;
  return R;
}

// --- shrinking ---------------------------------------------------------------

namespace {

class Shrinker {
public:
  Shrinker(Scheduler &Sched, const Program &P, const Failure &F, unsigned Attempts)
      : Sched(Sched), P(P), Best(F), Attempts(Attempts) {}

  Failure shrink() {
    while (round())
      ;
    return Best;
  }

private:
  /// Tries every simplification of one run of the best trace so far; true as soon
  /// as one is better.
  bool round() {
    for (size_t I = 0; I < Best.How.Runs.size(); ++I)
      // What an edit leaves out or adds, the lenient replay makes good.
      if (tryWith(I, drop) || tryWith(I, goOn) || tryWith(I, exchange) ||
          tryWith(I, drawForward) || tryWith(I, putOff))
        return true;
    return false;
  }

  using Runs = std::vector<Trace::Run>;

  static void drop(Runs &R, size_t I) { R.erase(R.begin() + static_cast<ptrdiff_t>(I)); }
  /// For as long as it can.
  static void goOn(Runs &R, size_t I) { R[I].Count = 0; }
  static void exchange(Runs &R, size_t I) {
    if (I + 1 < R.size())
      std::swap(R[I], R[I + 1]);
  }
  /// The first run of the same task after run I.
  static size_t nextOf(const Runs &R, size_t I) {
    size_t Next = I + 1;
    while (Next < R.size() && R[Next].Task != R[I].Task)
      ++Next;
    return Next;
  }
  static uint32_t together(Trace::Run A, Trace::Run B) {
    return A.Count && B.Count ? A.Count + B.Count : 0;
  }
  /// The task's next run becomes part of this one.
  static void drawForward(Runs &R, size_t I) {
    const size_t Next = nextOf(R, I);
    if (Next == R.size())
      return;
    R[I].Count = together(R[I], R[Next]);
    drop(R, Next);
  }
  /// This one becomes part of the task's next run.
  static void putOff(Runs &R, size_t I) {
    const size_t Next = nextOf(R, I);
    if (Next == R.size())
      return;
    R[Next].Count = together(R[I], R[Next]);
    drop(R, I);
  }

  bool tryWith(size_t I, void (*Edit)(Runs &, size_t)) {
    Trace T;
    T.Runs = Best.How.Runs;
    Edit(T.Runs, I);
    if (T.Runs == Best.How.Runs)
      return false;
    if (Attempts == 0)
      return false;
    --Attempts;
    Replay S(T, Replay::Lenient);
    S.begin(0);
    const Verdict V = execute(Sched, S, P, Best.Kind == Outcome::StepLimit);
    if (!V.Failed || V.End.Kind != Best.Kind || V.What != Best.What)
      return false;
    Failure F = failureOf(Sched, V);
    if (weight(F) >= weight(Best))
      return false;
    Best = std::move(F);
    return true;
  }

  Scheduler &Sched;
  const Program &P;
  Failure Best;
  unsigned Attempts;
};

} // namespace

Failure shrink(Scheduler &Sched, const Program &P, const Failure &F, unsigned Attempts) {
  return Shrinker(Sched, P, F, Attempts).shrink();
}

} // namespace holdfast
