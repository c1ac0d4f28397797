// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Acquired.h"
#include <algorithm>
#include <iterator>
#include <set>

using namespace holdfast;

static std::vector<ClassId> sorted(std::vector<ClassId> All) {
  std::sort(All.begin(), All.end());
  All.erase(std::unique(All.begin(), All.end()), All.end());
  return All;
}

/// Leaves in \p Common what is also in \p Here; both ascend.
static void keepCommon(std::vector<ClassId> &Common, const std::vector<ClassId> &Here) {
  std::erase_if(Common, [&](ClassId C) {
    return !std::binary_search(Here.begin(), Here.end(), C);
  });
}

ClassLists::Id ClassLists::id(std::vector<ClassId> Sorted) {
  auto [It, New] = Ids.try_emplace(std::move(Sorted), Id(Lists.size()));
  if (New)
    Lists.push_back(It->first);
  return It->second;
}

ClassLists::Id ClassLists::unite(Id A, Id B) {
  if (A == B || !B)
    return A;
  if (!A)
    return B;
  auto [It, New] = Unions.try_emplace(uint64_t(A) << 32 | B, 0);
  if (New) {
    std::vector<ClassId> All;
    std::set_union(Lists[A].begin(), Lists[A].end(), Lists[B].begin(), Lists[B].end(),
                   std::back_inserter(All));
    It->second = id(std::move(All));
  }
  return It->second;
}

bool ClassLists::has(Id I, ClassId C) const {
  return std::binary_search(Lists[I].begin(), Lists[I].end(), C);
}

Acquired::Acquired(const Program &P, const Rules &R, const Solution &S)
    : P(P), R(R), S(S), Below(P.size()), Sources(P.size()), Sites(P.size()),
      Callers(P.size()), ChangedAt(P.size()), UpdatedAt(P.size()) {
  listClasses();
  listSites();
  solve();
}

/// Callees come first, so that most is done in one round; recursion and calls
/// through tables need some more, but only of those whose callees have changed.
void Acquired::solve() {
  std::vector<FunctionId> Order;
  for (const std::vector<FunctionId> &Component : P.components())
    Order.insert(Order.end(), Component.begin(), Component.end());
  static constexpr unsigned MaxRounds = 12;
  std::vector<bool> Open(P.size(), true);
  bool Changed = true;
  for (unsigned Round = 0; Round < MaxRounds && Changed; ++Round) {
    Changed = false;
    for (FunctionId F : Order) {
      if (!Open[F])
        continue;
      Open[F] = false;
      if (!update(F))
        continue;
      Changed = true;
      for (const SiteRef &Caller : Callers[F])
        Open[Caller.In] = true;
    }
  }
}

void Acquired::listClasses() {
  std::set<Symbol> All;
  for (FunctionId F = 0; F < P.size(); ++F)
    for (const Acquire &A : S[F].Acquires)
      All.insert(A.Class);
  Names.assign(All.begin(), All.end());
  for (ClassId C = 0; C < Names.size(); ++C)
    Ids[Names[C]] = C;
}

void Acquired::listSites() {
  Waiting.resize(classes());
  for (FunctionId F = 0; F < P.size(); ++F) {
    for (const Block &B : P.function(F).Blocks)
      for (const Instr &I : B.Instrs)
        if (I.Kind == InstrKind::Call) {
          const std::vector<FunctionId> &Targets = P.targets(F, I.Index);
          Site &At = Sites[F].emplace_back();
          At.Call = I.Index;
          At.Loc = I.Loc;
          At.Targets = Targets.size() <= MaxTargets ? &Targets : nullptr;
          setLocks(At, F);
        }
    std::sort(Sites[F].begin(), Sites[F].end(),
              [](const Site &A, const Site &B) { return A.Call < B.Call; });
    for (const Acquire &A : S[F].Acquires)
      if (auto *At = const_cast<Site *>(site(F, A.Call)))
        if (!Lists.has(At->Masked, id(A.Class)))
          At->Waited.push_back(id(A.Class));
    for (size_t I = 0; I < Sites[F].size(); ++I) {
      for (ClassId C : Sites[F][I].Waited)
        Waiting[C].push_back({F, I});
      if (Sites[F][I].Targets)
        for (FunctionId T : *Sites[F][I].Targets)
          Callers[T].push_back({F, I});
    }
    listSources(F);
  }
}

/// In the order of the calls, each once.
void Acquired::listSources(FunctionId F) {
  std::set<Source> Seen;
  auto list = [&](const Source &S) {
    if (Seen.insert(S).second)
      Sources[F].push_back(S);
  };
  for (const Site &At : Sites[F]) {
    if (!At.Waited.empty())
      list({NoFunction, At.Dropped, 0, Lists.id(sorted(At.Waited))});
    for (size_t N = 0; At.Targets && N < At.Targets->size(); ++N)
      if ((*At.Targets)[N] != F)
        list({(*At.Targets)[N], At.Dropped, At.Masked, 0});
  }
}

const Acquired::Site *Acquired::site(FunctionId F, uint32_t Call) const {
  auto It = std::lower_bound(Sites[F].begin(), Sites[F].end(), Call,
                             [](const Site &S, uint32_t Call) { return S.Call < Call; });
  return It == Sites[F].end() || It->Call != Call ? nullptr : &*It;
}

ClassId Acquired::id(Symbol Class) const {
  auto It = Ids.find(Class);
  return It == Ids.end() ? NoClass : It->second;
}

/// What was dropped, and what is masked, in every lockset the call is reached with.
/// Nearly always that is nothing, which the first of them shows.
void Acquired::setLocks(Site &At, FunctionId F) {
  std::span<const CallLocks> Calls = S[F].at(At.Call);
  if (Calls.empty())
    return;
  std::vector<ClassId> Dropped = droppedIn(Calls[0]), Masked = maskedIn(Calls[0]);
  for (size_t I = 1; I < Calls.size() && !(Dropped.empty() && Masked.empty()); ++I) {
    keepCommon(Dropped, droppedIn(Calls[I]));
    keepCommon(Masked, maskedIn(Calls[I]));
  }
  At.Dropped = Lists.id(std::move(Dropped));
  At.Masked = Lists.id(std::move(Masked));
}

/// The classes of which a lock was dropped and none is held. Ascending.
std::vector<ClassId> Acquired::droppedIn(const CallLocks &C) const {
  std::vector<ClassId> Gone;
  for (const LockEntry &E : C.Locks)
    if (ClassId Id = isHeld(E.State) ? NoClass : id(E.Class); Id != NoClass)
      Gone.push_back(Id);
  for (const LockEntry &E : C.Locks)
    if (isHeld(E.State) && !Gone.empty())
      std::erase(Gone, id(E.Class));
  return sorted(std::move(Gone));
}

/// The classes that nobody waits for in the sections of a lockset. Ascending.
std::vector<ClassId> Acquired::maskedIn(const CallLocks &C) const {
  std::vector<ClassId> Off;
  for (const Section &Inside : C.Sections)
    if (auto M = R.Masks.find(Inside.Class); M != R.Masks.end() && Inside.Least > 0)
      for (Symbol Class : M->second)
        Off.push_back(id(Class));
  return sorted(std::move(Off));
}

/// True: it was not known.
bool Acquired::add(FunctionId F, ClassLists::Id Dropped, const ClassSet &Classes) {
  static constexpr size_t MaxGroups = 8;
  for (Waits &W : Below[F])
    if (W.Dropped == Dropped)
      return W.Classes.add(Classes);
  if (Below[F].size() == MaxGroups || Classes.empty())
    return false;
  Below[F].push_back({Dropped, Classes});
  return true;
}

bool Acquired::updateFrom(FunctionId F, const Source &From) {
  if (From.Target == NoFunction) {
    ClassSet Own;
    for (ClassId C : Lists[From.Own])
      Own.set(C);
    return add(F, From.Dropped, Own);
  }
  bool Changed = false;
  for (const Waits &W : Below[From.Target]) {
    ClassLists::Id Dropped = Lists.unite(From.Dropped, W.Dropped);
    if (!From.Masked) {
      Changed |= add(F, Dropped, W.Classes);
      continue;
    }
    ClassSet Classes = W.Classes;
    for (ClassId C : Lists[From.Masked])
      Classes.reset(C);
    Changed |= add(F, Dropped, Classes);
  }
  return Changed;
}

/// What did not change since the last time has nothing to add.
bool Acquired::update(FunctionId F) {
  bool Changed = false;
  uint32_t Last = UpdatedAt[F];
  UpdatedAt[F] = ++Now;
  for (const Source &From : Sources[F])
    if (From.Target == NoFunction ? !Last : ChangedAt[From.Target] > Last)
      Changed |= updateFrom(F, From);
  if (Changed)
    ChangedAt[F] = Now;
  return Changed;
}

const Acquire *Acquired::direct(FunctionId F, uint32_t Call, ClassId C) const {
  for (const Acquire &A : S[F].Acquires)
    if (A.Call == Call && A.Class == Names[C])
      return &A;
  return nullptr;
}

ClassSet Acquired::all(FunctionId F, ClassId Held) const {
  ClassSet All;
  for (const Waits &W : Below[F])
    if (!Lists.has(W.Dropped, Held))
      All.add(W.Classes);
  return All;
}

ClassSet Acquired::allOfCall(FunctionId F, uint32_t Call, ClassId Held) const {
  ClassSet All;
  const Site *At = site(F, Call);
  if (!At)
    return All;
  for (ClassId C : At->Waited)
    All.set(C);
  for (size_t N = 0; At->Targets && N < At->Targets->size(); ++N)
    All.add(all((*At->Targets)[N], Held));
  for (ClassId C : Lists[At->Masked])
    All.reset(C);
  return All;
}

bool Acquired::mayWait(FunctionId F, uint32_t Call, ClassId Held, ClassId Next) const {
  const Site *At = site(F, Call);
  if (!At || Lists.has(At->Masked, Next))
    return false;
  if (std::count(At->Waited.begin(), At->Waited.end(), Next))
    return true;
  for (size_t N = 0; At->Targets && N < At->Targets->size(); ++N)
    for (const Waits &W : Below[(*At->Targets)[N]])
      if (W.Classes.test(Next) && !Lists.has(W.Dropped, Held))
        return true;
  return false;
}

bool Acquired::drops(FunctionId F, uint32_t Call, ClassId C) const {
  const Site *At = site(F, Call);
  return At && Lists.has(At->Dropped, C);
}

std::vector<Acquired::Hop> Acquired::nearWay(FunctionId F, uint32_t Call, ClassId Held,
                                             ClassId Next) const {
  auto waits = [&](const Site &At) {
    return std::count(At.Waited.begin(), At.Waited.end(), Next) != 0;
  };
  const Site *At = site(F, Call);
  if (!At || Lists.has(At->Masked, Next))
    return {};
  if (waits(*At))
    return {{F, Call, At->Loc, 1}};
  if (At->Targets && At->Targets->size() == 1)
    for (const Site &Inner : Sites[At->Targets->front()])
      if (waits(Inner) && !Lists.has(Inner.Dropped, Held))
        return {{F, Call, At->Loc, 1}, {At->Targets->front(), Inner.Call, Inner.Loc, 1}};
  return {};
}
