// SPDX-License-Identifier: GPL-2.0-or-later
// Reports about the order of locks: with every edge of the path, and for each
// edge where the first lock, still held, had been acquired and where the second
// one was. lockdep keeps only the latter; the former is half of the answer.
#include "lockdep/Fingerprint.h"
#include "lockdep/Hot.h"

#include <algorithm>

namespace holdfast {

namespace {

/// The same cycle found from another of its locks is the same report.
void addRotated(Fingerprint &F, std::vector<std::string> Names) {
  std::rotate(Names.begin(), std::min_element(Names.begin(), Names.end()), Names.end());
  for (const std::string &N : Names)
    F.add(N);
}

} // namespace

EdgeInfo Engine::describeEdge(EdgeId Id) const {
  const Edge &E = Order.edge(Id);
  unsigned Kind = 31 - static_cast<unsigned>(__builtin_clz(E.Deps)); // the strongest
  EdgeInfo Info;
  Info.From = Order.info(E.From);
  Info.To = Order.info(E.To);
  Info.FromMode = E.FromMode[Kind];
  Info.ToMode = E.ToMode[Kind];
  Info.Task = E.Task;
  Info.FromWhere = Traces.get(E.FromStack);
  Info.ToWhere = Traces.get(E.ToStack);
  Info.Witness = E.Witness[Kind];
  return Info;
}

EdgeInfo Engine::describeNewEdge(Event &E, const HeldLock &Prev, const HeldLock &Next) {
  EdgeInfo Info;
  Info.From = Order.info(Prev.Class);
  Info.To = Order.info(Next.Class);
  Info.FromMode = Prev.Mode;
  Info.ToMode = Next.Mode;
  Info.Task = E.Id;
  Info.FromWhere = stack(Prev.Where, Prev.Ip);
  Info.ToWhere = Traces.get(where(E));
  return Info;
}

std::vector<EdgeInfo> Engine::describePath(const std::vector<EdgeId> &Path) const {
  std::vector<EdgeInfo> Chain;
  for (EdgeId E : Path)
    Chain.push_back(describeEdge(E));
  return Chain;
}

bool Engine::tellCircular(Event &E, const HeldLock &Prev, const HeldLock &Next) {
  std::vector<EdgeId> Path = Walk.path();
  std::vector<std::string> Names;
  for (EdgeId Id : Path)
    Names.push_back(Order.name(Order.edge(Id).From));
  Names.push_back(Order.name(Prev.Class));
  Fingerprint F(ReportKind::Circular);
  addRotated(F, std::move(Names));
  if (!fresh(F.value()))
    return false;
  Report R = begin(E, ReportKind::Circular,
                   "WARNING: possible circular locking dependency detected", F.value());
  R.Subject = describeNew(E, Next);
  R.Other = describe(Prev);
  R.Chain = describePath(Path);
  R.NewEdge.push_back(describeNewEdge(E, Prev, Next));
  Out.report(R);
  return false;
}

bool Engine::tellIrqDependency(Event &E, const HeldLock &Prev, const HeldLock &Next,
                               const UsagePair &Pair) {
  Fingerprint F(ReportKind::IrqDependency);
  F.add(Order.name(Pair.Safe)).add(Order.name(Pair.Unsafe));
  F.add(Order.name(Prev.Class)).add(Order.name(Next.Class));
  F.add(usageState(Pair.SafeBit));
  if (!fresh(F.value()))
    return false;
  std::string State(usageState(Pair.SafeBit));
  Report R =
      begin(E, ReportKind::IrqDependency,
            "WARNING: " + State + "-safe -> " + State + "-unsafe lock order detected",
            F.value());
  R.Subject = describeNew(E, Next);
  R.Other = describe(Prev);
  R.States = {describeUsage(Pair.Safe, Pair.SafeBit),
              describeUsage(Pair.Unsafe, Pair.UnsafeBit)};
  R.SafeChain = describePath(Pair.SafePath);
  R.Chain = describePath(Pair.UnsafePath);
  R.NewEdge.push_back(describeNewEdge(E, Prev, Next));
  Out.report(R);
  return false;
}

bool Engine::tellInversion(Event &E, const HeldLock &H, Usage New, Usage Opposite) {
  ClassId Other = Walk.found();
  std::vector<EdgeId> Path = Walk.path();
  bool BecameSafe = !(static_cast<unsigned>(New) & 2);
  Usage Theirs =
      Order.lockClass(Other).Mask & bit(Opposite) ? Opposite : asRead(Opposite);
  Fingerprint F(ReportKind::IrqInversion);
  F.add(Order.name(BecameSafe ? H.Class : Other));
  F.add(Order.name(BecameSafe ? Other : H.Class)).add(usageState(Theirs));
  if (!fresh(F.value()))
    return false;
  Report R = begin(E, ReportKind::IrqInversion,
                   "WARNING: possible irq lock inversion dependency detected", F.value());
  R.Subject = describeNew(E, H);
  R.Forwards = BecameSafe;
  R.Chain = describePath(Path);
  UsageInfo Mine = describeUsage(H.Class, New), Their = describeUsage(Other, Theirs);
  R.States = {BecameSafe ? Mine : Their, BecameSafe ? Their : Mine};
  Out.report(R);
  return false;
}

bool Engine::tellInconsistent(Event &E, const HeldLock &H, Usage Old, Usage New) {
  Fingerprint F(ReportKind::InconsistentState);
  F.add(Order.name(H.Class)).add(std::min(usageName(Old), usageName(New)));
  F.add(std::max(usageName(Old), usageName(New)));
  if (!fresh(F.value()))
    return false;
  Report R = begin(E, ReportKind::InconsistentState, "WARNING: inconsistent lock state",
                   F.value());
  R.Subject = describeNew(E, H);
  R.States = {describeUsage(H.Class, Old), describeUsage(H.Class, New)};
  Out.report(R);
  return false;
}

} // namespace holdfast
