// SPDX-License-Identifier: GPL-2.0-or-later
// Building reports from the engine's state. Each begins with the fingerprint, so
// that a rule that is broken a million times costs a look-up each time and not a
// report. The reports with paths are in TellOrder.cpp.
#include "lockdep/Fingerprint.h"
#include "lockdep/Hot.h"

namespace holdfast {

StackId Engine::where(Event &E) {
  if (E.HasWhere)
    return E.Where;
  Stack S;
  Out.unwind(E.Id, S);
  if (S.empty() && E.Ip)
    S.push_back(E.Ip);
  E.Where = Traces.intern(S);
  E.HasWhere = true;
  return E.Where;
}

bool Engine::fresh(uint64_t Fingerprint) { return Given.set(Fingerprint, 1); }

Stack Engine::stack(StackId Id, Location Ip) const {
  if (Id)
    return Traces.get(Id);
  return Ip ? Stack{Ip} : Stack{};
}

Report Engine::begin(Event &E, ReportKind Kind, std::string Title, uint64_t Fingerprint) {
  Report R;
  R.Kind = Kind;
  R.Title = std::move(Title);
  R.Task = E.Id;
  R.TaskName = (E.Task.Name.empty() ? "task" : E.Task.Name) + "/" + std::to_string(E.Id);
  R.Irq = {E.Task.Irq.HardirqDepth != 0, E.Task.Irq.SoftirqDepth != 0,
           E.Task.Irq.HardirqsOn, E.Task.Irq.SoftirqsOn};
  R.Context = waitContext(E.Task);
  for (const HeldLock &H : E.Task.Held)
    R.Held.push_back(describe(H));
  R.Ip = E.Ip;
  R.Backtrace = Traces.get(where(E));
  R.Fingerprint = Fingerprint;
  return R;
}

std::string Engine::mapName(Address Map) const {
  const uint32_t *Index = MapIndex.find(Map);
  return Index ? Order.string(Maps[*Index].Name) : "(uninitialized)";
}

// --- descriptions --------------------------------------------------------------------

HeldInfo Engine::describe(const HeldLock &H) const {
  return {H.Map, Order.info(H.Class), H.Mode, H.Try, H.Sync, H.Ip, stack(H.Where, H.Ip)};
}

/// Of the lock that is being acquired: its stack is this one.
HeldInfo Engine::describeNew(Event &E, const HeldLock &H) {
  HeldInfo Info = describe(H);
  if (H.Ip == E.Ip)
    Info.Where = Traces.get(where(E));
  return Info;
}

UsageInfo Engine::describeUsage(ClassId C, Usage U) const {
  StackId Id = Order.lockClass(C).UsageStacks[static_cast<unsigned>(U)];
  return {Order.info(C), U, Traces.get(Id)};
}

// --- reports ---------------------------------------------------------------------------

bool Engine::tellSimple(Event &E, ReportKind Kind, std::string Title, std::string Message,
                        const HeldLock *Subject, uint64_t Extra) {
  Fingerprint F(Kind);
  F.add(Title).add(Subject ? Order.name(Subject->Class) : "").add(Extra);
  if (!fresh(F.value()))
    return false;
  Report R = begin(E, Kind, std::move(Title), F.value());
  R.Message = std::move(Message);
  if (Subject)
    R.Subject = describe(*Subject);
  Out.report(R);
  return false;
}

/// About a lock that is not held.
bool Engine::tellMap(Event &E, ReportKind Kind, std::string Title, Address Map) {
  std::string Name = mapName(Map);
  Fingerprint F(Kind);
  F.add(Title).add(Name).add(E.Ip);
  if (!fresh(F.value()))
    return false;
  Report R = begin(E, Kind, std::move(Title), F.value());
  R.Subject.Map = Map;
  R.Subject.Class.Name = Name;
  R.Subject.Ip = E.Ip;
  Out.report(R);
  return false;
}

/// About the lock being acquired and perhaps a held one.
bool Engine::tellPair(Event &E, ReportKind Kind, const char *Title,
                      const HeldLock &Subject, const HeldLock *Other) {
  std::string Nest = Kind == ReportKind::NestLockNotHeld ? mapName(Subject.Nest) : "";
  Fingerprint F(Kind);
  F.add(Order.name(Subject.Class)).add(Nest);
  if (Other)
    F.add(Order.name(Other->Class));
  if (!fresh(F.value()))
    return false;
  Report R = begin(E, Kind, Title, F.value());
  R.Subject = describeNew(E, Subject);
  if (Other)
    R.Other = describe(*Other);
  const LockClass &C = Order.lockClass(Subject.Class);
  if (Other && C.Compare)
    R.Message = std::to_string(C.Compare(Other->Map, Subject.Map));
  else
    R.Message = Nest;
  Out.report(R);
  return false;
}

bool Engine::tellWait(Event &E, const HeldLock &H) {
  Fingerprint F(ReportKind::InvalidWaitContext);
  F.add(Order.name(H.Class));
  for (const HeldLock &Prev : E.Task.Held)
    F.add(Order.name(Prev.Class));
  F.add(irqContext(E.Task));
  if (!fresh(F.value()))
    return false;
  Report R = begin(E, ReportKind::InvalidWaitContext, "[ BUG: Invalid wait context ]",
                   F.value());
  R.Subject = describeNew(E, H);
  Out.report(R);
  return false;
}

bool Engine::tellFreed(Event &E, TaskId Owner, const HeldLock &H, Address From,
                       size_t Size) {
  Fingerprint F(ReportKind::HeldLockFreed);
  F.add(Order.name(H.Class)).add(E.Ip);
  if (!fresh(F.value()))
    return false;
  Report R = begin(E, ReportKind::HeldLockFreed, "WARNING: held lock freed!", F.value());
  R.Subject = describe(H);
  R.RangeFrom = From;
  R.RangeTo = From + Size;
  if (Owner != E.Id)
    R.Message = (Tasks[Owner].Name.empty() ? "task" : Tasks[Owner].Name) + "/" +
                std::to_string(Owner);
  Out.report(R);
  return false;
}

bool Engine::tellHeld(Event &E, ReportKind Kind) {
  Fingerprint F(Kind);
  for (const HeldLock &H : E.Task.Held)
    F.add(Order.name(H.Class)).add(H.Ip);
  if (!fresh(F.value()))
    return false;
  Report R = begin(E, Kind, "", F.value());
  R.Title = Kind == ReportKind::HeldAtExit
                ? "WARNING: " + R.TaskName + " still has locks held!"
                : "WARNING: lock held when returning to user space!";
  Out.report(R);
  return false;
}

} // namespace holdfast
