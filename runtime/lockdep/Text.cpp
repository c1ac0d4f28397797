// SPDX-License-Identifier: GPL-2.0-or-later
// Reports as text, in the form that readers of kernel logs know by heart: who
// takes what and holds what, the chain in reverse order, the scenario as a table
// of CPUs, all held locks, the stack. TextOrder.cpp has the kinds with paths.
#include "lockdep/Text.h"

#include <cstdio>

namespace holdfast {

std::string_view kindName(ReportKind Kind) {
  static constexpr std::string_view Names[] = {
      "circular",        "recursive",        "irq-dependency",     "irq-inversion",
      "inconsistent",    "wait-context",     "nest-lock",          "unlock-balance",
      "held-lock-freed", "held-at-exit",     "held-in-user-space", "not-held",
      "wrongly-held",    "sleep-in-atomic",  "suspicious-rcu",     "unknown-key",
      "key-name-clash",  "invalid-subclass", "too-many-held",      "bad-pin",
      "bad-downgrade",   "bad-irq-state"};
  return Names[static_cast<unsigned>(Kind)];
}

// --- pieces ----------------------------------------------------------------------------

std::string ReportText::hex(uint64_t Number) {
  char Buffer[24];
  std::snprintf(Buffer, sizeof Buffer, "%016llx",
                static_cast<unsigned long long>(Number));
  return Buffer;
}

std::string ReportText::place(Location L) const {
  if (Name) {
    std::string Text = Name(L);
    if (!Text.empty())
      return Text;
  }
  return "0x" + hex(L);
}

void ReportText::stack(const Stack &Where, unsigned Indent) {
  for (Location L : Where)
    line(std::string(Indent, ' ') + place(L));
}

/// " (&mm->mmap_lock){++++}-{3:3}"
std::string ReportText::lockName(const ClassInfo &C) {
  return " (" + C.Name + "){" + C.Usage + "}-{" +
         std::to_string(static_cast<unsigned>(C.Outer)) + ":" +
         std::to_string(static_cast<unsigned>(C.Inner)) + "}";
}

void ReportText::lock(const HeldInfo &H, const std::string &Before) {
  line(Before + hex(H.Map) + lockName(H.Class) + ", at: " + place(H.Ip));
}

void ReportText::held() {
  size_t Count = R.Held.size();
  if (Count == 0)
    return line("no locks held by " + R.TaskName + ".");
  line(std::to_string(Count) + " lock" + (Count == 1 ? "" : "s") + " held by " +
       R.TaskName + ":");
  for (size_t I = 0; I < Count; ++I)
    lock(R.Held[I], " #" + std::to_string(I) + ": ");
}

void ReportText::title() {
  line("");
  line(std::string(R.Title.size(), '='));
  line(R.Title);
  line(std::string(R.Title.size(), '-'));
}

void ReportText::backtrace() {
  line("");
  line("stack backtrace:");
  stack(R.Backtrace, 1);
}

void ReportText::otherInfo() {
  line("");
  line("other info that might help us debug this:");
}

/// "[HC0[0]:SC0[0]:HE1:SE1]": in hardirq, in softirq, each enabled.
std::string ReportText::irqState() const {
  auto Digit = [](bool B) { return B ? "1" : "0"; };
  const IrqInfo &I = R.Irq;
  return std::string("[HC") + Digit(I.InHardirq) + "[" + Digit(I.InHardirq) + "]:SC" +
         Digit(I.InSoftirq) + "[" + Digit(I.InSoftirq) + "]:HE" + Digit(I.HardirqsOn) +
         ":SE" + Digit(I.SoftirqsOn) + "]";
}

// --- kinds -----------------------------------------------------------------------------

void ReportText::recursive() {
  line(R.TaskName + " is trying to acquire lock:");
  lock(R.Subject);
  line("");
  line("but task is already holding lock:");
  lock(R.Other);
  if (!R.Message.empty())
    line("and the lock comparison function returns " + R.Message + ":");
  otherInfo();
  line(" Possible unsafe locking scenario:");
  line("");
  line("       CPU0");
  line("       ----");
  line("  lock(" + R.Other.Class.Name + ");");
  line("  lock(" + R.Subject.Class.Name + ");");
  deadlock();
  line(" May be due to missing lock nesting notation");
  line("");
  held();
  backtrace();
}

void ReportText::waitContext() {
  line(R.TaskName + " is trying to lock:");
  lock(R.Subject);
  line("other info that might help us debug this:");
  std::string Context = std::to_string(static_cast<unsigned>(R.Context));
  line("context-{" + Context + ":" + Context + "}");
  held();
  backtrace();
}

void ReportText::nestLock() {
  line(R.TaskName + " is trying to lock:");
  lock(R.Subject);
  line("");
  line("but this task is not holding:");
  line(R.Message);
  otherInfo();
  held();
  backtrace();
}

void ReportText::badUnlock() {
  line(R.TaskName + " is trying to release lock (" + R.Subject.Class.Name + ") at:");
  line(place(R.Ip));
  line(R.Held.empty() ? "but there are no more locks to release!"
                      : "but this task does not hold it!");
  otherInfo();
  held();
  backtrace();
}

void ReportText::freed() {
  line(R.TaskName + " is freeing memory " + hex(R.RangeFrom) + "-" + hex(R.RangeTo - 1) +
       ", with a lock still held there" +
       (R.Message.empty() ? "!" : " by " + R.Message + "!"));
  lock(R.Subject);
  held();
  backtrace();
}

void ReportText::heldTooLong() {
  if (R.Kind == ReportKind::HeldInUserSpace)
    line(R.TaskName + " is leaving the kernel with locks still held!");
  held();
  if (R.Kind == ReportKind::HeldAtExit)
    backtrace();
}

void ReportText::suspiciousRcu() {
  line(R.Message);
  otherInfo();
  line("");
  held();
  backtrace();
}

/// Assertions, pins, subclasses, ...: a message, what is held, the stack.
void ReportText::plain() {
  line(R.TaskName + " at " + place(R.Ip) + " " + irqState());
  if (!R.Subject.Class.Name.empty() && R.Subject.Class.Id != NoId)
    lock(R.Subject, "lock: ");
  else if (!R.Subject.Class.Name.empty())
    line("lock: " + hex(R.Subject.Map) + " (" + R.Subject.Class.Name + ")");
  if (!R.Message.empty())
    line(R.Message);
  held();
  backtrace();
}

std::string ReportText::run() {
  title();
  switch (R.Kind) {
  case ReportKind::Circular:
    circular();
    break;
  case ReportKind::Recursive:
    recursive();
    break;
  case ReportKind::IrqDependency:
    irqDependency();
    break;
  case ReportKind::IrqInversion:
    irqInversion();
    break;
  case ReportKind::InconsistentState:
    inconsistent();
    break;
  case ReportKind::InvalidWaitContext:
    waitContext();
    break;
  case ReportKind::NestLockNotHeld:
    nestLock();
    break;
  case ReportKind::BadUnlock:
    badUnlock();
    break;
  case ReportKind::HeldLockFreed:
    freed();
    break;
  case ReportKind::HeldAtExit:
  case ReportKind::HeldInUserSpace:
    heldTooLong();
    break;
  case ReportKind::SuspiciousRcu:
    suspiciousRcu();
    break;
  default:
    plain();
  }
  return std::move(Text);
}

std::string Report::text(const Symbolizer &Name) const {
  return ReportText(*this, Name).run();
}

} // namespace holdfast
