// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/OrderFindings.h"
#include "checks/Words.h"
#include <algorithm>

using namespace holdfast;

std::string OrderFindings::lockName(Symbol Class) const {
  return holdfast::lockName(In.R, Class);
}

bool OrderFindings::alwaysHolds(const Leg &L, Symbol Class) const {
  if (L.Store)
    return false;
  std::vector<EntryMode> Modes = In.Ctx.byCallers(L.In, Class);
  return !Modes.empty() &&
         std::all_of(Modes.begin(), Modes.end(),
                     [](const EntryMode &M) { return M.Mode != LockMode::None; });
}

bool holdfast::guarded(const Leg &A, const Leg &B, const std::vector<Symbol> &Except) {
  auto counts = [&](const LockEntry &E) {
    return E.Class && isHeld(E.State) &&
           std::find(Except.begin(), Except.end(), E.Class) == Except.end();
  };
  for (const LockEntry &X : A.Others)
    for (const LockEntry &Y : B.Others)
      if (counts(X) && X.Class == Y.Class && isHeld(Y.State) &&
          (modeOf(X.State) == LockMode::Write || modeOf(Y.State) == LockMode::Write))
        return true;
  return false;
}

void OrderFindings::describe(const Leg &L, ClassId Held, ClassId Next,
                             std::vector<Step> &Steps) const {
  std::string F = nameOf(L.In);
  if (L.Store)
    Steps.push_back({L.Store->Loc, F,
                     setHere(F, *L.Store) + "; entered with " + lock(Held) +
                         heldFor(modeOf(L.Held.State))});
  else if (L.Held.Where)
    Steps.push_back({L.Held.Where, F, F + " acquires " + lock(Held) + " here"});
  for (size_t I = 0; I < L.Path.size(); ++I) {
    const Acquired::Hop &H = L.Path[I];
    std::string Caller = nameOf(H.In);
    if (I + 1 < L.Path.size())
      Steps.push_back({H.Loc, Caller, Caller + " calls " + nameOf(L.Path[I + 1].In)});
    else
      Steps.push_back({H.Loc, Caller, Caller + " waits for " + lock(Next) + " here"});
  }
}

Finding OrderFindings::start(ClassId A, ClassId B, const Leg &L) const {
  Finding R;
  R.Rule = "lock-order";
  R.Function = nameOf(L.In);
  R.Loc = L.Path.front().Loc;
  R.LockClass = plainName(name(A)) + " -> " + plainName(name(B));
  return R;
}
