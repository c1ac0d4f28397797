// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the processor says while kernel code runs, turned into findings.
//
//   ud2 at an address of the tree's bug table   WARN (goes on) or BUG (ends)
//   a touch of the region of undefined names    the name; a call returns 0
//   cli, sti                                    skipped: the shim's own locks
//                                               keep the interrupt flag
//   a guard page                                stack overflow
//   an instruction fetch from nowhere           a jump through a wild pointer
//   anything else in the image                  a crash at that address
//   the host's own code, which the kernel half  the process cannot go on: it says
//   called (or SIGABRT)                         what it knows, and ends
//
// The handlers run on their own stack. One that ends the execution makes the
// interrupted context go on in die(), on the task's own stack from its top:
// the frames there are abandoned anyway, and an overflowed stack has no room.
#include "shim/host/Machine.h"
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

namespace holdfast {

namespace {

std::string *WhyDying;

[[noreturn]] void die() { Machine::current()->stop(*WhyDying); }

std::string hex(uint64_t Value) {
  char Text[32];
  std::snprintf(Text, sizeof Text, "0x%llx", static_cast<unsigned long long>(Value));
  return Text;
}

struct Context {
  greg_t *R;
  uint64_t ip() const { return static_cast<uint64_t>(R[REG_RIP]); }
  void skip(unsigned Bytes) { R[REG_RIP] += Bytes; }
  void endIn(Machine &M, const std::string &Why) {
    static std::string Text;
    Text = Why;
    WhyDying = &Text;
    M.Sched.abandonFrames();
    uint64_t Top = reinterpret_cast<uint64_t>(M.stackTop()) & ~uint64_t(15);
    R[REG_RSP] = static_cast<greg_t>(Top - 256 - 8); // as after a call
    R[REG_RIP] = reinterpret_cast<greg_t>(&die);
  }
};

/// The host trapped: the driver gave it a wild pointer, or wrote over its memory.
/// Its heap may be in any state, so it says what it knows and ends; if even that
/// fails, the signal has its usual effect.
[[noreturn]] void giveUp(int Signal, const Context *C, uint64_t Address) {
  static volatile sig_atomic_t Nested;
  Machine *M = Machine::current();
  std::signal(SIGALRM, SIG_DFL);
  alarm(5);
  if (M && M->stackTop() && C && !Nested) {
    Nested = 1;
    M->FaultIp = 0;
    M->Frame = M->kernelFrame(reinterpret_cast<const void *>(C->R[REG_RSP]));
    Finding F;
    F.Kind = "harness";
    F.Title = std::string("the harness died: ") + strsignal(Signal);
    if (Signal != SIGABRT)
      F.Title += " at " + hex(Address);
    std::vector<uint64_t> Stack = M->stack();
    if (!Stack.empty())
      F.Title += ", called from " + M->Kernel.functionAt(Stack.front()) + "()";
    M->die(std::move(F));
    _exit(EXIT_FAILURE);
  }
  std::signal(Signal, SIG_DFL);
  raise(Signal);
  _exit(EXIT_FAILURE);
}

void prepare(Machine &M, const Context &C) {
  M.FaultIp = C.ip();
  M.Frame = reinterpret_cast<const void *>(C.R[REG_RBP]);
}

void end(Machine &M, Context &C, Finding F) {
  F.Fatal = true;
  F.Incomplete = M.Guessed && F.Kind == "crash";
  std::string Why = F.Title;
  M.report(std::move(F));
  C.endIn(M, Why);
  M.FaultIp = 0;
}

void onUd2(Machine &M, Context &C) {
  hf_bug Bug = {};
  prepare(M, C);
  Finding F;
  if (!M.Kernel.entry().find_bug(C.ip(), &Bug)) {
    F.Kind = "crash";
    F.Title = "invalid opcode at " + M.Kernel.symbolize(C.ip());
    return end(M, C, std::move(F));
  }
  F.File = Bug.file;
  F.Line = Bug.line;
  std::string Place = F.File + ":" + std::to_string(F.Line);
  if (!Bug.warning) {
    F.Kind = "bug";
    F.Title = "kernel BUG at " + Place + "!";
    return end(M, C, std::move(F));
  }
  F.Kind = "warn";
  F.Title = "WARNING at " + Place + " " + M.Kernel.symbolize(C.ip());
  if (!Bug.once || !(*Bug.flags & Bug.done)) {
    if (Bug.once)
      *Bug.flags |= Bug.done;
    M.report(std::move(F));
  }
  M.FaultIp = 0;
  C.skip(2);
}

/// True if it was a touch of what nobody defines.
bool onStub(Machine &M, Context &C, uint64_t Address) {
  bool Call = M.Kernel.stubAt(C.ip());
  const std::string *Name = M.Kernel.stubAt(Call ? C.ip() : Address);
  if (!Name)
    return false;
  prepare(M, C);
  Finding F;
  F.Kind = "not-modelled";
  F.Incomplete = true;
  if (Call) {
    uint64_t *Stack = reinterpret_cast<uint64_t *>(C.R[REG_RSP]);
    M.FaultIp = Stack[0];
    F.Title = *Name + "() is not modelled";
    M.report(std::move(F));
    C.R[REG_RIP] = static_cast<greg_t>(Stack[0]);
    C.R[REG_RSP] += 8;
    C.R[REG_RAX] = 0;
  } else {
    F.Title = "data " + *Name + " is not modelled";
    M.report(std::move(F));
    mprotect(reinterpret_cast<void *>(Address & ~uint64_t(StubStride - 1)), StubStride,
             PROT_READ | PROT_WRITE);
  }
  M.FaultIp = 0;
  return true;
}

void onMemory(Machine &M, Context &C, uint64_t Address, const siginfo_t &Info) {
  const unsigned char *Code = reinterpret_cast<const unsigned char *>(C.ip());
  if (M.Kernel.isText(C.ip()) && (*Code == 0xfa || *Code == 0xfb))
    return C.skip(1); // cli, sti
  if (onStub(M, C, Address))
    return;
  prepare(M, C);
  const std::string Where = ", in " + M.Kernel.symbolize(C.ip());
  Finding F;
  F.Kind = "crash";
  if (M.Sched.overflowed(reinterpret_cast<void *>(Address)) != NoTask) {
    F.Kind = "stack-overflow";
    F.Title = "kernel stack overflow in " + M.Kernel.functionAt(C.ip()) + "()";
  } else if (Info.si_signo == SIGFPE) {
    F.Title = "divide error" + Where;
  } else if (Info.si_signo == SIGSEGV && Info.si_code == SI_KERNEL) {
    // The processor does not say which address it was.
    F.Title = "general protection fault, probably for a non-canonical address" + Where;
  } else if (Address < 4096) {
    F.Title = "NULL pointer dereference at " + hex(Address) + Where;
  } else {
    F.Title = "unable to handle page fault at " + hex(Address) + Where;
  }
  end(M, C, std::move(F));
}

/// What called it left its address on the stack, and its frame pointer.
void onWildJump(Machine &M, Context &C) {
  const auto *Stack = reinterpret_cast<const uint64_t *>(C.R[REG_RSP]);
  const uint64_t To = C.ip();
  prepare(M, C);
  M.FaultIp = 0;
  if (M.Sched.onStack(M.task(), Stack) && M.Kernel.isText(*Stack))
    M.FaultIp = *Stack;
  Finding F;
  F.Kind = "crash";
  F.Title = To < 4096 ? "call of a NULL pointer" : "jump to " + hex(To);
  if (M.FaultIp)
    F.Title += ", from " + M.Kernel.symbolize(M.FaultIp);
  end(M, C, std::move(F));
}

void onSignal(int Signal, siginfo_t *Info, void *Raw) {
  Machine *M = Machine::current();
  Context C{static_cast<ucontext_t *>(Raw)->uc_mcontext.gregs};
  const uint64_t Address = reinterpret_cast<uint64_t>(Info->si_addr);
  if (!M || !M->stackTop())
    return giveUp(Signal, nullptr, Address);
  const bool Ours = M->Kernel.isText(C.ip()) || M->Kernel.stubAt(C.ip());
  if (Signal == SIGILL && Ours)
    return onUd2(*M, C);
  const bool Overflow = M->Sched.overflowed(Info->si_addr) != NoTask;
  if (Signal != SIGABRT && (Ours || Overflow))
    return onMemory(*M, C, Address, *Info);
  if (Signal == SIGSEGV && (Address == C.ip() || C.ip() < 4096))
    return onWildJump(*M, C);
  giveUp(Signal, &C, Address);
}

// --- hangs -----------------------------------------------------------------------

size_t LastSteps;
uint64_t LastSerial;
unsigned Ticks, MaxTicks;

void onTick(int, siginfo_t *, void *Raw) {
  Machine *M = Machine::current();
  if (!M || !M->stackTop() || M->Measuring)
    return;
  size_t Steps = M->Sched.steps().size();
  if (Steps != LastSteps || M->Serial != LastSerial || Steps == 0) {
    LastSteps = Steps;
    LastSerial = M->Serial;
    Ticks = 0;
    return;
  }
  Context C{static_cast<ucontext_t *>(Raw)->uc_mcontext.gregs};
  // Only kernel code may be left where it stands; the host may hold its heap.
  if (++Ticks < MaxTicks || !M->Kernel.isText(C.ip()))
    return;
  prepare(*M, C);
  Finding F;
  F.Kind = "hang";
  F.Title = "soft lockup: " + M->Kernel.functionAt(C.ip()) + "() does not end";
  end(*M, C, std::move(F));
  Ticks = 0;
}

} // namespace

void installTraps() {
  static char AlternateStack[256 * 1024];
  stack_t Stack = {};
  Stack.ss_sp = AlternateStack;
  Stack.ss_size = sizeof AlternateStack;
  sigaltstack(&Stack, nullptr);
  struct sigaction Action = {};
  Action.sa_sigaction = onSignal;
  // A handler may leave by die(): the signal must not stay blocked.
  Action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (int Signal : {SIGILL, SIGSEGV, SIGBUS, SIGFPE, SIGTRAP, SIGABRT})
    sigaction(Signal, &Action, nullptr);
}

void watchForHangs(unsigned Seconds) {
  struct sigaction Action = {};
  Action.sa_sigaction = onTick;
  Action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  sigaction(SIGALRM, &Action, nullptr);
  MaxTicks = Seconds ? Seconds * 4 : ~0u;
  struct itimerval Interval = {};
  Interval.it_interval.tv_usec = Interval.it_value.tv_usec = Seconds ? 250'000 : 0;
  setitimer(ITIMER_REAL, &Interval, nullptr);
}

} // namespace holdfast
