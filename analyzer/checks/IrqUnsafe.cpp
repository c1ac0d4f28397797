// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// irq-unsafe: a spinlock that an interrupt handler (or a softirq) takes and that
/// other code takes with interrupts (softirqs) enabled. The handler may come while
/// it is held, on the same CPU, and then spins for ever: lockdep's {IN-HARDIRQ-W}
/// against {HARDIRQ-ON-W}.
///
/// Whether interrupts are enabled where a function takes a lock is mostly a matter
/// of its callers. Two things have to be shown. That the function itself does not
/// disable them on any way to the lock; and that somebody on the way up may sleep,
/// which nobody does with interrupts disabled. Locks go by class, as lockdep has
/// them; that they are one is believed within a directory only, and there only
/// short ways are followed: nothing is said of the rest.
#include "checks/Callbacks.h"
#include "checks/Check.h"
#include "checks/Words.h"
#include <algorithm>
#include <map>
#include <set>

using namespace holdfast;

namespace {

/// The kinds of what interrupts.
enum class Irq { Hard, Soft };

/// A lock that is taken where a handler has led to.
struct Taken {
  SlotStore Store; ///< of the handler
  Irq Kind = Irq::Hard;
  std::vector<CallSite> Path; ///< the calls from the handler down
  FunctionId In = NoFunction;
  const Acquire *At = nullptr;
};

class IrqUnsafe {
public:
  IrqUnsafe(const CheckInput &In, std::vector<Finding> &Out) : In(In), Out(Out) {}
  void run();

private:
  void handler(FunctionId F, const SlotStore &Store);
  std::vector<CallSite> enabled(FunctionId F,
                                const std::unordered_set<Symbol> &Off) const;
  void judge(FunctionId F, const Acquire &A, const Taken &T);
  const Sleep *sleepsForSure(FunctionId F) const;
  std::string nameOf(FunctionId F) const { return plainName(In.Prog.function(F).Name); }
  std::string folderOf(FunctionId F) const;

  const CheckInput &In;
  std::vector<Finding> &Out;
  std::map<std::pair<Symbol, std::string>, std::vector<Taken>> ByClass; ///< and folder
  std::set<std::pair<FunctionId, Symbol>> Seen;                         ///< handlers
};

} // namespace

std::string IrqUnsafe::folderOf(FunctionId F) const {
  return holdfast::folderOf(In.Prog.function(F).Loc.File);
}

static bool anyOf(const std::vector<Symbol> &Classes,
                  const std::unordered_set<Symbol> &Of) {
  return std::any_of(Classes.begin(), Classes.end(),
                     [&](Symbol C) { return Of.count(C) != 0; });
}

/// Collects what the handler takes, and what it calls in its directory.
void IrqUnsafe::handler(FunctionId F, const SlotStore &Store) {
  static constexpr size_t MaxCalls = 3;
  Symbol Class = atomicClassOf(In.R, Store.Slot);
  bool Hard = In.R.HardIrq.count(Class), Soft = In.R.SoftIrq.count(Class);
  if ((!Hard && !Soft) || !Seen.insert({F, Store.Slot}).second)
    return;
  std::string Home = folderOf(F);
  std::set<FunctionId> Met{F};
  std::vector<std::pair<FunctionId, std::vector<CallSite>>> Found{{F, {}}};
  for (size_t I = 0; I < Found.size(); ++I) {
    auto [Fn, Path] = Found[I];
    for (const Acquire &A : In.Sol[Fn].Acquires)
      if (A.Spins && A.Class)
        ByClass[{A.Class, Home}].push_back(
            {Store, Hard ? Irq::Hard : Irq::Soft, Path, Fn, &A});
    if (Path.size() == MaxCalls)
      continue;
    for (const CallLocks &C : In.Sol[Fn].Calls) {
      const std::vector<FunctionId> &Targets = In.Prog.targets(Fn, C.Call);
      if (Targets.size() != 1 || In.Prog.isIndirect(Fn, C.Call))
        continue;
      FunctionId T = Targets.front();
      if ((folderOf(T) != Home && !In.Prog.function(T).InHeader) || !Met.insert(T).second)
        continue;
      std::vector<CallSite> Longer = Path;
      Longer.push_back({Fn, C.Call, callLocation(In.Prog, Fn, C.Call)});
      Found.push_back({T, std::move(Longer)});
    }
  }
}

/// What \p F does that shows that it is entered with interrupts enabled.
const Sleep *IrqUnsafe::sleepsForSure(FunctionId F) const {
  static constexpr unsigned Short = 4;
  for (const SleepPtr &S : In.Sol[F].Sum.Sleeps)
    if (S->When.empty() && !S->Guarded && !S->Indirect && !S->Under && S->Left.empty() &&
        S->Let.empty() && S->Hops <= Short)
      return S.get();
  return nullptr;
}

/// The calls that lead to \p F from a function that sleeps, with none of \p Off
/// entered on the way; the last call first. The end is itself, to tell it from
/// none.
std::vector<CallSite> IrqUnsafe::enabled(FunctionId F,
                                         const std::unordered_set<Symbol> &Off) const {
  static constexpr size_t MaxCalls = 3;
  std::string Home = folderOf(F);
  std::set<FunctionId> Met{F};
  std::vector<std::pair<FunctionId, std::vector<CallSite>>> Found{{F, {}}};
  for (size_t I = 0; I < Found.size(); ++I) {
    auto [Fn, Path] = Found[I];
    if (sleepsForSure(Fn)) {
      Path.push_back({Fn, 0, {}});
      return Path;
    }
    if (Path.size() == MaxCalls)
      continue;
    for (const CallSite &Up : In.Prog.directCallers(Fn)) {
      if (folderOf(Up.Caller) != Home || In.Prog.isIndirect(Up.Caller, Up.Call))
        continue;
      bool Open =
          std::any_of(In.Sol[Up.Caller].Calls.begin(), In.Sol[Up.Caller].Calls.end(),
                      [&](const CallLocks &C) {
                        return C.Call == Up.Call &&
                               std::none_of(C.Sections.begin(), C.Sections.end(),
                                            [&](const Section &S) {
                                              return S.Most > 0 && Off.count(S.Class);
                                            });
                      });
      if (!Open || !Met.insert(Up.Caller).second)
        continue;
      std::vector<CallSite> Longer = Path;
      Longer.push_back(Up);
      Found.push_back({Up.Caller, std::move(Longer)});
    }
  }
  return {};
}

/// \p F takes with \p A what \p T takes in a handler.
void IrqUnsafe::judge(FunctionId F, const Acquire &A, const Taken &T) {
  bool Hard = T.Kind == Irq::Hard;
  const std::unordered_set<Symbol> &Off = Hard ? In.R.NoHardIrq : In.R.NoSoftIrq;
  if (anyOf(A.In, Off) || (A.Mode == LockMode::Read && T.At->Mode == LockMode::Read))
    return;
  std::vector<CallSite> Way = enabled(F, Off);
  if (Way.empty())
    return;
  FunctionId Top = Way.back().Caller;
  const Sleep *Proof = sleepsForSure(Top);
  FunctionId Handler = T.Path.empty() ? T.In : T.Path.front().Caller;
  std::string What = Hard ? "interrupts" : "softirqs", Lock = lockName(In.R, A.Class);
  Finding R;
  R.Rule = "irq-unsafe";
  R.Function = nameOf(F);
  R.Loc = A.Where;
  R.LockClass = plainName(A.Class);
  R.Sure = Confidence::Likely;
  R.Message = R.Function + "() takes " + Lock + " with " + What + " enabled, but " +
              nameOf(Handler) + "() takes it " +
              In.R.Atomic.at(atomicClassOf(In.R, T.Store.Slot));
  R.Steps.push_back(
      {Proof->Where, nameOf(Top),
       nameOf(Top) + " may sleep here, so it is entered with " + What + " enabled"});
  for (size_t I = Way.size() - 1; I-- > 0;)
    R.Steps.push_back({Way[I].Loc, nameOf(Way[I].Caller),
                       nameOf(Way[I].Caller) + " calls " +
                           (I ? nameOf(Way[I - 1].Caller) : R.Function)});
  R.Steps.push_back({A.Where, R.Function, R.Function + " takes " + Lock + " here"});
  R.Steps.push_back(
      {T.Store.Loc, nameOf(Handler),
       nameOf(Handler) + " is " + dotted(T.Store.Slot.str()) + ", set here"});
  for (size_t I = 0; I < T.Path.size(); ++I)
    R.Steps.push_back({T.Path[I].Loc, nameOf(T.Path[I].Caller),
                       nameOf(T.Path[I].Caller) + " calls " +
                           nameOf(I + 1 < T.Path.size() ? T.Path[I + 1].Caller : T.In)});
  R.Steps.push_back(
      {T.At->Where, nameOf(T.In), nameOf(T.In) + " takes " + Lock + " here"});
  Out.push_back(std::move(R));
}

void IrqUnsafe::run() {
  eachCallback(In, [&](FunctionId F, const SlotStore &Store) { handler(F, Store); });
  for (FunctionId F = 0; F < In.Prog.size() && !ByClass.empty(); ++F)
    for (const Acquire &A : In.Sol[F].Acquires) {
      auto It = A.Spins ? ByClass.find({A.Class, folderOf(F)}) : ByClass.end();
      if (It == ByClass.end())
        continue;
      size_t Before = Out.size();
      for (size_t I = 0; I < It->second.size() && Out.size() == Before; ++I)
        judge(F, A, It->second[I]);
    }
}

void holdfast::checkIrqUnsafe(const CheckInput &In, std::vector<Finding> &Out) {
  IrqUnsafe(In, Out).run();
}
