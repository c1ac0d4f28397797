// SPDX-License-Identifier: GPL-2.0-or-later
// What kernel code needs from a process: its printk, and its ud2.
//
// Compiled with -mstackrealign: the kernel's objects keep the stack aligned to 8
// bytes and call us with it, while libc's code wants 16.
#include "host/Kernel.h"
#include "kernel/abi.h"

#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ucontext.h>
#include <unistd.h>

namespace holdfast::selftest {

TextHook OnFormat = nullptr, OnText = nullptr;
unsigned Warnings = 0;

namespace {

/// CONFIG_GENERIC_BUG_RELATIVE_POINTERS and DEBUG_BUGVERBOSE, as x86-64 has it.
struct BugEntry {
  int32_t Address, File;
  uint16_t Line, Flags;
};
constexpr uint16_t BugIsWarning = 1, BugOnce = 2, BugDone = 4;

} // namespace

extern "C" {
extern BugEntry BugsBegin[] __asm__("__start___bug_table") __attribute__((weak));
extern BugEntry BugsEnd[] __asm__("__stop___bug_table") __attribute__((weak));
}

namespace {

BugEntry *findBug(uintptr_t Address) {
  for (BugEntry *B = BugsBegin; B != BugsEnd; ++B)
    if (reinterpret_cast<uintptr_t>(&B->Address) + static_cast<intptr_t>(B->Address) ==
        Address)
      return B;
  return nullptr;
}

/// A WARN goes on after its two bytes, anything else is the end.
void onIllegalInstruction(int, siginfo_t *, void *Context) {
  greg_t &Rip = static_cast<ucontext_t *>(Context)->uc_mcontext.gregs[REG_RIP];
  BugEntry *B = findBug(static_cast<uintptr_t>(Rip));
  if (!B || !(B->Flags & BugIsWarning)) {
    std::fprintf(stderr, "illegal instruction or BUG at %llx\n",
                 static_cast<unsigned long long>(Rip));
    _exit(ExitBug);
  }
  Rip += 2;
  if ((B->Flags & BugOnce) && (B->Flags & BugDone))
    return;
  B->Flags |= BugDone;
  ++Warnings;
  if (OnFormat)
    return; // it has heard of it
  const char *File = reinterpret_cast<const char *>(&B->File) + B->File;
  std::fprintf(stderr, "WARNING: at %s:%u\n", File, B->Line);
}

} // namespace

void installHandlers() {
  struct sigaction Action{};
  Action.sa_sigaction = onIllegalInstruction;
  Action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGILL, &Action, nullptr);
}

} // namespace holdfast::selftest

using namespace holdfast::selftest;

extern "C" {

int _printk(const char *Format, ...) {
  if (Format[0] == '\1' && Format[1])
    Format += 2; // the level
  if (OnFormat) {
    OnFormat(Format);
    return 0;
  }
  char Text[1024];
  va_list Arguments;
  va_start(Arguments, Format);
  int Length = std::vsnprintf(Text, sizeof Text, Format, Arguments);
  va_end(Arguments);
  if (OnText)
    OnText(Text);
  return Length;
}

void __warn_printk(const char *Format, ...) {
  char Text[256];
  va_list Arguments;
  va_start(Arguments, Format);
  std::vsnprintf(Text, sizeof Text, Format, Arguments);
  va_end(Arguments);
  if (OnFormat)
    OnFormat(Text);
}

void hf_stub_reached(const char *Name) {
  std::fprintf(stderr, "%s() was reached, but nobody wrote it\n", Name);
  std::fflush(nullptr);
  _exit(ExitStub);
}
}
