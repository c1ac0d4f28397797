// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// sleep-in-atomic: a call that may sleep where nobody may: with a lock held that
/// others spin for, with preemption or interrupts disabled, in an RCU read-side
/// section, or in a callback that the rules say runs in such a place.
///
/// solve/Sleeps.cpp has found where; what is left to say is how sure it is. Much
/// of the kernel sleeps somewhere far below, on a way that only an object in some
/// state takes, so that a long way is only *possible*, and so is one that the
/// state of an object decides far from here, one through a pointer that leads
/// out of the directory, and a lock that is not held on every way to the call.
/// What the function does itself, in plain sight, is *certain*.
#include "checks/Callbacks.h"
#include "checks/Check.h"
#include "checks/Words.h"
#include <algorithm>
#include <map>
#include <set>

using namespace holdfast;

namespace {

class SleepInAtomic {
public:
  SleepInAtomic(const CheckInput &In, std::vector<Finding> &Out) : In(In), Out(Out) {}
  void run();

private:
  void calls(FunctionId F);
  void report(FunctionId F, const Sleep &At);
  void reportPassed();
  void callback(FunctionId F, const SlotStore &Store);
  Confidence sureness(FunctionId F, const Sleep &At) const;
  /// Less is surer, then shorter.
  std::pair<int, unsigned> rank(FunctionId F, const Sleep &At) const {
    return {-int(sureness(F, At)), At.Hops};
  }
  bool staysHome(FunctionId F, const Sleep &At) const;
  bool heldAlways(FunctionId F, const Sleep &At) const;
  void describe(FunctionId F, const Sleep &At, std::vector<Step> &Steps) const;
  void describeUnder(const std::string &Holder, const LockEntry &E,
                     std::vector<Step> &Steps) const;
  std::string where(const LockEntry &E) const;
  std::string nameOf(FunctionId F) const { return plainName(In.Prog.function(F).Name); }

  const CheckInput &In;
  std::vector<Finding> &Out;
  std::set<std::pair<FunctionId, Symbol>> Told; ///< callbacks, by slot
  /// Calls that pass what makes a callee sleep under a lock, by where that happens.
  std::map<std::pair<Location, Symbol>, std::vector<std::pair<FunctionId, const Sleep *>>>
      Passed;
};

} // namespace

/// `with gadget.lock held`, `with interrupts disabled`.
std::string SleepInAtomic::where(const LockEntry &E) const {
  auto It = In.R.Atomic.find(E.Class);
  return It != In.R.Atomic.end() ? It->second
                                 : "with " + lockName(In.R, E.Class) + " held";
}

/// Does it sleep under a lock of the callee's, given what it is passed?
static bool passes(const Sleep &At) { return At.Inner && At.Inner->Under; }

/// The call on the way of \p At, which passes, to the function that sleeps under its
/// lock.
static const Sleep &lastPass(const Sleep &At) {
  return passes(*At.Inner) ? lastPass(*At.Inner) : At;
}

/// Does the way end in the directory that \p F is in, headers apart?
bool SleepInAtomic::staysHome(FunctionId F, const Sleep &At) const {
  std::string Home = folderOf(In.Prog.function(F).Loc.File);
  for (const Sleep *S = &At; S; S = S->Inner.get())
    if (S->Callee != NoFunction && !In.Prog.function(S->Callee).InHeader &&
        folderOf(In.Prog.function(S->Callee).Loc.File) != Home)
      return false;
  return true;
}

/// Does it hold the lock, or is it in the section, whichever way it is reached?
bool SleepInAtomic::heldAlways(FunctionId F, const Sleep &At) const {
  if (At.Inner && At.Inner->Under)
    return heldAlways(At.Callee, *At.Inner);
  Symbol Class = At.Under->Class;
  return std::all_of(
      In.Sol[F].Calls.begin(), In.Sol[F].Calls.end(), [&](const CallLocks &C) {
        return C.Call != At.Call || holdsClass(C.Locks, Class) ||
               std::any_of(C.Sections.begin(), C.Sections.end(), [&](const Section &S) {
                 return S.Class == Class && S.Least > 0;
               });
      });
}

/// Does the state of the system decide (system_state, oops_in_progress)?
static bool asksGlobal(const Sleep &At) {
  return std::any_of(At.When.begin(), At.When.end(), [](const Fact &W) {
    return W.Value->root()->Kind == ExprKind::Global ||
           (W.Value->A && W.Value->A->root()->Kind == ExprKind::Global);
  });
}

Confidence SleepInAtomic::sureness(FunctionId F, const Sleep &At) const {
  static constexpr unsigned Long = 6, Short = 2;
  bool Doubted = At.Guarded || !At.When.empty();
  if (At.Hops > Long || (Doubted && At.Hops > Short) || asksGlobal(At) ||
      (At.Indirect && !staysHome(F, At)))
    return Confidence::Possible;
  if (At.Under && !heldAlways(F, At))
    return Confidence::Possible;
  return Doubted || At.Indirect || At.Hops > Short ? Confidence::Likely
                                                   : Confidence::Certain;
}

void SleepInAtomic::describeUnder(const std::string &Holder, const LockEntry &E,
                                  std::vector<Step> &Steps) const {
  if (!E.Where)
    return;
  bool Section = In.R.Atomic.count(E.Class);
  Steps.push_back({E.Where, Holder,
                   Section ? "from here on " + Holder + " runs " + where(E)
                           : Holder + " acquires " + lockName(In.R, E.Class) + " here"});
}

/// The calls down to what sleeps, and where on the way it became wrong to.
void SleepInAtomic::describe(FunctionId F, const Sleep &At,
                             std::vector<Step> &Steps) const {
  std::string Caller = nameOf(F);
  for (const Sleep *S = &At; S; S = S->Inner.get()) {
    if (S->Under && !(S->Inner && S->Inner->Under))
      describeUnder(Caller, *S->Under, Steps);
    std::string Callee = plainName(S->What);
    Steps.push_back(
        {S->Where, Caller,
         Caller + " calls " + Callee + (S->Inner ? "" : ", which may sleep")});
    Caller = Callee;
  }
}

void SleepInAtomic::report(FunctionId F, const Sleep &At) {
  Finding R;
  R.Rule = "sleep-in-atomic";
  R.Function = nameOf(F);
  R.Loc = At.Where;
  R.LockClass = plainName(At.Under->Class);
  R.Sure = sureness(F, At);
  std::string Callee = plainName(At.What) + "()";
  if (passes(At))
    R.Message = Callee + " may sleep " + where(*At.Under) + ", given what " + R.Function +
                "() passes it";
  else
    R.Message =
        Callee + " may sleep, but " + R.Function + "() calls it " + where(*At.Under);
  describe(F, At, R.Steps);
  Out.push_back(std::move(R));
}

/// Reports the surest and shortest way on which a callback sleeps.
void SleepInAtomic::callback(FunctionId F, const SlotStore &Store) {
  Symbol Class = atomicClassOf(In.R, Store.Slot);
  if (!Class || !Told.insert({F, Store.Slot}).second)
    return;
  auto decided = [](const Fact &W) { return W.Unsure == Doubt::Selector; };
  const Sleep *Best = nullptr;
  for (const SleepPtr &S : In.Sol[F].Sum.Sleeps) {
    bool Left = std::any_of(S->Left.begin(), S->Left.end(),
                            [&](const Section &L) { return L.Class == Class; });
    if (S->Under || Left || !std::all_of(S->When.begin(), S->When.end(), decided))
      continue;
    if (!Best || rank(F, *S) < rank(F, *Best))
      Best = S.get();
  }
  if (!Best)
    return;
  Finding R;
  R.Rule = "sleep-in-atomic";
  R.Function = nameOf(F);
  R.Loc = Best->Where;
  R.LockClass = Class.str();
  R.Sure = sureness(F, *Best);
  R.Message = plainName(Best->What) + "() may sleep, but " + R.Function + "() runs " +
              In.R.Atomic.at(Class);
  R.Steps.push_back({Store.Loc, R.Function,
                     setHere(R.Function, Store) + "; it runs " + In.R.Atomic.at(Class) +
                         " (" + In.R.Callbacks.at(Store.Slot).Source + ")"});
  describe(F, *Best, R.Steps);
  Out.push_back(std::move(R));
}

/// Reports each call once, in the way that is surest and shortest.
void SleepInAtomic::calls(FunctionId F) {
  std::map<uint32_t, const Sleep *> Best;
  for (const SleepPtr &At : In.Sol[F].Asleep) {
    auto [It, New] = Best.try_emplace(At->Call, At.get());
    if (!New && rank(F, *At) < rank(F, *It->second))
      It->second = At.get();
  }
  for (const auto &[Call, At] : Best) {
    if (!passes(*At)) {
      report(F, *At);
      continue;
    }
    const Sleep &Wrong = *lastPass(*At).Inner;
    Passed[{Wrong.Where, Wrong.Under->Class}].push_back({F, At});
  }
}

/// What a few callers bring about is theirs to mend; what many do is the callee's.
void SleepInAtomic::reportPassed() {
  static constexpr size_t Few = 3;
  for (const auto &[Key, Calls] : Passed) {
    if (Calls.size() <= Few) {
      for (const auto &[F, At] : Calls)
        report(F, *At);
      continue;
    }
    auto [F, At] = *std::ranges::min_element(Calls, [&](const auto &A, const auto &B) {
      return rank(A.first, *A.second) < rank(B.first, *B.second);
    });
    const Sleep &Pass = lastPass(*At);
    report(Pass.Callee, *Pass.Inner);
    Finding &R = Out.back();
    R.Sure = sureness(F, *At);
    R.Steps.insert(R.Steps.begin(), {At->Where, nameOf(F),
                                     "given what many pass, " + nameOf(F) + "() here"});
  }
}

void SleepInAtomic::run() {
  for (FunctionId F = 0; F < In.Prog.size(); ++F)
    calls(F);
  reportPassed();
  eachCallback(In, [&](FunctionId F, const SlotStore &Store) { callback(F, Store); });
}

void holdfast::checkSleepInAtomic(const CheckInput &In, std::vector<Finding> &Out) {
  SleepInAtomic(In, Out).run();
}
