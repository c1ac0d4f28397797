// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// A demand that meets a lockset, or a way of being entered, that cannot
/// satisfy it. Reported where the caller decides: in the function that took the
/// lock in the wrong mode or dropped it, or in the callback that is entered
/// without it; the path from there to what demands the lock becomes the notes.
#include "checks/Check.h"
#include "checks/Words.h"
#include <algorithm>

using namespace holdfast;

namespace {

class Ownership {
public:
  Ownership(const CheckInput &In, std::vector<Finding> &Out) : In(In), Out(Out) {}
  void run();

private:
  void local(const Violation &V);
  void callback(FunctionId F, const RequirementPtr &Need);
  void entered(FunctionId F, const RequirementPtr &Need, const SlotStore &Store,
               const EntryMode &Mode, bool Exact, bool Mixed = false);

  Finding start(FunctionId F, const Requirement &Need, Doubt D, LockMode Held);
  void addPath(Finding &R, FunctionId F, const Requirement &Need);
  std::string wanted(const Requirement &Need) const;
  std::string subject(const Requirement &Need) const;

  const CheckInput &In;
  std::vector<Finding> &Out;
};

std::string Ownership::wanted(const Requirement &Need) const {
  return lockName(In.R, Need.Class) + heldFor(Need.Mode);
}

std::string Ownership::subject(const Requirement &Need) const {
  if (Need.Kind == DemandKind::Access)
    return (Need.Mode == LockMode::Write ? "writing " : "using ") +
           dotted(Need.What.str());
  return plainName(Need.What) + "()";
}

/// Does the path to the lock lead through the links of a list?
static bool isListed(const Rules &R, const Expr *Lock) {
  for (const Expr *E = Lock; E; E = E->A)
    if (E->Kind == ExprKind::Field && R.Links.count(E->Name))
      return true;
  return false;
}

Finding Ownership::start(FunctionId F, const Requirement &Need, Doubt D, LockMode Held) {
  Finding R;
  auto Special = In.R.WriteChecks.find(Need.Class);
  R.Rule = Need.Mode == LockMode::Write && Special != In.R.WriteChecks.end()
               ? Special->second
               : "lock-not-held";
  R.Function = plainName(In.Prog.function(F).Name);
  R.Loc = Need.Where;
  R.LockClass = plainName(Need.Class);
  R.Required = modeText(Need.Mode);
  R.Held = modeText(Held);
  R.Message = subject(Need) +
              (Need.Kind == DemandKind::Assertion ? " claims " : " needs ") +
              wanted(Need) + ", but ";
  // Of an array's elements, or a list's, who knows which is meant.
  R.Sure = Need.Lock->Element || isListed(In.R, Need.Lock) || D == Doubt::Selector
               ? Confidence::Possible
           : D == Doubt::Argument ? Confidence::Likely
                                  : Confidence::Certain;
  return R;
}

/// The calls down to the assertion or access, then what to do instead.
void Ownership::addPath(Finding &R, FunctionId F, const Requirement &Need) {
  const Requirement *N = &Need;
  std::string Caller = plainName(In.Prog.function(F).Name);
  std::string Advice;
  auto advise = [&](Symbol Callee) {
    auto It = In.R.Functions.find(Callee);
    if (Advice.empty() && It != In.R.Functions.end())
      Advice = It->second.Instead;
  };
  while (N->Kind == DemandKind::Call) {
    std::string Callee = plainName(N->What);
    R.Steps.push_back({N->Where, Caller, Caller + " calls " + Callee});
    advise(N->What);
    Caller = Callee;
    if (!N->Inner)
      break;
    N = N->Inner.get();
  }
  std::string Lock = lockName(In.R, N->Class ? N->Class : Need.Class);
  switch (N->Kind) {
  case DemandKind::Assertion:
    R.Steps.push_back({N->Where, Caller,
                       Caller + " claims with " + plainName(N->What) + "() that " + Lock +
                           " is" + heldFor(N->Mode)});
    break;
  case DemandKind::Access:
    R.Steps.push_back({N->Where, Caller,
                       Caller + (N->Mode == LockMode::Write ? " writes " : " uses ") +
                           dotted(N->What.str()) + ", which needs " + Lock +
                           heldFor(N->Mode)});
    break;
  case DemandKind::Rule: {
    auto It = In.R.Functions.find(N->What);
    std::string Source = It == In.R.Functions.end() ? "" : It->second.Source;
    R.Steps.push_back({R.Steps.empty() ? R.Loc : R.Steps.back().Loc, Caller,
                       plainName(N->What) + " must be called with " + Lock +
                           heldFor(N->Mode) + " (" + Source + ")"});
    break;
  }
  case DemandKind::Call:
    break;
  }
  R.Advice = Advice;
}

void Ownership::local(const Violation &V) {
  Finding R = start(V.In, *V.Need, V.Need->doubt(), modeOf(V.Held.State));
  std::string F = R.Function;
  bool Dropped = V.Held.State == LockState::Dropped;
  R.Message +=
      F + "() " +
      (V.Tried   ? "does not hold it"
       : Dropped ? "has released it"
                 : std::string("holds it for ") + modeText(modeOf(V.Held.State)));
  // That some lock of the class was dropped says little of this one.
  if (V.Held.Guessed || In.R.Optional.count(V.Need->Class) ||
      In.Ctx.eitherMode({V.In, V.Need->Call, {}}, V.Need->Class))
    R.Sure = Confidence::Possible;
  if (!V.Exact)
    R.Sure = std::min(R.Sure, Dropped ? Confidence::Possible : Confidence::Likely);
  R.Steps.push_back(
      {V.Held.Where, F,
       V.Tried   ? "the attempt to take it fails here"
       : Dropped ? "released here"
                 : std::string("acquired here for ") + modeText(modeOf(V.Held.State))});
  addPath(R, V.In, *V.Need);
  Out.push_back(std::move(R));
}

void Ownership::entered(FunctionId F, const RequirementPtr &Need, const SlotStore &Store,
                        const EntryMode &Mode, bool Exact, bool Mixed) {
  Finding R =
      start(F, *Need, Mode.FromRule ? Need->doubtAtEntry() : Need->doubt(), Mode.Mode);
  std::string Name = R.Function + "()";
  std::string How = Mode.Mode == LockMode::None
                        ? "without it"
                        : std::string("with it held for ") + modeText(Mode.Mode);
  R.Message += Name + " is entered " + How;
  if (Mode.Chosen || In.R.Optional.count(Need->Class))
    R.Sure = Confidence::Possible;
  if (!Exact)
    R.Sure = std::min(R.Sure, Mixed || Mode.Mode == LockMode::None ? Confidence::Possible
                                                                   : Confidence::Likely);
  std::string Lock = lockName(In.R, Need->Class);
  std::string Entered = Mode.Mode == LockMode::None
                            ? "entered without " + Lock
                            : "entered with " + Lock + " held for " + modeText(Mode.Mode);
  R.Steps.push_back({Store.Loc, R.Function,
                     setHere(R.Function, Store) + "; " + Entered +
                         (Mode.FromRule ? " (" + Mode.Source + ")" : "")});
  if (!Mode.FromRule) {
    R.Steps.push_back({Mode.Acquired,
                       plainName(In.Prog.function(Mode.Path.back().Caller).Name),
                       Mode.Mode == LockMode::None ? "released here" : "acquired here"});
    for (auto It = Mode.Path.rbegin(); It != Mode.Path.rend(); ++It) {
      std::string Caller = plainName(In.Prog.function(It->Caller).Name);
      R.Steps.push_back({It->Loc, Caller, Caller + " calls on towards " + R.Function});
    }
  }
  addPath(R, F, *Need);
  Out.push_back(std::move(R));
}

void Ownership::callback(FunctionId F, const RequirementPtr &Need) {
  for (const SlotStore &Store : In.Prog.slotsOf(F)) {
    std::vector<EntryMode> ByRule = In.Ctx.byRule(Store, *Need);
    for (const EntryMode &M : ByRule)
      if (!satisfies(M.Mode, Need->Mode))
        return entered(F, Need, Store, M, !Need->Lock->isUnknown());
    if (!ByRule.empty() || In.R.Callbacks.count(Store.Slot))
      continue;
    // Of callers that differ, those that hold it may be the ones that come.
    std::vector<EntryMode> Derived = In.Ctx.bySlot(Store.Slot, Need->Class);
    bool Mixed = std::any_of(Derived.begin(), Derived.end(), [&](const EntryMode &M) {
      return satisfies(M.Mode, Need->Mode);
    });
    bool Only = In.Prog.targetsOf(Store.Slot) == 1;
    for (const EntryMode &M : Derived)
      if (!satisfies(M.Mode, Need->Mode))
        return entered(F, Need, Store, M, false, Mixed && !Only);
  }
}

void Ownership::run() {
  for (FunctionId F = 0; F < In.Prog.size(); ++F) {
    for (const Violation &V : In.Sol[F].Violations)
      local(V);
    for (const RequirementPtr &Need : In.Sol[F].Sum.Requires)
      callback(F, Need);
  }
}

} // namespace

void holdfast::checkOwnership(const CheckInput &In, std::vector<Finding> &Out) {
  Ownership(In, Out).run();
}
