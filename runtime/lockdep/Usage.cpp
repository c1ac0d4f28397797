// SPDX-License-Identifier: GPL-2.0-or-later
// Interrupt states and wait types.
//
// Usage. A class that is ever taken inside an interrupt is "safe" in lockdep's
// words (its users have to keep that interrupt off), one that is ever held with
// the interrupt enabled is "unsafe". One class must not be both: the interrupt
// would spin on what it interrupted. Nor may a safe class be followed, over any
// strong path, by an unsafe one: the interrupt's need of the safe lock is then an
// edge from any unsafe lock that can be interrupted, and closes a cycle. So a
// usage bit that is set for the first time looks forward (it became safe: is
// anything unsafe behind it?) or backward (it became unsafe: is anything safe in
// front of it?); new edges are looked at in Order.cpp. See the long comments in
// kernel/locking/lockdep.c at check_irq_usage() and usage_skip(), and
// Documentation/locking/lockdep-design.rst, "Multi-lock dependency rules".
//
// Going on after a report. A bit that broke a rule is not recorded but put in
// LockClass::Refused: it is not looked at again, and what is recorded never
// contradicts itself, so that each report is about something new and not an echo.
//
// Wait types. Each lock says how hard it may wait (Inner) and what context it may
// be taken in (Outer); a lock may be taken where Outer is not harder than the
// strictest Inner held in this interrupt context. That minimum is kept with each
// held lock, so the check does not grow with what is held. See Hot.h.
#include "lockdep/Hot.h"

namespace holdfast {

namespace {

constexpr unsigned ReadBit = 1, OnBit = 2;

} // namespace

// --- usage bits --------------------------------------------------------------

bool Engine::mark(Event &E, const HeldLock &H, Usage U) {
  LockClass &C = Order.lockClass(H.Class);
  if ((C.Mask | C.Refused) & bit(U))
    return true;
  C.UsageStacks[static_cast<unsigned>(U)] = where(E);
  if (bit(U) < bit(Usage::Used) && !markIrq(E, H, U)) {
    C.Refused |= bit(U);
    return false;
  }
  C.Mask |= bit(U);
  return true;
}

/// May class and bit go together? First the class itself, then its neighbours.
bool Engine::markIrq(Event &E, const HeldLock &H, Usage U) {
  unsigned Bit = static_cast<unsigned>(U);
  Usage Opposite = static_cast<Usage>((Bit & ~ReadBit) ^ OnBit);
  const LockClass &C = Order.lockClass(H.Class);
  if (C.Mask & bit(Opposite))
    return tellInconsistent(E, H, Opposite, U);
  if (!(Bit & ReadBit) && (C.Mask & bit(asRead(Opposite))))
    return tellInconsistent(E, H, asRead(Opposite), U);
  return checkInversion(E, H, U);
}

bool Engine::checkInversion(Event &E, const HeldLock &H, Usage U) {
  unsigned Bit = static_cast<unsigned>(U);
  Usage Opposite = static_cast<Usage>((Bit & ~ReadBit) ^ OnBit);
  UsageMask Write = bit(Opposite), Either = Write | bit(asRead(Opposite));
  bool BecameSafe = !(Bit & OnBit);
  bool OnlyXr = BecameSafe ? H.Mode == ReadMode::Recursive : H.Mode != ReadMode::Write;
  auto Look = [&](ClassId Id, bool Xr) {
    const LockClass &C = Order.lockClass(Id);
    if (C.Type != LockType::Normal)
      return Visit::Skip;
    return (C.Mask & (Xr ? Write : Either)) ? Visit::Match : Visit::Go;
  };
  if (!Walk.run(Order, H.Class, OnlyXr, BecameSafe ? Way::Forward : Way::Backward,
                Opts.KernelSearch, Look))
    return true;
  return tellInversion(E, H, U, Opposite);
}

bool Engine::markAll(Event &E, const HeldLock &H, UsageMask New) {
  bool Fine = true;
  // Inside before enabled, hardirq before softirq: the order lockdep reports in.
  for (Usage U : {Usage::InHardirq, Usage::InSoftirq, Usage::HardirqOn, Usage::SoftirqOn,
                  Usage::Used})
    for (Usage V : {U, asRead(U)})
      if (New & bit(V))
        Fine &= mark(E, H, V);
  return Fine;
}

/// Interrupts come on with locks held.
void Engine::markHeld(Event &E, Usage Base) {
  for (const HeldLock &H : E.Task.Held)
    if (H.Check)
      mark(E, H, H.Mode == ReadMode::Write ? Base : asRead(Base));
}

// --- interrupts ----------------------------------------------------------------

void Engine::hardirqsOn(TaskId Task, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  if (E.Task.Irq.HardirqsOn)
    return;
  if (E.Task.Irq.HardirqDepth) {
    tellSimple(E, ReportKind::BadIrqState,
               "WARNING: hardirqs enabled inside a hardirq handler", "", nullptr, Ip);
    return;
  }
  markHeld(E, Usage::HardirqOn);
  if (E.Task.Irq.SoftirqsOn)
    markHeld(E, Usage::SoftirqOn);
  E.Task.Irq.HardirqsOn = true;
}

void Engine::hardirqsOff(TaskId Task, Location Ip) { task(Task).Irq.HardirqsOn = false; }

void Engine::softirqsOn(TaskId Task, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  if (E.Task.Irq.SoftirqsOn)
    return;
  E.Task.Irq.SoftirqsOn = true;
  if (E.Task.Irq.HardirqsOn)
    markHeld(E, Usage::SoftirqOn);
}

void Engine::softirqsOff(TaskId Task, Location Ip) { task(Task).Irq.SoftirqsOn = false; }

void Engine::enterHardirq(TaskId Task) {
  TaskState &T = task(Task);
  if (++T.Irq.HardirqDepth == 1)
    T.Irq.Threaded = false;
}

void Engine::leaveHardirq(TaskId Task) {
  TaskState &T = task(Task);
  T.Irq.HardirqDepth -= T.Irq.HardirqDepth != 0;
}

void Engine::enterSoftirq(TaskId Task) { ++task(Task).Irq.SoftirqDepth; }

void Engine::leaveSoftirq(TaskId Task) {
  TaskState &T = task(Task);
  T.Irq.SoftirqDepth -= T.Irq.SoftirqDepth != 0;
}

void Engine::setContext(TaskId Task, const Context &C) { task(Task).Irq = C; }

void Engine::hardirqThreaded(TaskId Task) { task(Task).Irq.Threaded = true; }

void Engine::setIrqConfig(TaskId Task, bool On) { task(Task).Irq.IrqConfig = On; }

} // namespace holdfast
