// SPDX-License-Identifier: GPL-2.0-or-later
// What code says about the locks that it expects, and what a context allows.
#include "lockdep/Fingerprint.h"
#include "lockdep/Hot.h"

namespace holdfast {

namespace {

const char *assertionName(Expect What) {
  switch (What) {
  case Expect::Held:
    return "lockdep_assert_held";
  case Expect::Read:
    return "lockdep_assert_held_read";
  case Expect::Write:
    return "lockdep_assert_held_write";
  case Expect::NotHeld:
    return "lockdep_assert_not_held";
  }
  return "";
}

} // namespace

bool Engine::assertHeld(TaskId Task, Address Map, Expect What, Location Ip) {
  bool Held = isHeld(Task, Map);
  bool Fine = What == Expect::NotHeld ? !Held
              : What == Expect::Held  ? Held
                                      : isHeld(Task, Map, What == Expect::Read);
  if (Fine)
    return true;
  Event E{Task, task(Task), Ip, 0};
  ReportKind Kind =
      What == Expect::NotHeld ? ReportKind::WronglyHeld : ReportKind::NotHeld;
  std::string Title =
      std::string("WARNING: ") + assertionName(What) + "(" + mapName(Map) + ") failed";
  return tellMap(E, Kind, std::move(Title), Map);
}

bool Engine::mightSleep(TaskId Task, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  const TaskState &T = E.Task;
  const HeldLock *Under = nullptr;
  for (const HeldLock &H : T.Held) {
    const LockClass &C = Order.lockClass(H.Class);
    if (C.Type != LockType::WaitOverride && C.Inner != WaitType::Inv &&
        C.Inner < WaitType::Sleep)
      Under = &H;
  }
  bool Context =
      T.Irq.HardirqDepth || T.Irq.SoftirqDepth || !T.Irq.HardirqsOn || !T.Irq.SoftirqsOn;
  if (!Under && !Context)
    return true;
  std::string Message = std::string("in_atomic(): ") + (Under ? "1" : "0") +
                        ", irqs_disabled(): " + (T.Irq.HardirqsOn ? "0" : "1");
  return tellSimple(E, ReportKind::SleepInAtomic,
                    "BUG: sleeping function called from invalid context",
                    std::move(Message), Under, Ip);
}

void Engine::rcuDereferenceSuspicious(TaskId Task, std::string_view FileAndLine,
                                      std::string_view What, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  std::string Message = std::string(FileAndLine) + " " + std::string(What) + "!";
  Fingerprint F(ReportKind::SuspiciousRcu);
  F.add(Message);
  if (!fresh(F.value()))
    return;
  Report R =
      begin(E, ReportKind::SuspiciousRcu, "WARNING: suspicious RCU usage", F.value());
  R.Message = std::move(Message);
  Out.report(R);
}

} // namespace holdfast
