// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Where a function may sleep, and where it does so though it must not: with a
/// lock held whose waiters spin, or in a section in which nobody sleeps. The
/// rules name the bottom (might_sleep(), schedule(), an allocation whose flags
/// allow it); summaries take it up, with what has to be true on entry.
///
/// Kernel code has one function for both kinds of callers and tells them apart by
/// an argument, so that conditions are the heart of this. A test of an argument
/// has to be *known* to come out for sleeping: `f(GFP_ATOMIC)` is no caller of
/// `f(GFP_KERNEL)`, and where nobody knows nothing is said. A test of an object's
/// state is a doubt, no more. Locks and sections that are let go on the way go
/// with the summary: what drops the caller's lock before it sleeps is no fault of
/// the caller's.
#include "solve/ExprParts.h"
#include "solve/Simulator.h"
#include <algorithm>

using namespace holdfast;

/// Farther below nobody believes it.
static constexpr unsigned MaxHops = 10;

/// Lists the calls that tell whether this function may sleep.
void Simulator::listTellers() {
  for (const Block &B : F.Blocks)
    for (const Instr &I : B.Instrs) {
      if (I.Kind != InstrKind::Call || I.Value->Kind != ExprKind::Func)
        continue;
      const RuleSummary *Rule = In.RuleSums.find(I.Value->Name);
      if (Rule && Rule->Rule->TellsAtomic)
        Tellers.insert(Expr::result(I.Index));
    }
}

/// Has this path asked whether it may sleep? Then what it does is right.
bool Simulator::wasTold(const State &S) const {
  auto tells = [&](const Expr *E) { return Tellers.count(E) != 0; };
  return !Tellers.empty() &&
         std::any_of(S.Facts.begin(), S.Facts.end(),
                     [&](const auto &Known) { return anyPart(Known.first, tells); });
}

/// Is it decided by what callers pass, and by nothing else?
static bool isHard(const Fact &W) { return W.Unsure == Doubt::Argument; }

/// What must be true on entry for the callee's \p When to be. False: it cannot be,
/// or nobody knows what is passed.
bool Simulator::conditionsOfSleep(const State &S, const Instr &I,
                                  const std::vector<const Expr *> &Args,
                                  const std::vector<Fact> &When, Sleep &N) const {
  if (When.empty())
    return true;
  State Trial = S;
  for (const Fact &W : When) {
    const Expr *V = substitute(S, I, Args, W.Value);
    if (S.rangeOf(V).within(W.Range))
      continue;
    if (!Trial.constrain(V, W.Range))
      return false;
    bool Hard = isHard(W);
    if (!V->HasFrame && !V->Vague && !(Hard && readsMemory(V)))
      N.When.push_back({V, W.Range, W.Unsure});
    else if (Hard)
      return false;
    else
      N.Guarded = true;
  }
  return true;
}

/// Adds what this function lets go before the call, to what the callee does.
void Simulator::letGo(const State &S, const Instr &I,
                      const std::vector<const Expr *> &Args, Sleep &N) const {
  auto add = [&](const Expr *Lock, Symbol Class) {
    bool Known = std::any_of(N.Let.begin(), N.Let.end(), [&](const Dropped &D) {
      return D.Lock == Lock && D.Class == Class;
    });
    if (!Known)
      N.Let.push_back({Lock, Class});
  };
  if (N.Inner)
    for (const Dropped &D : N.Inner->Let) {
      const Expr *Lock = lockPath(substitute(S, I, Args, D.Lock));
      Symbol Class = classOf(Lock, In.R.InnerFields);
      add(Lock, Class ? Class : D.Class);
    }
  for (const LockEntry &E : S.Locks)
    if (!isHeld(E.State))
      add(E.Lock, E.Class);
  State Sum;
  for (const std::vector<Section> *Of : {&S.Sections, N.Inner ? &N.Inner->Left : nullptr})
    for (size_t K = 0; Of && K < Of->size(); ++K)
      Sum.enterSection((*Of)[K]);
  N.Left = std::move(Sum.Sections);
}

/// A lock or else a section that the call sleeps in, the one to tell of. A lock
/// that a callee may or may not have acquired is none.
std::optional<LockEntry> Simulator::atomicAt(const State &S, const Sleep &N) const {
  auto letGoBelow = [&](const LockEntry &E) {
    return std::any_of(N.Let.begin(), N.Let.end(), [&](const Dropped &D) {
      return D.Lock == E.Lock || (D.Class ? D.Class == E.Class : D.Lock->isUnknown());
    });
  };
  for (const LockEntry &E : S.Locks)
    if (isHeld(E.State) && E.Spins && E.Class && !E.Unsteady && !E.Guessed &&
        !letGoBelow(E))
      return E;
  for (const Section &Inside : N.Left)
    if (Inside.Least > 0 && In.R.Atomic.count(Inside.Class)) {
      LockEntry E;
      E.Lock = Expr::unknown();
      E.Class = Inside.Class;
      E.Where = Inside.Where;
      return E;
    }
  return std::nullopt;
}

void Simulator::noteSleep(const State &S, const Instr &I,
                          const std::vector<const Expr *> &Args,
                          const std::vector<Fact> &When, Sleep N) {
  if (N.Hops > MaxHops || !conditionsOfSleep(S, I, Args, When, N) ||
      (N.Outside && S.sectionOf(N.Outside).Most > 0) || wasTold(S))
    return;
  N.Call = I.Index;
  N.Where = I.Loc;
  for (const auto &[Value, Range] : S.Facts)
    if (S.Guards.count(Value))
      N.When.push_back(
          {Value, Range, readsMemory(Value) ? Doubt::Selector : Doubt::Argument});
  letGo(S, I, Args, N);
  bool Sure = std::none_of(N.When.begin(), N.When.end(), isHard);
  if (!N.Under)
    N.Under = atomicAt(S, N);
  std::erase_if(N.Left, [](const Section &S) { return S.Least >= 0; });
  if (N.Under && Sure) {
    Out.Asleep.push_back(std::make_shared<Sleep>(std::move(N)));
    return; // once is enough: callers are not told
  }
  if (N.Under)
    keepSleep(N);
  if (!N.Inner || !N.Inner->Under) {
    N.Under.reset();
    keepSleep(std::move(N));
  }
}

void Simulator::sleepsOfCallee(const State &S, const Instr &I,
                               const std::vector<const Expr *> &Args, const Summary &Sum,
                               FunctionId Callee) {
  for (const SleepPtr &Inner : Sum.Sleeps) {
    if (Inner->Yields)
      continue; // loops that are short never do
    Sleep N;
    N.What = In.Prog.function(Callee).Name;
    N.Callee = Callee;
    N.Inner = Inner;
    N.Hops = Inner->Hops + 1;
    N.Guarded = Inner->Guarded;
    N.Outside = Inner->Outside;
    N.Under = Inner->Under;
    N.Indirect = Inner->Indirect || I.Value->Kind != ExprKind::Func;
    noteSleep(S, I, Args, Inner->When, std::move(N));
  }
}

void Simulator::noteSleeps(const State &S, const Instr &I,
                           const std::vector<const Expr *> &Args, const Summary *Sum,
                           const RuleSummary *Rule, FunctionId Callee) {
  if (Rule && Rule->Rule->Sleeps) {
    std::vector<Fact> When;
    for (const RuleCondition &C : *Rule->Rule->Sleeps)
      When.push_back({C.Value, C.Range, Doubt::Argument});
    Sleep N;
    N.What = Rule->Rule->Name;
    N.Outside = Rule->Rule->SleepsOutside;
    N.Yields = Rule->Rule->Yields;
    return noteSleep(S, I, Args, When, std::move(N));
  }
  bool BodyCounts = !Rule || (Rule->Cases.empty() && !Rule->Rule->IgnoreBody);
  if (Sum && BodyCounts)
    sleepsOfCallee(S, I, Args, *Sum, Callee);
}

static bool sameFact(const Fact &A, const Fact &B) {
  return A.Value == B.Value && A.Range == B.Range;
}

/// Does \p A say all that \p B says, of every caller?
static bool covers(const Sleep &A, const Sleep &B) {
  auto among = [](const auto &Few, const auto &Many, auto Same) {
    return std::all_of(Few.begin(), Few.end(), [&](const auto &X) {
      return std::any_of(Many.begin(), Many.end(),
                         [&](const auto &Y) { return Same(X, Y); });
    });
  };
  bool SameUnder = A.Under.has_value() == B.Under.has_value() &&
                   (!A.Under || A.Under->Class == B.Under->Class);
  return SameUnder && A.Outside == B.Outside && A.Guarded <= B.Guarded &&
         A.Indirect <= B.Indirect && A.Yields <= B.Yields &&
         among(A.When, B.When, sameFact) &&
         among(A.Let, B.Let,
               [](const Dropped &X, const Dropped &Y) {
                 return X.Lock == Y.Lock && X.Class == Y.Class;
               }) &&
         among(A.Left, B.Left, [](const Section &X, const Section &Y) {
           return X.Class == Y.Class && X.Least >= Y.Least;
         });
}

/// Keeps what callers have to know of where this function sleeps: of ways that
/// do not differ to them, the shortest.
void Simulator::keepSleep(Sleep N) {
  static constexpr size_t MaxSleeps = 6, MaxConditions = 6, MaxLet = 6;
  if (N.When.size() > MaxConditions || N.Let.size() > MaxLet)
    return;
  std::vector<SleepPtr> &All = Out.Sum.Sleeps;
  for (const SleepPtr &Old : All)
    if (covers(*Old, N) && (Old->Hops <= N.Hops || !covers(N, *Old)))
      return;
  std::erase_if(All, [&](const SleepPtr &Old) {
    return covers(N, *Old) && (N.Hops <= Old->Hops || !covers(*Old, N));
  });
  if (All.size() < MaxSleeps)
    All.push_back(std::make_shared<Sleep>(std::move(N)));
}
