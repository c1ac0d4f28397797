// SPDX-License-Identifier: GPL-2.0-or-later
//
// An execution starts from the image's memory as it was loaded, an empty arena,
// an engine that has seen nothing and one task. So it depends on the decisions
// of the strategy alone, and costs microseconds instead of a process.
//
// A finding does not end an execution unless it cannot go on (a crash): later
// ones may tell more. It is told with the shortest interleaving that shrinking
// finds, replayed once more to get the names of what it touches and of what each
// task holds at each step.
#include "shim/host/Machine.h"
#include <algorithm>
#include <chrono>

namespace holdfast {

namespace {

std::string lastLines(const std::string &Text, unsigned Lines) {
  size_t At = Text.size();
  for (unsigned N = 0; N <= Lines && At != std::string::npos && At > 0; ++N)
    At = Text.rfind('\n', At - 1);
  return At == std::string::npos || At == 0 ? Text : "(...)" + Text.substr(At);
}

} // namespace

/// "waits for second, at f+0x1/0x2; it holds:" and a line for each lock.
std::string Machine::waiting(uint32_t Task) const {
  std::vector<std::string> Held = Locks.held(Task);
  auto It = Tasks.find(Task);
  std::string For = "something";
  if (It != Tasks.end() && It->second.Waits)
    For = It->second.For;
  if (It != Tasks.end() && It->second.OnLock && !Held.empty()) {
    For = Held.back();
    Held.pop_back();
  }
  std::string Text = Sched.taskName(Task) + " waits for " + For +
                     (Held.empty() ? "; it holds no lock\n" : "; it holds:\n");
  for (const std::string &Line : Held)
    Text += "  " + Line + "\n";
  return Text;
}

void Machine::reportDeadlock(const std::string &Title,
                             const std::vector<uint32_t> &Blocked) {
  Finding F;
  F.Kind = "deadlock";
  F.Title = Title;
  F.Fatal = true;
  for (TaskId T : Blocked) {
    F.Title += " " + Sched.taskName(T);
    F.Text += waiting(T);
  }
  F.Held = {"(see each task)"};
  Frame = nullptr;
  report(std::move(F));
}

void Machine::die(Finding F) {
  F.Incomplete = F.Fatal = true;
  F.Text.clear();
  Target.clear();
  Keys.clear();
  Fresh.clear();
  report(std::move(F));
  Finding &Last = Fresh.back();
  Last.Trace = Trace::of(Sched.steps()).str();
  Last.Steps = lastLines(Sched.describe(), 200);
  if (LastWords)
    LastWords(Last);
}

// --- executions --------------------------------------------------------------

void Machine::setup(const hf_scenario &P) {
  ++Serial;
  Kernel.restore();
  Memory.reset();
  Tables.reset();
  Locks.reset();
  Tasks.clear();
  Console.clear();
  Keys.clear();
  Fresh.clear();
  Alive = Daemons = 0;
  Frame = nullptr;
  FaultIp = 0;
  Measuring = P.flags & HF_MEASURE;
  Guessed = P.flags & HF_GUESSED;
  Kernel.entry().boot(&HostTable);
  spawn(
      "main", nullptr, [](void *Run) { reinterpret_cast<void (*)()>(Run)(); },
      reinterpret_cast<void *>(P.run));
}

Result Machine::execute(const hf_scenario &P, Strategy &S) {
  Sched.reset();
  setup(P);
  Result R = Sched.run(S);
  conclude(R);
  return R;
}

void Machine::conclude(const Result &R) {
  Frame = nullptr;
  FaultIp = 0;
  if (R.Kind == Outcome::Deadlock)
    reportDeadlock("all tasks are blocked:", R.Blocked);
  else if (R.Kind == Outcome::StepLimit)
    report("livelock", "", "no end after " + std::to_string(R.Steps) + " steps");
  else if (R.Kind == Outcome::Diverged)
    report("diverged", "", R.Why);
  if (R.Kind == Outcome::Diverged)
    for (Finding &F : Fresh)
      F.Incomplete = true;
}

/// The interleaving of F, which happened as in Case; short if it can be.
void Machine::explain(const hf_scenario &P, Finding &F, const Failure &Case,
                      bool Shrink) {
  Failure Best = Case;
  Best.What = Target = F.key();
  Program Again;
  Again.Setup = [&](Scheduler &) { setup(P); };
  Again.Check = [&](Scheduler &) { return Keys.count(Target) ? Target : ""; };
  if (Shrink && Case.Kind == Outcome::Done && Case.Preemptions)
    Best = shrink(Sched, Again, Best, 300);
  Naming = true;
  holdfast::replay(Sched, Again, Best.How);
  Naming = Opts.Describe;
  F.Trace = Trace::of(Sched.steps()).str();
  F.Steps = lastLines(Sched.describe(), 200);
  Target.clear();
}

/// Of what the execution that has ended found, what no other one did.
void Machine::tellNew(const hf_scenario &P, const Result &R, const Limits &L,
                      const std::function<void(const Finding &)> &Tell) {
  if (Fresh.empty())
    return;
  // Explaining the first finding plays other executions: this one is kept.
  const Failure Case{R.Kind, "", Trace::of(Sched.steps()), R.Preemptions, ""};
  const bool Alone = Sched.taskCount() == 1;
  std::vector<Finding> New = std::move(Fresh);
  for (Finding &F : New) {
    if (!Known.insert(F.key()).second)
      continue;
    Found = true;
    if (!Alone && !Measuring)
      explain(P, F, Case, L.Shrink);
    Tell(F);
  }
}

Tally Machine::explore(const hf_scenario &P, Strategy &S, const Limits &L,
                       const std::function<void(const Finding &)> &Tell) {
  auto Start = std::chrono::steady_clock::now();
  Counts = {};
  Found = false;
  Locks.forgetGathered();
  while ((Counts.Complete = !S.more()) == false &&
         Counts.Executions + Counts.Pruned < L.Executions) {
    S.begin(Counts.Executions + Counts.Pruned);
    Result R = execute(P, S);
    ++(R.Kind == Outcome::Pruned ? Counts.Pruned : Counts.Executions);
    Counts.Points += R.Steps;
    // One that was stopped crashed or hung: once is enough.
    if (Locks.gather(R.Kind != Outcome::Stopped))
      Tellings.push_back({&P, Trace::of(Sched.steps())});
    tellNew(P, R, L, Tell);
    if (R.Kind == Outcome::Diverged || (Found && L.StopOnFinding))
      break;
  }
  Counts.Classes = Locks.classes();
  Counts.Edges = Locks.edges();
  Counts.Seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - Start).count();
  return Counts;
}

// An execution starts with an engine that has seen nothing, or a trace would not
// lead to the same report again. A kernel's lockdep has seen all since boot: that A
// is taken under B in one system call and B under A in another is a finding even
// where no execution has both. Few executions show anything new, so those are
// played once more under an engine that does not forget.
void Machine::playAsOneBoot(const std::function<void(const Finding &)> &Tell) {
  std::set<std::string> All;
  for (const Telling &T : Tellings)
    All.insert(T.Play->name);
  for (Finding &F : bootOf(All)) {
    if (!Known.insert(F.key()).second)
      continue;
    // As few plays as show it: its reader has to follow them all.
    std::set<std::string> Needed(F.Plays.begin(), F.Plays.end());
    for (const std::string &Play : F.Plays) {
      std::set<std::string> Fewer = Needed;
      Fewer.erase(Play);
      for (const Finding &Still : bootOf(Fewer))
        if (Still.key() == F.key())
          Needed = Fewer;
    }
    std::erase_if(F.Plays, [&](const std::string &P) { return !Needed.count(P); });
    Tell(F);
  }
}

/// What the tellings of these plays show together.
std::vector<Finding> Machine::bootOf(const std::set<std::string> &Chosen) {
  std::vector<Finding> Shown;
  std::vector<std::string> Plays;
  Locks.keepOrder(Memory.start(), Memory.size());
  for (const Telling &T : Tellings) {
    if (!Chosen.count(T.Play->name))
      continue;
    if (Plays.empty() || Plays.back() != T.Play->name)
      Plays.push_back(T.Play->name);
    Replay Again(T.How);
    Again.begin(0);
    execute(*T.Play, Again);
    for (Finding &F : Fresh) {
      if (!F.Ordered)
        continue;
      F.Rule = "lock-order-over-executions";
      F.Plays = Plays;
      Shown.push_back(std::move(F));
    }
  }
  return Shown;
}

} // namespace holdfast
