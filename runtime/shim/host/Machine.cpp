// SPDX-License-Identifier: GPL-2.0-or-later
//
// Tasks, their scheduling points and their stacks; and findings, which learn here
// who made them. Executions.cpp runs plays on this.
#include "shim/host/Machine.h"
#include <utility>

// Who walks stacks reads what AddressSanitizer keeps around locals.
#define NO_ASAN __attribute__((no_sanitize("address")))

namespace holdfast {

Machine *Machine::Now = nullptr;

namespace {

Scheduler::Options schedulerOptions(const MachineOptions &O) {
  Scheduler::Options S;
  S.StepLimit = O.StepLimit;
  return S;
}

OpKind kindOf(hf_op Op, bool IsWrite) {
  switch (Op) {
  case HF_OP_ACQUIRE:
  case HF_OP_TRY:
    return OpKind::Acquire;
  case HF_OP_RELEASE:
    return OpKind::Release;
  case HF_OP_WAIT:
    return OpKind::Wait;
  case HF_OP_WAKE:
    return OpKind::Wake;
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
            Kernel.find("__lockdep_no_validate__"), Kernel.find("__lockdep_no_track__")),
      Naming(O.Describe) {
  Now = this;
}

Machine::~Machine() { Now = nullptr; }

// --- tasks and points --------------------------------------------------------

uint32_t Machine::task() const { return Sched.current() == NoTask ? 0 : Sched.current(); }

void Machine::acquired() {
  if (!Naming)
    return;
  NextName = Locks.innermost(task());
  if (Tried)
    Sched.nameObject(Tried, NextName);
  Tried = nullptr;
}

/// Names what the step that starts here is about, and what its task holds.
void Machine::describePoint(hf_op Op, const void *Object) {
  if (!Naming)
    return;
  if (Op == HF_OP_ACQUIRE && !NextName.empty())
    Sched.nameObject(Object, std::exchange(NextName, {}));
  if (Op == HF_OP_MEMORY || Op == HF_OP_WAIT || Op == HF_OP_WAKE)
    if (std::string Name = Kernel.dataAt(reinterpret_cast<uint64_t>(Object));
        !Name.empty())
      Sched.nameObject(Object, Name);
  Tried = Op == HF_OP_TRY ? Object : nullptr;
  describeHeld(Op == HF_OP_ACQUIRE);
}

/// An acquisition is an event of the engine's before the task waits for it.
void Machine::describeHeld(bool Acquiring) {
  if (!Naming)
    return;
  std::vector<std::string> Held = Locks.heldNames(task());
  if (Acquiring && !Held.empty())
    Held.pop_back();
  std::string Text;
  for (const std::string &Name : Held)
    Text += (Text.empty() ? "holding " : ", ") + Name;
  Sched.note(Text);
}

void Machine::point(hf_op Op, const void *Object, bool IsWrite) {
  if (Measuring)
    return;
  describePoint(Op, Object);
  Sched.point({kindOf(Op, IsWrite), Object, IsWrite});
}

/// For reports: what the task waits for.
Machine::Info &Machine::beginWait(hf_op Op, const void *Object) {
  describePoint(Op, Object);
  Info &I = Tasks[task()];
  I.Waits = true;
  I.OnLock = Op == HF_OP_ACQUIRE;
  I.For = std::exchange(NextWait, {});
  if (Naming && Op == HF_OP_WAIT && Memory.owns(Object))
    Sched.nameObject(Object, I.For.substr(0, I.For.find(',')));
  return I;
}

void Machine::pointWhen(hf_op Op, const void *Object, bool IsWrite, int (*Ready)(void *),
                        void *Argument) {
  if (Measuring && Ready(Argument))
    return;
  Info &I = beginWait(Op, Object);
  Sched.pointWhen({kindOf(Op, IsWrite), Object, IsWrite},
                  [&] { return Ready(Argument) != 0; });
  I.Waits = false;
}

bool Machine::pointUntil(hf_op Op, const void *Object, bool IsWrite, int (*Ready)(void *),
                         void *Argument) {
  struct Question {
    int (*Ready)(void *);
    void *Argument;
  } Asked{Ready, Argument};
  auto Ask = [](void *P) {
    const Question &Q = *static_cast<Question *>(P);
    return Q.Ready(Q.Argument) != 0;
  };
  Info &I = beginWait(Op, Object);
  const bool InTime =
      Sched.pointUntil({kindOf(Op, IsWrite), Object, IsWrite}, Ask, &Asked);
  I.Waits = false;
  return InTime;
}

void Machine::yield() {
  describeHeld(false);
  Sched.yield();
}

void Machine::waits(const char *Kind, const void *Object, const void *Where) {
  const std::string Name = Kernel.dataAt(reinterpret_cast<uint64_t>(Object));
  NextWait = Name.empty() ? std::string("a ") + Kind : Kind + (" " + Name);
  if (std::string Place = Kernel.symbolize(caller(Where)); !Place.empty())
    NextWait += ", at " + Place;
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
  const uint64_t A = reinterpret_cast<uint64_t>(Address);
  const bool Shared = Memory.owns(Address) || Kernel.isWritable(A);
  if (Opts.MemoryPoints && Shared && Alive + Daemons > 1)
    point(HF_OP_MEMORY, reinterpret_cast<const void *>(A & ~uint64_t(7)), IsWrite);
}

void Machine::spawn(const std::string &Name, void *Mm, void (*Entry)(void *),
                    void *Argument, bool Daemon) {
  ++(Daemon ? Daemons : Alive);
  const hf_image &Image = Kernel.entry();
  uint32_t Id = Sched.spawn(Name, [=, this, &Image] {
    Tasks[task()].StackTop = __builtin_frame_address(0);
    Image.become(Image.task(task(), Name.c_str(), Mm));
    Entry(Argument);
    taskEnds();
  });
  Locks.nameTask(Id, Name);
  Tasks[Id].Daemon = Daemon;
  if (Daemon)
    Sched.setDaemon(Id);
}

/// The last one waits for daemons, too: what they do until they sleep is part of
/// every execution, or the search would not know what to try in another order.
void Machine::taskEnds() {
  Locks.sysExit(task(), 0);
  if (Alive == 1 && !Tasks[task()].Daemon)
    waitForDaemons();
  describeHeld(false);
  Sched.point({OpKind::End, &Alive, true});
  Tasks[task()].Waits = false;
  --(Tasks[task()].Daemon ? Daemons : Alive);
}

void Machine::exitTask() {
  taskEnds();
  Sched.exit();
}

void Machine::joinAll() {
  describeHeld(false);
  Info &I = Tasks[task()];
  I.Waits = true;
  I.OnLock = false;
  I.For = "the end of all other tasks";
  if (Naming)
    Sched.nameObject(&Alive, "");
  Sched.pointWhen({OpKind::Wait, &Alive, true}, [this] { return Alive == 1; });
  waitForDaemons();
  I.Waits = false;
}

/// Until they sleep. One that waits for a lock then waits for good.
void Machine::waitForDaemons() {
  std::vector<uint32_t> Stuck;
  if (!Daemons)
    return;
  Sched.pointUntil({OpKind::Wait, &Alive, true}, [](void *) { return false; }, nullptr);
  for (const auto &[Id, I] : Tasks)
    if (I.Daemon && I.Waits && I.OnLock)
      Stuck.push_back(Id);
  if (!Stuck.empty())
    reportDeadlock("the play is over, and these are blocked for good:", Stuck);
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
/// called in. The lock functions themselves are left out. The first pointer may
/// be what a wild store left of it: nothing outside of the stack is read.
NO_ASAN std::vector<uint64_t> Machine::stack() const {
  std::vector<uint64_t> Result;
  if (FaultIp)
    Result.push_back(FaultIp);
  auto *F = static_cast<const uint64_t *>(Frame);
  const auto *Top = static_cast<const uint64_t *>(stackTop());
  while (F && F < Top && Result.size() < 64 && Sched.onStack(task(), F) &&
         reinterpret_cast<uint64_t>(F) % sizeof(*F) == 0) {
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

NO_ASAN const void *Machine::kernelFrame(const void *Bottom) const {
  const auto *Top = static_cast<const uint64_t *>(stackTop());
  const auto *At = reinterpret_cast<const uint64_t *>(
      (reinterpret_cast<uint64_t>(Bottom) + 7) & ~uint64_t(7));
  if (!Sched.onStack(task(), At))
    return nullptr;
  for (; At + 1 < Top; ++At) {
    const auto *Next = reinterpret_cast<const uint64_t *>(At[0]);
    if (Kernel.isText(At[1]) && Next > At && Next <= Top)
      return At;
  }
  return nullptr;
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

} // namespace holdfast
