// SPDX-License-Identifier: GPL-2.0-or-later
//
// Why not ucontext: swapcontext() saves the signal mask, a system call each way,
// and an exploration switches millions of times. What a switch must save is only
// what a callee must keep: to the compiler it is a call that takes long.
//
// A fresh fiber's stack is laid out as if it had been switched away from just
// before the first instruction of `start`, with its entry in saved registers:
//
//   top      0 0               end of the call chain for unwinders
//            address of start  taken by the ret of the switch
//            rbp rbx r12 r13 r14 r15
//   Saved -> mxcsr, x87 control word
#include "sched/Fiber.h"
#include <cstdint>
#include <cstring>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HOLDFAST_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HOLDFAST_ASAN 1
#endif
#ifdef HOLDFAST_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#ifndef __x86_64__
#error "fibers are written for x86-64 and the System V ABI"
#endif

extern "C" void holdfastSwitchStacks(void **Save, void *Load);
extern "C" void holdfastStartFiber();

asm(R"(
  .text
  .p2align 4
  .type holdfastSwitchStacks, @function
  .hidden holdfastSwitchStacks
  .globl holdfastSwitchStacks
holdfastSwitchStacks:
  .cfi_startproc
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  subq $8, %rsp
  stmxcsr (%rsp)
  fnstcw 4(%rsp)
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  ldmxcsr (%rsp)
  fldcw 4(%rsp)
  addq $8, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .cfi_endproc
  .size holdfastSwitchStacks, . - holdfastSwitchStacks

  .p2align 4
  .type holdfastStartFiber, @function
  .hidden holdfastStartFiber
  .globl holdfastStartFiber
holdfastStartFiber:
  .cfi_startproc
  .cfi_undefined rip
  movq %r12, %rdi
  callq *%r13
  ud2
  .cfi_endproc
  .size holdfastStartFiber, . - holdfastStartFiber
)");

namespace holdfast {

static size_t pageSize() {
  static const size_t Size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return Size;
}

FiberStack::FiberStack(size_t Wanted) : Guard(pageSize()) {
  Bytes = (Wanted + Guard - 1) / Guard * Guard;
  void *Memory = mmap(nullptr, Guard + Bytes, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (Memory == MAP_FAILED)
    throw std::bad_alloc();
  Mapping = static_cast<char *>(Memory);
  if (mprotect(bottom(), Bytes, PROT_READ | PROT_WRITE) != 0) {
    munmap(Mapping, Guard + Bytes);
    throw std::bad_alloc();
  }
}

void FiberStack::abandonFrames() {
#ifdef HOLDFAST_ASAN
  __asan_unpoison_memory_region(bottom(), Bytes);
#endif
}

FiberStack::~FiberStack() {
  abandonFrames();
  munmap(Mapping, Guard + Bytes);
}

bool FiberStack::inGuard(const void *Address) const {
  const uintptr_t A = reinterpret_cast<uintptr_t>(Address);
  const uintptr_t First = reinterpret_cast<uintptr_t>(Mapping);
  return A >= First && A < First + Guard;
}

namespace {
/// What a switch leaves on the stack, lowest address first.
struct Frame {
  uint32_t Mxcsr;
  uint16_t FpuControl, Unused;
  uint64_t R15, R14, R13, R12, Rbx, Rbp, Return, End[2];
};
static_assert(sizeof(Frame) == 80);
} // namespace

void Fiber::start(FiberStack &S, Entry NewFunction, void *NewArgument) {
  S.abandonFrames();
  Function = NewFunction;
  Argument = NewArgument;
  Finished = false;
  Bottom = S.bottom();
  Size = S.size();

  Frame F = {};
  asm("stmxcsr %0\n\tfnstcw %1" : "=m"(F.Mxcsr), "=m"(F.FpuControl));
  F.R12 = reinterpret_cast<uint64_t>(this);
  F.R13 = reinterpret_cast<uint64_t>(&Fiber::enter);
  F.Return = reinterpret_cast<uint64_t>(&holdfastStartFiber);
  char *At = S.top() - sizeof(Frame);
  std::memcpy(At, &F, sizeof(Frame));
  Saved = At;
}

void Fiber::switchTo(Fiber &From, Fiber &To) {
  To.CameFrom = &From;
#ifdef HOLDFAST_ASAN
  void **Keep = From.Finished ? nullptr : &From.FakeStack;
  __sanitizer_start_switch_fiber(Keep, To.Bottom, To.Size);
#endif
  holdfastSwitchStacks(&From.Saved, To.Saved);
  From.arrived();
}

/// First thing on a stack that was switched to.
void Fiber::arrived() {
#ifdef HOLDFAST_ASAN
  // Learns the bounds of a thread's own stack; the others' are known already.
  __sanitizer_finish_switch_fiber(FakeStack, &CameFrom->Bottom, &CameFrom->Size);
#endif
}

void Fiber::enter(Fiber *Self) {
  Self->arrived();
  Fiber *Next = Self->Function(Self->Argument);
  Self->Finished = true;
  Self->FakeStack = nullptr; // the switch below frees it; an abandoned one is reused
  switchTo(*Self, *Next);
  __builtin_trap(); // a finished fiber was switched to
}

} // namespace holdfast
