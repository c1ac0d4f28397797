// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/Program.h"
#include "link/Pointers.h"
#include <algorithm>

using namespace holdfast;

std::string holdfast::plainName(Symbol Name) {
  return Name.str().substr(0, Name.str().find('@'));
}

namespace holdfast {

class Linker {
public:
  Program run(std::vector<TranslationUnit> Units);

private:
  void addFunctions(std::vector<TranslationUnit> &Units);
  void resolveCalls(const FunctionPointers &Pointers);
  void recordSlots(const FunctionPointers &Pointers);

  Program P;
};

/// Which of two bodies of one name the program uses: the strong one, and any
/// before a mere declaration; then an order that depends only on the text, so
/// that the order of units does not show.
static bool preferred(const Function &A, const Function &B) {
  auto rank = [](const Function &F) {
    return F.Link == Linkage::Global   ? 0
           : F.Link == Linkage::Static ? 1
           : F.Link == Linkage::Weak   ? 2
                                       : 3;
  };
  if (rank(A) != rank(B))
    return rank(A) < rank(B);
  if (!(A.Loc == B.Loc))
    return A.Loc < B.Loc;
  if (A.Blocks.size() != B.Blocks.size())
    return A.Blocks.size() > B.Blocks.size();
  return dump(A) < dump(B);
}

void Linker::addFunctions(std::vector<TranslationUnit> &Units) {
  std::unordered_map<Symbol, std::shared_ptr<const Function>> Best;
  for (TranslationUnit &U : Units)
    for (std::shared_ptr<const Function> &F : U.Functions) {
      std::shared_ptr<const Function> &Slot = Best[F->Name];
      if (!Slot || (Slot != F && preferred(*F, *Slot)))
        Slot = std::move(F);
    }
  for (auto &[Name, F] : Best)
    P.Functions.push_back(std::move(F));
  std::sort(P.Functions.begin(), P.Functions.end(),
            [](const auto &A, const auto &B) { return A->Name < B->Name; });
  for (FunctionId I = 0; I < P.Functions.size(); ++I)
    P.ByName[P.Functions[I]->Name] = I;
}

void Linker::resolveCalls(const FunctionPointers &Pointers) {
  P.Calls.resize(P.size());
  P.Callers.resize(P.size());
  for (FunctionId F = 0; F < P.size(); ++F) {
    P.Calls[F].resize(P.Functions[F]->NumCalls);
    for (const Block &B : P.Functions[F]->Blocks)
      for (const Instr &I : B.Instrs) {
        if (I.Kind != InstrKind::Call)
          continue;
        Program::Targets &T = P.Calls[F][I.Index];
        T.Indirect = I.Value->Kind != ExprKind::Func;
        for (Symbol Name : Pointers.resolve(*P.Functions[F], I.Value, T.Slot))
          if (FunctionId Target = P.find(Name); Target != NoFunction)
            T.Functions.push_back(Target);
        std::sort(T.Functions.begin(), T.Functions.end());
        CallSite Site{F, I.Index, I.Loc};
        if (!T.Indirect) {
          for (FunctionId Target : T.Functions)
            P.Callers[Target].push_back(Site);
          continue;
        }
        ++(T.Functions.empty() ? P.Unresolved : P.Resolved);
        if (T.Slot)
          P.SlotCallers[T.Slot].push_back(Site);
        else
          for (FunctionId Target : T.Functions)
            P.Callers[Target].push_back(Site);
      }
  }
}

void Linker::recordSlots(const FunctionPointers &Pointers) {
  P.StoredIn.resize(P.size());
  for (const auto &[Name, Stores] : Pointers.stores()) {
    Slot &S = P.Slots[Name];
    S.Name = Name;
    for (const auto &[Key, Store] : Stores)
      if (FunctionId F = P.find(Store.Function); F != NoFunction) {
        if (S.Targets.empty() || S.Targets.back() != F)
          S.Targets.push_back(F);
        P.StoredIn[F].push_back(Store);
      }
    std::sort(S.Targets.begin(), S.Targets.end());
  }
}

Program Linker::run(std::vector<TranslationUnit> Units) {
  std::vector<SlotStore> Stores;
  for (TranslationUnit &U : Units)
    Stores.insert(Stores.end(), U.Slots.begin(), U.Slots.end());
  std::sort(Stores.begin(), Stores.end(), [](const auto &A, const auto &B) {
    return std::tie(A.Slot, A.Function, A.Table, A.Loc) <
           std::tie(B.Slot, B.Function, B.Table, B.Loc);
  });
  addFunctions(Units);
  for (const TranslationUnit &U : Units)
    for (const TableConstant &C : U.Constants)
      P.Constants[Expr::field(Expr::global(C.Table), C.Field)] = C.Value;
  FunctionPointers Pointers([this](Symbol Name) -> const Function * {
    FunctionId F = P.find(Name);
    return F == NoFunction ? nullptr : P.Functions[F].get();
  });
  for (const SlotStore &S : Stores)
    Pointers.addStore(S);
  for (const auto &F : P.Functions)
    Pointers.addFunction(*F);
  Pointers.solve();
  recordSlots(Pointers);
  resolveCalls(Pointers);
  return std::move(P);
}

} // namespace holdfast

Program Program::link(std::vector<TranslationUnit> Units) {
  return Linker().run(std::move(Units));
}

FunctionId Program::find(Symbol Name) const {
  auto It = ByName.find(Name);
  return It == ByName.end() ? NoFunction : It->second;
}

std::vector<FunctionId> Program::findByPlainName(const std::string &Name) const {
  std::vector<FunctionId> Out;
  for (FunctionId F = 0; F < size(); ++F)
    if (plainName(Functions[F]->Name) == Name || Functions[F]->Name.str() == Name)
      Out.push_back(F);
  return Out;
}

const std::vector<FunctionId> &Program::targets(FunctionId F, uint32_t Call) const {
  return Calls[F][Call].Functions;
}
bool Program::isIndirect(FunctionId F, uint32_t Call) const {
  return Calls[F][Call].Indirect;
}
Symbol Program::slot(FunctionId F, uint32_t Call) const { return Calls[F][Call].Slot; }

size_t Program::targetsOf(Symbol Slot) const {
  auto It = Slots.find(Slot);
  return It == Slots.end() ? 0 : It->second.Targets.size();
}

bool Program::tableFills(const SlotStore &Store, Symbol Field) const {
  auto It = Slots.find(Field);
  if (It == Slots.end() || !Store.Table)
    return false;
  for (FunctionId F : It->second.Targets)
    for (const SlotStore &S : StoredIn[F])
      if (S.Slot == Field && S.Table == Store.Table && S.Loc.File == Store.Loc.File)
        return true;
  return false;
}

const std::vector<CallSite> &Program::callersOf(Symbol Slot) const {
  static const std::vector<CallSite> None;
  auto It = SlotCallers.find(Slot);
  return It == SlotCallers.end() ? None : It->second;
}

static void mentioned(const Expr *E, std::vector<Symbol> &Out) {
  if (E && E->Kind == ExprKind::Func)
    Out.push_back(E->Name);
  else if (E && E->A) {
    mentioned(E->A, Out);
    mentioned(E->B, Out);
  }
}

std::vector<FunctionId> Program::dependencies(FunctionId F) const {
  std::vector<FunctionId> Out;
  for (const Targets &T : Calls[F])
    if (!T.Indirect || T.Functions.size() == 1 || !T.Slot)
      Out.insert(Out.end(), T.Functions.begin(), T.Functions.end());
  std::vector<Symbol> Names;
  for (const Block &B : Functions[F]->Blocks)
    for (const Instr &I : B.Instrs) {
      if (I.Kind == InstrKind::Assign)
        mentioned(I.Value, Names);
      for (const Expr *A : I.Args)
        mentioned(A, Names);
    }
  for (Symbol Name : Names)
    if (FunctionId T = find(Name); T != NoFunction)
      Out.push_back(T);
  std::sort(Out.begin(), Out.end());
  Out.erase(std::unique(Out.begin(), Out.end()), Out.end());
  return Out;
}

/// Tarjan's algorithm without recursion: kernel call chains are deep.
std::vector<std::vector<FunctionId>> Program::components() const {
  constexpr uint32_t Unseen = ~0u;
  std::vector<uint32_t> Index(size(), Unseen), Low(size());
  std::vector<bool> OnStack(size());
  std::vector<FunctionId> Stack;
  std::vector<std::vector<FunctionId>> Out;
  uint32_t Next = 0;
  std::vector<std::vector<FunctionId>> Succs(size());
  for (FunctionId F = 0; F < size(); ++F)
    Succs[F] = dependencies(F);
  struct Frame {
    FunctionId F;
    size_t Next;
  };
  for (FunctionId Root = 0; Root < size(); ++Root) {
    if (Index[Root] != Unseen)
      continue;
    std::vector<Frame> Frames{{Root, 0}};
    while (!Frames.empty()) {
      FunctionId F = Frames.back().F;
      if (Index[F] == Unseen) {
        Index[F] = Low[F] = Next++;
        Stack.push_back(F);
        OnStack[F] = true;
      }
      if (Frames.back().Next < Succs[F].size()) {
        FunctionId S = Succs[F][Frames.back().Next++];
        if (Index[S] == Unseen)
          Frames.push_back({S, 0});
        else if (OnStack[S])
          Low[F] = std::min(Low[F], Index[S]);
        continue;
      }
      if (Low[F] == Index[F]) {
        std::vector<FunctionId> Component;
        FunctionId M;
        do {
          M = Stack.back();
          Stack.pop_back();
          OnStack[M] = false;
          Component.push_back(M);
        } while (M != F);
        std::sort(Component.begin(), Component.end());
        Out.push_back(std::move(Component));
      }
      Frames.pop_back();
      if (!Frames.empty())
        Low[Frames.back().F] = std::min(Low[Frames.back().F], Low[F]);
    }
  }
  return Out;
}
