// SPDX-License-Identifier: GPL-2.0-or-later
#include "solve/Contexts.h"
#include "solve/State.h"
#include <algorithm>
#include <unordered_set>

using namespace holdfast;

static unsigned bit(LockMode M) { return 1u << unsigned(M); }

Contexts::Contexts(const Program &P, const Rules &R, const Solution &S)
    : P(P), R(R), S(S) {
  for (FunctionId F = 0; F < S.size(); ++F)
    for (const CallLocks &C : S[F].Calls)
      for (const LockEntry &E : C.Locks)
        Modes[E.Class] |= bit(modeOf(E.State));
}

static std::string recordOf(Symbol Field) {
  return Field.str().substr(0, Field.str().find("::"));
}

/// Can the function be entered in context \p C and reach \p Need? A condition
/// on another member of the ops table is looked up in the table itself.
bool Contexts::applies(const RuleContext &C, const SlotStore &Store,
                       const Requirement &Need) const {
  for (const RuleCondition &W : C.When) {
    for (const Fact &F : Need.When)
      if (F.Value == W.Value && F.Range.meet(W.Range).isEmpty())
        return false;
    const Expr *Place = W.Value->Kind == ExprKind::Load ? W.Value->A : W.Value;
    if (Place->Kind == ExprKind::Field && recordOf(Place->Name) == recordOf(Store.Slot) &&
        W.Range.excludesZero() && !P.tableFills(Store, Place->Name))
      return false;
  }
  return true;
}

std::vector<EntryMode> Contexts::byRule(const SlotStore &Store,
                                        const Requirement &Need) const {
  Symbol Class = Need.Class;
  std::vector<EntryMode> Out;
  auto It = R.Callbacks.find(Store.Slot);
  if (It == R.Callbacks.end())
    return Out;
  // `p1->vm_mm` may be another name for `@current->mm`.
  State Aliases;
  for (const RuleAlias &A : It->second.Aliases)
    Aliases.Memory.set(A.Place, A.Value);
  const Expr *Wanted = Aliases.eval(Need.Lock);
  for (const RuleContext &C : It->second.Contexts) {
    if (!applies(C, Store, Need))
      continue;
    EntryMode M;
    M.FromRule = true;
    M.Context = &C;
    M.Source = It->second.Source;
    bool Told = C.NothingElse || std::count(C.NotHeld.begin(), C.NotHeld.end(), Class);
    for (const RuleLock &L : C.Holds) {
      bool Same = Aliases.eval(L.Lock) == Wanted ||
                  (Wanted->isUnknown() && classOf(L.Lock, R.InnerFields) == Class);
      if (Same) {
        M.Mode = L.Mode;
        Told = true;
      }
    }
    if (Told)
      Out.push_back(std::move(M));
  }
  return Out;
}

std::vector<std::optional<LockEntry>> Contexts::locksAt(const CallSite &Site,
                                                        Symbol Class) const {
  std::vector<std::optional<LockEntry>> Out;
  for (const CallLocks &C : S[Site.Caller].at(Site.Call)) {
    bool Exact;
    const LockEntry *E = findLock(C.Locks, Expr::unknown(), Class, Exact);
    Out.push_back(E ? std::optional(*E) : std::nullopt);
  }
  if (Out.empty())
    Out.push_back(std::nullopt);
  return Out;
}

bool Contexts::eitherMode(const CallSite &Site, Symbol Class) const {
  bool OnceRead = false, OnceWrite = false;
  for (const CallLocks &C : S[Site.Caller].at(Site.Call)) {
    bool Read = false, Write = false;
    for (const LockEntry &E : C.Locks) {
      if (E.Class != Class || !isHeld(E.State))
        continue;
      bool Downgraded = E.Was == LockMode::Write;
      Read |= modeOf(E.State) == LockMode::Read && !Downgraded;
      Write |= modeOf(E.State) == LockMode::Write;
    }
    OnceRead |= Read && !Write;
    OnceWrite |= Write && !Read;
  }
  return OnceRead && OnceWrite;
}

void Contexts::search(std::vector<std::pair<CallSite, size_t>> Queue, Symbol Class,
                      std::vector<EntryMode> &Out) const {
  // Breadth first over call sites, so that each mode gets a shortest path;
  // second is the index of the call it leads to, or itself for a first one.
  static constexpr size_t MaxSites = 20000;
  auto Listed = Modes.find(Class);
  unsigned Left = Listed == Modes.end() ? 0 : Listed->second;
  std::unordered_set<FunctionId> Entered;
  std::unordered_set<Symbol> Through; // slots
  for (size_t I = 0; I < Queue.size() && Queue.size() < MaxSites && Left; ++I) {
    CallSite Site = Queue[I].first;
    bool Passes = false;
    for (const std::optional<LockEntry> &Lock : locksAt(Site, Class)) {
      if (!Lock) {
        Passes = true;
        continue;
      }
      LockMode Mode = modeOf(Lock->State);
      if (!(Left & bit(Mode)))
        continue; // known
      Left &= ~bit(Mode);
      EntryMode E;
      E.Mode = Mode;
      E.Acquired = Lock->Where;
      // What is taken again is so in the mode it had, which callers choose.
      E.Chosen = isRetaken(Lock->State) || eitherMode(Site, Class);
      for (size_t J = I;; J = Queue[J].second) {
        E.Path.push_back(Queue[J].first);
        if (Queue[J].second == J)
          break;
      }
      Out.push_back(std::move(E));
    }
    if (!Passes || !Entered.insert(Site.Caller).second)
      continue;
    for (const CallSite &Up : P.directCallers(Site.Caller))
      Queue.push_back({Up, I});
    for (const SlotStore &Store : P.slotsOf(Site.Caller))
      if (Through.insert(Store.Slot).second)
        for (const CallSite &Up : P.callersOf(Store.Slot))
          Queue.push_back({Up, I});
  }
}

std::vector<EntryMode> Contexts::byCallers(FunctionId F, Symbol Class) const {
  std::vector<std::pair<CallSite, size_t>> Start;
  for (const CallSite &C : P.directCallers(F))
    Start.push_back({C, Start.size()});
  for (const SlotStore &Store : P.slotsOf(F))
    for (const CallSite &C : P.callersOf(Store.Slot))
      Start.push_back({C, Start.size()});
  std::vector<EntryMode> Out;
  search(std::move(Start), Class, Out);
  return Out;
}

const std::vector<EntryMode> &Contexts::bySlot(Symbol Slot, Symbol Class) const {
  auto [It, New] = Slots.try_emplace({Slot, Class});
  std::vector<EntryMode> &Out = It->second;
  if (!New)
    return Out;
  std::vector<std::pair<CallSite, size_t>> Start;
  for (const CallSite &C : P.callersOf(Slot))
    Start.push_back({C, Start.size()});
  search(std::move(Start), Class, Out);
  return Out;
}
