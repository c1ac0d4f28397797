// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Acquired.h"
#include <algorithm>
#include <set>

using namespace holdfast;

/// Pointers that may go anywhere tell nothing of order.
static constexpr size_t MaxTargets = 64;

Acquired::Acquired(const Program &P, const Solution &S)
    : P(P), S(S), Below(P.size()), Sites(P.size()) {
  listClasses();
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
  for (FunctionId F = 0; F < P.size(); ++F) {
    for (const Acquire &A : S[F].Acquires)
      All.insert(A.Class);
    for (const Block &B : P.function(F).Blocks)
      for (const Instr &I : B.Instrs)
        if (I.Kind == InstrKind::Call)
          Sites[F].push_back({I.Index, I.Loc});
  }
  Names.assign(All.begin(), All.end());
  for (ClassId C = 0; C < Names.size(); ++C)
    Ids[Names[C]] = C;
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
  for (const Acquire &A : S[F].Acquires) {
    llvm::SparseBitVector<> One;
    One.set(id(A.Class));
    add(F, droppedAt(F, A.Call), One, Changed);
  }
  for (const Site &At : Sites[F]) {
    const std::vector<FunctionId> &Targets = P.targets(F, At.Call);
    if (Targets.empty() || Targets.size() > MaxTargets)
      continue;
    std::vector<ClassId> Here = droppedAt(F, At.Call);
    for (FunctionId T : Targets)
      for (size_t I = 0; T != F && I < Below[T].size(); ++I) {
        std::vector<ClassId> Dropped;
        std::set_union(Here.begin(), Here.end(), Below[T][I].Dropped.begin(),
                       Below[T][I].Dropped.end(), std::back_inserter(Dropped));
        add(F, std::move(Dropped), Below[T][I].Classes, Changed);
      }
  }
  return Changed;
}

static bool has(const std::vector<ClassId> &Sorted, ClassId C) {
  return std::binary_search(Sorted.begin(), Sorted.end(), C);
}

bool Acquired::waits(FunctionId F, ClassId C, ClassId Held) const {
  return std::any_of(Below[F].begin(), Below[F].end(), [&](const Waits &W) {
    return !has(W.Dropped, Held) && W.Classes.test(C);
  });
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
  for (const Acquire &A : S[F].Acquires)
    if (A.Call == Call)
      All.set(id(A.Class));
  const std::vector<FunctionId> &Targets = P.targets(F, Call);
  if (Targets.size() <= MaxTargets)
    for (FunctionId T : Targets)
      All |= all(T, Held);
  return All;
}

void Acquired::enqueue(std::vector<std::pair<Hop, size_t>> &Queue, FunctionId F,
                       size_t From, ClassId C, ClassId Held) const {
  for (const Site &At : Sites[F]) {
    const std::vector<FunctionId> &Targets = P.targets(F, At.Call);
    bool Leads = direct(F, At.Call, C) != nullptr;
    for (size_t I = 0; I < Targets.size() && Targets.size() <= MaxTargets; ++I)
      Leads |= waits(Targets[I], C, Held);
    if (Leads && !has(droppedAt(F, At.Call), Held))
      Queue.push_back({{F, At.Call, At.Loc, std::max<size_t>(1, Targets.size())},
                       From == ~size_t(0) ? Queue.size() : From});
  }
}

std::vector<Acquired::Hop> Acquired::search(std::vector<std::pair<Hop, size_t>> Queue,
                                            ClassId C, ClassId Held) const {
  std::set<FunctionId> Entered;
  static constexpr size_t MaxHops = 1000; // what is further is worth little
  for (size_t I = 0; I < Queue.size() && I < MaxHops; ++I) {
    Hop H = Queue[I].first;
    if (direct(H.In, H.Call, C)) {
      std::vector<Hop> Path;
      for (size_t J = I;; J = Queue[J].second) {
        Path.push_back(Queue[J].first);
        if (Queue[J].second == J)
          break;
      }
      std::reverse(Path.begin(), Path.end());
      return Path;
    }
    for (FunctionId T : P.targets(H.In, H.Call))
      if (waits(T, C, Held) && Entered.insert(T).second)
        enqueue(Queue, T, I, C, Held);
  }
  return {};
}

std::vector<Acquired::Hop> Acquired::path(FunctionId F, uint32_t Call, ClassId C,
                                          ClassId Held) const {
  Location Loc;
  for (const Site &At : Sites[F])
    if (At.Call == Call)
      Loc = At.Loc;
  return search({{{F, Call, Loc, std::max<size_t>(1, P.targets(F, Call).size())}, 0}}, C,
                Held);
}

std::vector<Acquired::Hop> Acquired::pathFrom(FunctionId F, ClassId C,
                                              ClassId Held) const {
  std::vector<std::pair<Hop, size_t>> Queue;
  enqueue(Queue, F, ~size_t(0), C, Held);
  return search(std::move(Queue), C, Held);
}
