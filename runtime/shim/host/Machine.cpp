// SPDX-License-Identifier: GPL-2.0-or-later
//
// An execution starts from the image's memory as it was loaded, an empty arena,
// an engine that has seen nothing and one task. So it depends on the decisions
// of the strategy alone, and costs microseconds instead of a process.
//
// A finding does not end an execution unless it cannot go on (a crash): later
// ones may tell more. It is told with the shortest interleaving that shrinking
// finds, replayed once more to get the names of what it touches.
#include "shim/host/Machine.h"
#include <chrono>

namespace holdfast {

Machine *Machine::Now = nullptr;

namespace {

Scheduler::Options schedulerOptions(const MachineOptions &O) {
  Scheduler::Options S;
  S.StepLimit = O.StepLimit;
  return S;
}

std::string lastLines(const std::string &Text, unsigned Lines) {
  size_t At = Text.size();
  for (unsigned N = 0; N <= Lines && At != std::string::npos && At > 0; ++N)
    At = Text.rfind('\n', At - 1);
  return At == std::string::npos || At == 0 ? Text : "(...)" + Text.substr(At);
}

OpKind kindOf(hf_op Op, bool IsWrite) {
  switch (Op) {
  case HF_OP_ACQUIRE:
  case HF_OP_TRY:
    return OpKind::Acquire;
  case HF_OP_RELEASE:
    return OpKind::Release;
  case HF_OP_START:
    return OpKind::Start;
  case HF_OP_PTE:
  case HF_OP_MEMORY:
    break;
  }
  return IsWrite ? OpKind::Write : OpKind::Read;
}

} // namespace

Machine::Machine(Image &Kernel, const MachineOptions &O)
    : Kernel(Kernel), Opts(O), Sched(schedulerOptions(O)),
      Locks({[this](Finding F) { report(std::move(F)); }, [this] { return stack(); },
             [this](uint64_t A) { return this->Kernel.symbolize(A); }},
            Kernel.find("__lockdep_no_validate__"), Kernel.find("__lockdep_no_track__")) {
  Now = this;
}

Machine::~Machine() { Now = nullptr; }

// --- tasks and points --------------------------------------------------------

uint32_t Machine::task() const { return Sched.current() == NoTask ? 0 : Sched.current(); }

void Machine::acquired() {
  if (Naming)
    NextName = Locks.innermost(task());
}

void Machine::named(hf_op Op, const void *Object) {
  if (!Naming || NextName.empty() || Op != HF_OP_ACQUIRE)
    return;
  Sched.nameObject(Object, NextName);
  NextName.clear();
}

void Machine::point(hf_op Op, const void *Object, bool IsWrite) {
  named(Op, Object);
  if (!Measuring)
    Sched.point({kindOf(Op, IsWrite), Object, IsWrite});
}

void Machine::pointWhen(hf_op Op, const void *Object, bool IsWrite, int (*Ready)(void *),
                        void *Argument) {
  named(Op, Object);
  if (Measuring && Ready(Argument))
    return;
  Sched.pointWhen({kindOf(Op, IsWrite), Object, IsWrite},
                  [&] { return Ready(Argument) != 0; });
}

void Machine::touch(hf_op Op, const void *Object, bool IsWrite) {
  if (!Measuring)
    Sched.touch({kindOf(Op, IsWrite), Object, IsWrite});
}

void Machine::access(const void *Address, unsigned long Size, bool IsWrite,
                     const void *Where) {
  if (Memory.isFreed(Address)) {
    Frame = Where;
    report("use-after-free", "memory",
           std::string(IsWrite ? "write to" : "read of") + " freed memory, in " +
               Kernel.functionAt(caller(Where)) + "()");
  }
  const void *Word =
      reinterpret_cast<const void *>(reinterpret_cast<uint64_t>(Address) & ~uint64_t(7));
  uint64_t A = reinterpret_cast<uint64_t>(Address);
  bool Shared = Memory.owns(Address) || (A >= ImageBase && A < StubBase);
  if (Opts.MemoryPoints && Shared && Alive > 1)
    point(HF_OP_MEMORY, Word, IsWrite);
}

void Machine::spawn(const std::string &Name, void *Mm, void (*Entry)(void *),
                    void *Argument) {
  ++Alive;
  const hf_image &Image = Kernel.entry();
  uint32_t Id = Sched.spawn(Name, [=, this, &Image] {
    char Here;
    Tasks[task()] = {&Here};
    Image.become(Image.task(task(), Name.c_str(), Mm));
    Entry(Argument);
    Locks.sysExit(task(), 0);
    Sched.point({OpKind::Other, &Alive, true});
    --Alive;
  });
  Locks.nameTask(Id, Name);
}

void Machine::joinAll() {
  Sched.pointWhen({OpKind::Wait, &Alive, true}, [this] { return Alive == 1; });
}

void *Machine::stackTop() const {
  auto It = Tasks.find(task());
  return It == Tasks.end() ? nullptr : It->second.StackTop;
}

// --- stacks ------------------------------------------------------------------

uint64_t Machine::caller(const void *Where) {
  Frame = Where;
  std::vector<uint64_t> Stack = stack();
  return Stack.empty() ? 0 : Stack.front();
}

/// Walks frame pointers (the configuration keeps them) up to where the host
/// called in. The lock functions themselves are left out.
std::vector<uint64_t> Machine::stack() const {
  std::vector<uint64_t> Result;
  if (FaultIp)
    Result.push_back(FaultIp);
  auto *F = static_cast<const uint64_t *>(Frame);
  const auto *Top = static_cast<const uint64_t *>(stackTop());
  while (F && F < Top && Result.size() < 64) {
    uint64_t Return = F[1];
    const auto *Next = reinterpret_cast<const uint64_t *>(F[0]);
    if (!Kernel.isText(Return))
      break;
    if (!Kernel.isLockText(Return))
      Result.push_back(Return);
    if (Next <= F)
      break;
    F = Next;
  }
  return Result;
}

// --- findings ----------------------------------------------------------------

void Machine::report(Finding F) {
  const uint32_t Task = task();
  F.Task = Sched.current() == NoTask ? "host" : Sched.taskName(Task);
  if (F.Held.empty())
    F.Held = Locks.held(Task);
  for (uint64_t A : stack())
    F.Stack.push_back(Kernel.symbolize(A));
  if (F.Function.empty() && !stack().empty())
    F.Function = Kernel.functionAt(stack().front());
  if (!Target.empty()) {
    Keys.insert(F.key());
    return;
  }
  if (Keys.insert(F.key()).second)
    Fresh.push_back(std::move(F));
}

void Machine::report(std::string Kind, std::string Rule, std::string Title) {
  Finding F;
  F.Kind = std::move(Kind);
  F.Rule = std::move(Rule);
  F.Title = std::move(Title);
  report(std::move(F));
}

void Machine::stop(const std::string &Why) {
  FaultIp = 0;
  Sched.stop(Why);
}

void Machine::reportDeadlock(const Result &R) {
  Finding F;
  F.Kind = "deadlock";
  F.Title = "all tasks are blocked:";
  F.Fatal = true;
  for (TaskId T : R.Blocked) {
    F.Title += " " + Sched.taskName(T);
    F.Text += "task " + Sched.taskName(T) + " waits; it holds or waits for:\n";
    for (const std::string &Line : Locks.held(T))
      F.Text += "  " + Line + "\n";
  }
  F.Held = {"(see each task)"};
  Frame = nullptr;
  report(std::move(F));
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
  Alive = 0;
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
    reportDeadlock(R);
  else if (R.Kind == Outcome::StepLimit)
    report("livelock", "", "no end after " + std::to_string(R.Steps) + " steps");
  else if (R.Kind == Outcome::Diverged)
    report("diverged", "", R.Why);
  if (R.Kind == Outcome::Diverged)
    for (Finding &F : Fresh)
      F.Incomplete = true;
}

/// The interleaving of F, short if it can be.
void Machine::explain(const hf_scenario &P, Finding &F, const Result &R, bool Shrink) {
  Failure Case{R.Kind, F.key(), Trace::of(Sched.steps()), R.Preemptions,
               Sched.describe()};
  Program Again;
  Again.Setup = [&](Scheduler &) { setup(P); };
  Again.Check = [&](Scheduler &) { return Keys.count(Target) ? Target : ""; };
  Target = F.key();
  if (Shrink && R.Kind == Outcome::Done && R.Preemptions)
    Case = shrink(Sched, Again, Case, 300);
  Naming = true;
  holdfast::replay(Sched, Again, Case.How);
  Naming = false;
  F.Trace = Trace::of(Sched.steps()).str();
  F.Steps = lastLines(Sched.describe(), 200);
  Target.clear();
}

Tally Machine::explore(const hf_scenario &P, Strategy &S, const Limits &L,
                       const std::function<void(const Finding &)> &Tell) {
  auto Start = std::chrono::steady_clock::now();
  Counts = {};
  bool Found = false;
  while ((Counts.Complete = !S.more()) == false &&
         Counts.Executions + Counts.Pruned < L.Executions) {
    S.begin(Counts.Executions + Counts.Pruned);
    Result R = execute(P, S);
    ++(R.Kind == Outcome::Pruned ? Counts.Pruned : Counts.Executions);
    Counts.Points += R.Steps;
    if (Counts.Executions == 1) {
      Counts.Classes = Locks.classes();
      Counts.Edges = Locks.edges();
    }
    std::vector<Finding> New = std::move(Fresh);
    for (Finding &F : New) {
      if (!Known.insert(F.key()).second)
        continue;
      Found = true;
      if (P.flags & HF_CONCURRENT)
        explain(P, F, R, L.Shrink);
      Tell(F);
      if (!(P.flags & HF_CONCURRENT))
        continue;
    }
    if (R.Kind == Outcome::Diverged || (Found && L.StopOnFinding))
      break;
  }
  Counts.Seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - Start).count();
  return Counts;
}

} // namespace holdfast
