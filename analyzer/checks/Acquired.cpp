// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Acquired.h"
#include <algorithm>
#include <iterator>
#include <set>

using namespace holdfast;

/// Pointers that may go anywhere tell nothing of order.
static constexpr size_t MaxTargets = 64;

Acquired::Acquired(const Program &P, const Solution &S)
    : P(P), S(S), Below(P.size()), Sites(P.size()), Callers(P.size()) {
  listClasses();
  listSites();
  std::vector<FunctionId> Order;
  for (const std::vector<FunctionId> &Component : P.components())
    Order.insert(Order.end(), Component.begin(), Component.end());
  // Callees come first, so that most is done in one round; recursion and calls
  // through tables need some more.
  static constexpr unsigned MaxRounds = 12;
  bool Changed = true;
  for (unsigned Round = 0; Round < MaxRounds && Changed; ++Round) {
    Changed = false;
    for (FunctionId F : Order)
      Changed |= update(F);
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
          Sites[F].push_back({I.Index,
                              I.Loc,
                              droppedAt(F, I.Index),
                              {},
                              Targets.size() <= MaxTargets ? &Targets : nullptr});
        }
    std::sort(Sites[F].begin(), Sites[F].end(),
              [](const Site &A, const Site &B) { return A.Call < B.Call; });
    for (const Acquire &A : S[F].Acquires)
      if (auto *At = const_cast<Site *>(site(F, A.Call)))
        At->Waited.push_back(id(A.Class));
    for (size_t I = 0; I < Sites[F].size(); ++I) {
      for (ClassId C : Sites[F][I].Waited)
        Waiting[C].push_back({F, I});
      if (Sites[F][I].Targets)
        for (FunctionId T : *Sites[F][I].Targets)
          Callers[T].push_back({F, I});
    }
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

/// The classes that were dropped in every lockset the call is reached with.
std::vector<ClassId> Acquired::droppedAt(FunctionId F, uint32_t Call) const {
  const std::vector<CallLocks> &Calls = S[F].Calls;
  auto At = std::lower_bound(
      Calls.begin(), Calls.end(), Call,
      [](const CallLocks &C, uint32_t Number) { return C.Call < Number; });
  std::set<ClassId> Common;
  for (auto It = At; It != Calls.end() && It->Call == Call; ++It) {
    std::set<ClassId> Dropped, Held;
    for (const LockEntry &E : It->Locks)
      (isHeld(E.State) ? Held : Dropped).insert(id(E.Class));
    for (ClassId C : Held)
      Dropped.erase(C);
    if (It == At)
      Common = Dropped;
    else
      std::erase_if(Common, [&](ClassId C) { return !Dropped.count(C); });
  }
  Common.erase(NoClass);
  return {Common.begin(), Common.end()};
}

void Acquired::add(FunctionId F, std::vector<ClassId> Dropped,
                   const llvm::SparseBitVector<> &Classes, bool &Changed) {
  static constexpr size_t MaxGroups = 8;
  for (Waits &W : Below[F])
    if (W.Dropped == Dropped) {
      Changed |= W.Classes |= Classes;
      return;
    }
  if (Below[F].size() == MaxGroups || Classes.empty())
    return;
  Below[F].push_back({std::move(Dropped), Classes});
  Changed = true;
}

bool Acquired::update(FunctionId F) {
  bool Changed = false;
  for (const Site &At : Sites[F]) {
    llvm::SparseBitVector<> Own;
    for (ClassId C : At.Waited)
      Own.set(C);
    add(F, At.Dropped, Own, Changed);
    for (size_t N = 0; At.Targets && N < At.Targets->size(); ++N) {
      FunctionId T = (*At.Targets)[N];
      for (size_t I = 0; T != F && I < Below[T].size(); ++I) {
        std::vector<ClassId> Dropped;
        std::set_union(At.Dropped.begin(), At.Dropped.end(), Below[T][I].Dropped.begin(),
                       Below[T][I].Dropped.end(), std::back_inserter(Dropped));
        add(F, std::move(Dropped), Below[T][I].Classes, Changed);
      }
    }
  }
  return Changed;
}

static bool has(const std::vector<ClassId> &Sorted, ClassId C) {
  return std::binary_search(Sorted.begin(), Sorted.end(), C);
}

const Acquire *Acquired::direct(FunctionId F, uint32_t Call, ClassId C) const {
  for (const Acquire &A : S[F].Acquires)
    if (A.Call == Call && A.Class == Names[C])
      return &A;
  return nullptr;
}

llvm::SparseBitVector<> Acquired::all(FunctionId F, ClassId Held) const {
  llvm::SparseBitVector<> All;
  for (const Waits &W : Below[F])
    if (!has(W.Dropped, Held))
      All |= W.Classes;
  return All;
}

llvm::SparseBitVector<> Acquired::allOfCall(FunctionId F, uint32_t Call,
                                            ClassId Held) const {
  llvm::SparseBitVector<> All;
  const Site *At = site(F, Call);
  if (!At)
    return All;
  for (ClassId C : At->Waited)
    All.set(C);
  for (size_t N = 0; At->Targets && N < At->Targets->size(); ++N)
    All |= all((*At->Targets)[N], Held);
  return All;
}

Ways::Ways(const Acquired &A, ClassId Next, ClassId Held) : A(A), Next(Next), Held(Held) {
  std::vector<FunctionId> Found;
  auto enter = [&](const Acquired::SiteRef &R, unsigned Hops) {
    if (!has(A.Sites[R.In][R.Index].Dropped, Held) &&
        Length.try_emplace(R.In, Hops).second)
      Found.push_back(R.In);
  };
  for (const Acquired::SiteRef &R : A.Waiting[Next])
    enter(R, 1);
  for (size_t I = 0; I < Found.size() && Length[Found[I]] < MaxHops; ++I)
    for (const Acquired::SiteRef &R : A.Callers[Found[I]])
      enter(R, Length[Found[I]] + 1);
}

/// Hops from here, this one included; 0: there is no way.
unsigned Ways::length(const Acquired::Site &At) const {
  if (std::count(At.Waited.begin(), At.Waited.end(), Next))
    return 1;
  unsigned Least = 0;
  for (size_t N = 0; At.Targets && N < At.Targets->size(); ++N) {
    auto It = Length.find((*At.Targets)[N]);
    if (It != Length.end() && (!Least || It->second + 1 < Least))
      Least = It->second + 1;
  }
  return Least;
}

void Ways::push(FunctionId F, const Acquired::Site &At,
                std::vector<Acquired::Hop> &Path) const {
  size_t Targets = At.Targets ? At.Targets->size() : 0;
  Path.push_back({F, At.Call, At.Loc, std::max<size_t>(1, Targets)});
  unsigned Hops = length(At);
  for (size_t N = 0; Hops > 1 && N < Targets; ++N) {
    auto It = Length.find((*At.Targets)[N]);
    if (It != Length.end() && It->second + 1 == Hops)
      return follow(It->first, Path);
  }
}

void Ways::follow(FunctionId F, std::vector<Acquired::Hop> &Path) const {
  for (const Acquired::Site &At : A.Sites[F])
    if (length(At) == Length.at(F) && !has(At.Dropped, Held))
      return push(F, At, Path);
}

std::vector<Acquired::Hop> Ways::fromCall(FunctionId F, uint32_t Call) const {
  std::vector<Acquired::Hop> Path;
  const Acquired::Site *At = A.site(F, Call);
  if (At && length(*At))
    push(F, *At, Path);
  return Path;
}

std::vector<Acquired::Hop> Ways::fromEntry(FunctionId F) const {
  std::vector<Acquired::Hop> Path;
  if (Length.count(F))
    follow(F, Path);
  return Path;
}
