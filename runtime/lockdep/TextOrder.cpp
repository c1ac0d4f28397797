// SPDX-License-Identifier: GPL-2.0-or-later
// The text of reports with paths. For each edge lockdep shows where its second
// lock was acquired; we add where the first one, still held then, had been.
#include "lockdep/Text.h"

namespace holdfast {

namespace {

const char *lockWord(ReadMode Mode) {
  return Mode == ReadMode::Write ? "lock(" : "rlock(";
}

constexpr const char *Second = "                               ";

} // namespace

void ReportText::edge(const EdgeInfo &E, size_t Number) {
  line("");
  line("-> #" + std::to_string(Number) + lockName(E.To) + ":");
  stack(E.ToWhere, 6);
  line("      while holding" + lockName(E.From) + ", acquired at:");
  stack(E.FromWhere, 8);
}

/// The newest edge first, as the last one of the existing chain ends where the
/// new one begins.
void ReportText::circular() {
  line(R.TaskName + " is trying to acquire lock:");
  lock(R.Subject);
  line("");
  line("but task is already holding lock:");
  lock(R.Other);
  line("");
  line("which lock already depends on the new lock.");
  line("");
  line("");
  line("the existing dependency chain (in reverse order) is:");
  for (size_t I = R.Chain.size(); I-- > 0;)
    edge(R.Chain[I], I + 1);
  for (const EdgeInfo &E : R.NewEdge)
    edge(E, 0);
  otherInfo();
  line("");
  circularScenario();
  held();
  backtrace();
}

/// How every scenario of two processors begins. \p Chain: the classes on the way
/// from one lock to the other, where that is not a single edge.
void ReportText::scenarioHead(const std::vector<std::string> &Chain, const char *Title) {
  if (!Chain.empty()) {
    line("Chain exists of:");
    line("  " + Chain[0] + " --> " + Chain[1] + " --> " + Chain[2]);
    line("");
  }
  line(Title);
  line("");
  line("       CPU0                    CPU1");
  line("       ----                    ----");
}

void ReportText::circularScenario() {
  const std::string &Source = R.Subject.Class.Name, &Target = R.Other.Class.Name;
  std::string Parent = R.Chain.empty() ? Source : R.Chain.back().From.Name;
  std::vector<std::string> Chain;
  if (Parent != Source)
    Chain = {Source, Parent, Target};
  scenarioHead(Chain, " Possible unsafe locking scenario:");
  line(std::string("  ") + lockWord(R.Other.Mode) + Target + ");");
  line(Second + ("lock(" + Parent + ");"));
  line(Second + ("lock(" + Target + ");"));
  const char *Word = R.Subject.Sync ? "sync(" : lockWord(R.Subject.Mode);
  line(std::string("  ") + Word + Source + ");");
  deadlock();
}

void ReportText::usage(const UsageInfo &U) {
  line(" {" + std::string(usageName(U.State)) + "}" + lockName(U.Class) + " at:");
  stack(U.Where, 4);
}

/// Edges in order; where there is none, both ends are one class.
void ReportText::path(const std::vector<EdgeInfo> &Chain, const ClassInfo &Only) {
  if (Chain.empty())
    return line("->" + lockName(Only));
  for (size_t I = 0; I < Chain.size(); ++I)
    edge(Chain[I], I);
}

void ReportText::irqScenario(const std::string &Safe, const std::string &Middle,
                             const std::string &Unsafe) {
  std::vector<std::string> Chain;
  if (Middle != Unsafe)
    Chain = {Safe, Middle, Unsafe};
  scenarioHead(Chain, " Possible interrupt unsafe locking scenario:");
  line("  lock(" + Unsafe + ");");
  line(Second + std::string("local_irq_disable();"));
  line(Second + ("lock(" + Safe + ");"));
  line(Second + ("lock(" + Middle + ");"));
  line("  <Interrupt>");
  line("    lock(" + Safe + ");");
  deadlock();
}

void ReportText::irqDependency() {
  const UsageInfo &Safe = R.States[0], &Unsafe = R.States[1];
  std::string State(usageState(Safe.State));
  line(R.TaskName + " " + irqState() + " is trying to acquire:");
  lock(R.Subject);
  line("");
  line("and this task is already holding:");
  lock(R.Other);
  line("which would create a new lock dependency:");
  line(lockName(R.Other.Class) + " ->" + lockName(R.Subject.Class));
  line("");
  line("but this new dependency connects a " + State + "-irq-safe lock:");
  line(lockName(Safe.Class));
  line("");
  line("... which became " + State + "-irq-safe at:");
  stack(Safe.Where, 1);
  line("");
  line("to a " + State + "-irq-unsafe lock:");
  line(lockName(Unsafe.Class));
  line("");
  line("... which became " + State + "-irq-unsafe at:");
  stack(Unsafe.Where, 1);
  otherInfo();
  line("");
  const ClassInfo &Prev = R.Other.Class, &Next = R.Subject.Class;
  irqScenario(Safe.Class.Name, Prev.Id == Safe.Class.Id ? Next.Name : Prev.Name,
              Unsafe.Class.Name);
  held();
  line("");
  line("the dependencies between " + State + "-irq-safe lock and the holding lock:");
  path(R.SafeChain, Prev);
  line("");
  line("the dependencies between the lock to be acquired and " + State +
       "-irq-unsafe lock:");
  path(R.Chain, Next);
  line("");
  line("the dependency that would be created:");
  path(R.NewEdge, Next);
  backtrace();
}

void ReportText::irqInversion() {
  const UsageInfo &Safe = R.States[0], &Unsafe = R.States[1];
  const UsageInfo &Other = R.Forwards ? Unsafe : Safe;
  std::string State(usageState(Other.State));
  line(R.TaskName + " just changed the state of lock:");
  lock(R.Subject);
  line(R.Forwards
           ? "but this lock took another, " + State + "-unsafe lock in the past:"
           : "but this lock was taken by another, " + State + "-safe lock in the past:");
  line(lockName(Other.Class));
  line("");
  line("and interrupts could create inverse lock ordering between them.");
  line("");
  otherInfo();
  std::string Middle = R.Chain.empty() ? Unsafe.Class.Name : R.Chain.front().To.Name;
  irqScenario(Safe.Class.Name, Middle, Unsafe.Class.Name);
  held();
  line("");
  line("the two states were registered at:");
  usage(Safe);
  usage(Unsafe);
  line("");
  line("the shortest dependencies between 2nd lock and 1st lock:");
  path(R.Chain, R.Subject.Class);
  backtrace();
}

void ReportText::inconsistent() {
  const UsageInfo &Old = R.States[0], &New = R.States[1];
  std::string Was(usageName(Old.State)), Is(usageName(New.State));
  line("inconsistent {" + Was + "} -> {" + Is + "} usage.");
  line(R.TaskName + " " + irqState() + " takes:");
  lock(R.Subject);
  line("{" + Was + "} state was registered at:");
  stack(Old.Where, 1);
  otherInfo();
  line(" Possible unsafe locking scenario:");
  line("");
  line("       CPU0");
  line("       ----");
  line("  lock(" + R.Subject.Class.Name + ");");
  line("  <Interrupt>");
  line("    lock(" + R.Subject.Class.Name + ");");
  deadlock();
  held();
  backtrace();
}

} // namespace holdfast
