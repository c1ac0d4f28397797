// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Pairing.h"
#include <algorithm>
#include <deque>
#include <map>

using namespace holdfast;

Pairing::Pairing(const CheckInput &In) : In(In) {
  for (FunctionId F = 0; F < In.Prog.size(); ++F)
    if (callers(F).empty() || !In.Prog.slotsOf(F).empty())
      for (const ExitCase &C : In.Sol[F].Sum.Cases)
        for (const LockEntry &E : C.Locks)
          if (!isRetaken(E.State))
            (isHeld(E.State) ? LeftAtTop : TakenAtTop).insert(E.Class);
}

/// The calls that run \p F for certain: by its name, or through a pointer that
/// holds nothing else.
std::vector<CallSite> Pairing::callers(FunctionId F) const {
  std::vector<CallSite> Sites = In.Prog.directCallers(F);
  for (const SlotStore &Store : In.Prog.slotsOf(F))
    if (In.Prog.targetsOf(Store.Slot) == 1)
      for (const CallSite &Site : In.Prog.callersOf(Store.Slot))
        Sites.push_back(Site);
  return Sites;
}

bool Pairing::within(FunctionId F, Location Where) const {
  return std::binary_search(In.Sol[F].Paired.begin(), In.Sol[F].Paired.end(), Where);
}

/// Does \p F leave it to its own callers?
bool Pairing::passesOn(FunctionId F, Symbol Class, bool Held) const {
  return std::ranges::any_of(In.Sol[F].Sum.Cases, [&](const ExitCase &C) {
    return std::ranges::any_of(C.Locks, [&](const LockEntry &E) {
      return E.Class == Class && isHeld(E.State) == Held;
    });
  });
}

/// Do the rules, or calls in the program, say that \p F, as a callback, is entered
/// with such a lock?
bool Pairing::isEnteredWith(FunctionId F, Symbol Class) const {
  for (const SlotStore &Store : In.Prog.slotsOf(F))
    if (auto It = In.R.Callbacks.find(Store.Slot); It != In.R.Callbacks.end())
      for (const RuleContext &C : It->second.Contexts)
        for (const RuleLock &L : C.Holds)
          if (classOf(L.Lock, In.R.InnerFields) == Class)
            return true;
  return !In.Ctx.byCallers(F, Class).empty();
}

/// Is a lock held at the call that its caller only knows as a parameter?
bool Pairing::isAnyHeld(const CallSite &Site) const {
  return std::ranges::any_of(In.Sol[Site.Caller].at(Site.Call), [](const CallLocks &C) {
    return std::ranges::any_of(
        C.Locks, [](const LockEntry &E) { return !E.Class && isHeld(E.State); });
  });
}

Pairing::Above Pairing::above(FunctionId F, Symbol Class, bool Held) const {
  static constexpr size_t MaxLooked = 500;
  Above Result;
  std::deque<FunctionId> Work{F};
  std::map<FunctionId, std::vector<CallSite>> Down{{F, {}}}; ///< from there to F
  FunctionId Top = NoFunction;
  for (; !Work.empty(); Work.pop_front()) {
    FunctionId G = Work.front();
    std::vector<CallSite> Sites = callers(G);
    bool Stored = !In.Prog.slotsOf(G).empty();
    if (Sites.empty() || Stored) {
      if ((Held ? TakenAtTop : LeftAtTop).count(Class) ||
          (!Held && isEnteredWith(G, Class)))
        return {Answer::Somebody, {}};
      if (!Stored)
        Result.Pairs = std::max(Result.Pairs, Answer::Outside);
      if (Top == NoFunction || (Stored && In.Prog.slotsOf(Top).empty()))
        Top = G;
    }
    for (const CallSite &Site : Sites) {
      if (within(Site.Caller, Site.Loc) || Down.size() > MaxLooked ||
          (!Held && isAnyHeld(Site)))
        return {Answer::Somebody, {}};
      if (In.Sol[Site.Caller].Sum.Imprecise)
        Result.Pairs = Answer::Unknown;
      if (!passesOn(Site.Caller, Class, Held))
        continue;
      std::vector<CallSite> Path{Site};
      Path.insert(Path.end(), Down[G].begin(), Down[G].end());
      if (Down.insert({Site.Caller, std::move(Path)}).second)
        Work.push_back(Site.Caller);
    }
  }
  if (Top == NoFunction) // lost on the way
    return {Answer::Unknown, {}};
  Result.Path = Down[Top];
  return Result;
}
