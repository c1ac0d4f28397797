// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Reliance.h"
#include "checks/Assertions.h"
#include "checks/Words.h"
#include "solve/State.h"
#include <algorithm>
#include <set>

using namespace holdfast;

namespace {

class Finder {
public:
  Finder(const CheckInput &In, FunctionId F) : In(In), F(F), Sum(In.Sol[F].Sum) {}
  std::vector<Reliance> accesses() const;
  std::vector<Reliance> byRule() const;
  std::vector<Reliance> releases() const;

private:
  bool saysSo(FunctionId G, Symbol Class, unsigned Depth) const;

  const CheckInput &In;
  FunctionId F;
  const Summary &Sum;
};

/// Does the function take locks of the class itself? What it does before is then
/// no reliance on its caller, but a preparation.
bool takesItself(const Summary &Sum, Symbol Class) {
  return std::any_of(Sum.Cases.begin(), Sum.Cases.end(), [&](const ExitCase &C) {
    return std::any_of(C.Free.begin(), C.Free.end(),
                       [&](const FreeLock &L) { return L.Class == Class && !L.Tried; }) ||
           std::any_of(C.Locks.begin(), C.Locks.end(), [&](const LockEntry &E) {
             return E.Class == Class && isHeld(E.State) && !isRetaken(E.State);
           });
  });
}

/// Do the rules say what the function does to locks, in place of its body?
bool replacesBody(const FunctionRule &Rule) {
  return !Rule.Cases.empty() || Rule.IgnoreBody || Rule.RequiresReplaceBody;
}

const char *verb(const Rules &R, Symbol Field) {
  for (const GuardRule &G : R.Guards)
    if (!G.OnWrite && std::count(G.Fields.begin(), G.Fields.end(), Field))
      return "reads ";
  return "writes ";
}

/// Guarded fields that the function touches itself.
std::vector<Reliance> Finder::accesses() const {
  std::vector<Reliance> Out;
  auto It = In.R.Functions.find(In.Prog.function(F).Name);
  if (It != In.R.Functions.end() && replacesBody(It->second))
    return Out;
  for (const RequirementPtr &Need : Sum.Requires)
    if (Need->Kind == DemandKind::Access && !isClaimed(Sum, *Need) &&
        !modelessClaim(In.R, Sum, *Need) && !takesItself(Sum, Need->Class))
      Out.push_back({Need->Lock, Need->Class, Need->Mode,
                     Need->When.empty() && Need->doubt() == Doubt::None, Need->Where,
                     verb(In.R, Need->What) + dotted(Need->What.str())});
  return Out;
}

/// What a rule says that the body does not show.
std::vector<Reliance> Finder::byRule() const {
  std::vector<Reliance> Out;
  const Function &Fn = In.Prog.function(F);
  auto It = In.R.Functions.find(Fn.Name);
  if (It == In.R.Functions.end() || It->second.Macro || It->second.IgnoreBody)
    return Out;
  for (const RuleLock &L : It->second.Requires) {
    Symbol Class = classOf(L.Lock, In.R.InnerFields);
    bool Shown = std::any_of(Sum.Requires.begin(), Sum.Requires.end(),
                             [&](const RequirementPtr &R) { return R->Class == Class; });
    if (!Shown)
      Out.push_back({L.Lock, Class, L.Mode, true, Fn.Loc,
                     "must be called so (" + It->second.Source + ")"});
  }
  return Out;
}

/// Is there a way out where the record that the lock lies in is not even there?
bool mayBeAbsent(const std::vector<ExitCase> &Cases, const Expr *Lock) {
  return std::any_of(Cases.begin(), Cases.end(), [&](const ExitCase &C) {
    return std::any_of(C.When.begin(), C.When.end(), [&](const Fact &F) {
      return F.Value == Lock->A && F.Range.isZero();
    });
  });
}

/// Does the way out let go of a lock of \p Class that is the caller's?
bool letsGo(const ExitCase &C, Symbol Class) {
  return std::any_of(C.Locks.begin(), C.Locks.end(), [&](const LockEntry &E) {
    return E.Class == Class && (E.State == LockState::Dropped || isRetaken(E.State));
  });
}

/// Does the function, or one by way of which it lets go of the lock, say on some
/// path that it is held? Flags that tell whether it is are not followed.
bool Finder::saysSo(FunctionId G, Symbol Class, unsigned Depth) const {
  for (const Block &B : In.Prog.function(G).Blocks)
    for (const Instr &I : B.Instrs) {
      if (assertsClass(In.R, I, Class))
        return true;
      if (I.Kind != InstrKind::Call || Depth == 3)
        continue;
      for (FunctionId Callee : In.Prog.targets(G, I.Index)) {
        const std::vector<ExitCase> &Cases = In.Sol[Callee].Sum.Cases;
        if (Callee != G &&
            std::any_of(Cases.begin(), Cases.end(),
                        [&](const ExitCase &C) { return letsGo(C, Class); }) &&
            saysSo(Callee, Class, Depth + 1))
          return true;
      }
    }
  return false;
}

/// Locks of the caller's that it lets go of for a while, or on some ways out. One
/// that it releases on all ways is what it is for, and its name says so.
std::vector<Reliance> Finder::releases() const {
  std::vector<Reliance> Out;
  const std::vector<ExitCase> &Cases = Sum.Cases;
  std::set<const Expr *> Seen;
  for (const ExitCase &C : Cases)
    for (const LockEntry &E : C.Locks) {
      bool Lent = E.State == LockState::Dropped ||
                  (isRetaken(E.State) && E.Was != LockMode::Write);
      if (!Lent || E.Guessed || E.Lock->Kind != ExprKind::Field ||
          E.Lock->A->Kind != ExprKind::Param || !hasOwnAssertion(In.R, E.Class) ||
          !Seen.insert(E.Lock).second)
        continue;
      bool Kept = std::any_of(Cases.begin(), Cases.end(), [&](const ExitCase &O) {
        return std::none_of(O.Locks.begin(), O.Locks.end(), [&](const LockEntry &X) {
          return X.Lock == E.Lock && X.State == LockState::Dropped;
        });
      });
      if (Kept)
        Out.push_back({E.Lock, E.Class,
                       E.Was == LockMode::Write ? LockMode::Write : LockMode::Any,
                       !mayBeAbsent(Cases, E.Lock), E.Where, "may release it"});
    }
  std::erase_if(Out, [&](const Reliance &What) { return saysSo(F, What.Class, 0); });
  return Out;
}

} // namespace

std::vector<Reliance> holdfast::unsaidReliance(const CheckInput &In, FunctionId F) {
  std::vector<Reliance> All;
  Finder Find(In, F);
  for (const std::vector<Reliance> &Some :
       {Find.accesses(), Find.byRule(), Find.releases()})
    All.insert(All.end(), Some.begin(), Some.end());
  return All;
}
