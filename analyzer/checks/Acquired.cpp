// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Acquired.h"
#include <algorithm>
#include <iterator>
#include <set>

using namespace holdfast;

/// Pointers that may go anywhere tell nothing of order.
static constexpr size_t MaxTargets = 64;

static bool has(const std::vector<ClassId> &Sorted, ClassId C) {
  return std::binary_search(Sorted.begin(), Sorted.end(), C);
}

Acquired::Acquired(const Program &P, const Rules &R, const Solution &S)
    : P(P), R(R), S(S), Below(P.size()), Sites(P.size()), Callers(P.size()) {
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
        if (!has(At->Masked, id(A.Class)))
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

/// Leaves in \p Common what is also in \p Here, or takes it all.
static void intersect(std::set<ClassId> &Common, std::set<ClassId> Here, bool First) {
  if (First)
    Common = std::move(Here);
  else
    std::erase_if(Common, [&](ClassId C) { return !Here.count(C); });
}

/// What was dropped, and what is masked, in every lockset the call is reached with.
void Acquired::setLocks(Site &At, FunctionId F) const {
  const std::vector<CallLocks> &Calls = S[F].Calls;
  auto First = std::lower_bound(
      Calls.begin(), Calls.end(), At.Call,
      [](const CallLocks &C, uint32_t Number) { return C.Call < Number; });
  std::set<ClassId> Dropped, Masked;
  for (auto It = First; It != Calls.end() && It->Call == At.Call; ++It) {
    std::set<ClassId> Gone, Held, Off;
    for (const LockEntry &E : It->Locks)
      (isHeld(E.State) ? Held : Gone).insert(id(E.Class));
    for (const Section &Inside : It->Sections)
      if (auto M = R.Masks.find(Inside.Class); M != R.Masks.end() && Inside.Least > 0)
        for (Symbol Class : M->second)
          Off.insert(id(Class));
    std::erase_if(Gone, [&](ClassId C) { return Held.count(C) || C == NoClass; });
    intersect(Dropped, std::move(Gone), It == First);
    intersect(Masked, std::move(Off), It == First);
  }
  At.Dropped.assign(Dropped.begin(), Dropped.end());
  At.Masked.assign(Masked.begin(), Masked.end());
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
        llvm::SparseBitVector<> Classes = Below[T][I].Classes;
        for (ClassId C : At.Masked)
          Classes.reset(C);
        add(F, std::move(Dropped), Classes, Changed);
      }
    }
  }
  return Changed;
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
  for (ClassId C : At->Masked)
    All.reset(C);
  return All;
}

Ways::Ways(const Acquired &A, ClassId Next, ClassId Held) : A(A), Next(Next), Held(Held) {
  std::vector<FunctionId> Found;
  auto enter = [&](const Acquired::SiteRef &R, unsigned Hops) {
    const Acquired::Site &At = A.Sites[R.In][R.Index];
    if (!has(At.Dropped, Held) && !has(At.Masked, Next) &&
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
  if (has(At.Masked, Next))
    return 0;
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
