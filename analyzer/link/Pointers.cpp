// SPDX-License-Identifier: GPL-2.0-or-later
#include "link/Pointers.h"

using namespace holdfast;

namespace {

/// The node that the place at address \p P belongs to: a field or a global.
Symbol nodeOf(const Expr *P) {
  while (P->Kind == ExprKind::Index)
    P = P->A;
  if (P->Kind == ExprKind::Field)
    return P->Name;
  if (P->Kind == ExprKind::Global && P->Name.str()[0] != '@')
    return P->Name;
  return Symbol();
}

/// The local a value is read from, or -1.
int64_t localOf(const Expr *V) {
  if (V->Kind != ExprKind::Load)
    return -1;
  const Expr *P = V->A;
  while (P->Kind == ExprKind::Index)
    P = P->A;
  return P->Kind == ExprKind::Local ? P->Value : -1;
}

} // namespace

void FunctionPointers::put(Symbol Node, const SlotStore &S) {
  if (!Held[Node].emplace(std::tuple(S.Function, S.Table, S.Loc.File), S).second)
    return;
  auto It = Copies.find(Node);
  if (It != Copies.end())
    for (Symbol To : std::set<Symbol>(It->second)) {
      SlotStore Copy = S;
      Copy.Slot = To;
      put(To, Copy);
    }
}

void FunctionPointers::addStore(const SlotStore &S) { put(S.Slot, S); }

/// Does a local of \p F hold a function at times? Most functions have none.
static bool keepsFunctions(const Function &F) {
  for (const Block &B : F.Blocks)
    for (const Instr &I : B.Instrs)
      if (I.Kind == InstrKind::Assign && I.Value->Kind == ExprKind::Func &&
          I.Place->root()->Kind == ExprKind::Local)
        return true;
  return false;
}

void FunctionPointers::addFunction(const Function &F) {
  bool Keeps = keepsFunctions(F);
  for (const Block &B : F.Blocks)
    for (const Instr &I : B.Instrs) {
      if (I.Kind == InstrKind::Assign) {
        Symbol To = nodeOf(I.Place);
        if (!To)
          continue;
        if (I.Value->Kind == ExprKind::Func)
          put(To, {To, I.Value->Name, Symbol(), I.Loc});
        else if (Keeps && localOf(I.Value) >= 0) {
          Symbol Through;
          for (Symbol Name : resolve(F, I.Value, Through))
            put(To, {To, Name, Symbol(), I.Loc});
        } else if (Symbol From =
                     I.Value->Kind == ExprKind::Load ? nodeOf(I.Value->A) : Symbol())
          if (From != To && Copies[From].insert(To).second)
            for (const auto &[Key, S] : StoreSet(Held[From]))
              put(To, {To, S.Function, S.Table, I.Loc});
      }
      if (I.Kind == InstrKind::Call && I.Value->Kind == ExprKind::Func)
        for (uint32_t A = 0; A < I.Args.size(); ++A)
          if (I.Args[A]->Kind == ExprKind::Func)
            if (const Function *Callee = Find(I.Value->Name))
              pass({Callee, A}, I.Args[A]->Name, I.Loc);
    }
}

void FunctionPointers::pass(ParamNode Node, Symbol Fn, Location From) {
  if (Node.second < Node.first->NumParams &&
      Params[{Node.first->Name, Node.second}].insert(Fn).second)
    Work.push_back({Node, Fn, From});
}

void FunctionPointers::solve() {
  while (!Work.empty()) {
    Passed P = Work.back();
    Work.pop_back();
    followParam(P.Node, P.Function, P.From);
  }
}

/// Parameter Node of its function may be \p Fn: where does it go from there?
void FunctionPointers::followParam(ParamNode Node, Symbol Fn, Location From) {
  for (const Block &B : Node.first->Blocks)
    for (const Instr &I : B.Instrs) {
      if (I.Kind == InstrKind::Assign && localOf(I.Value) == int64_t(Node.second))
        if (Symbol To = nodeOf(I.Place))
          put(To, {To, Fn, Symbol(), From});
      if (I.Kind == InstrKind::Call && I.Value->Kind == ExprKind::Func)
        for (uint32_t A = 0; A < I.Args.size(); ++A)
          if (localOf(I.Args[A]) == int64_t(Node.second))
            if (const Function *Callee = Find(I.Value->Name))
              pass({Callee, A}, Fn, From);
    }
}

std::set<Symbol> FunctionPointers::resolve(const Function &F, const Expr *Callee,
                                           Symbol &Slot) const {
  return resolve(F, Callee, Slot, 0);
}

std::set<Symbol> FunctionPointers::resolve(const Function &F, const Expr *Callee,
                                           Symbol &Slot, unsigned Depth) const {
  std::set<Symbol> Out;
  if (Callee->Kind == ExprKind::Func)
    return {Callee->Name};
  if (Callee->Kind != ExprKind::Load || Depth > 4)
    return Out;
  if (Symbol Node = nodeOf(Callee->A)) {
    if (!Slot)
      Slot = Node;
    if (auto It = Held.find(Node); It != Held.end())
      for (const auto &[Key, S] : It->second)
        Out.insert(S.Function);
    return Out;
  }
  if (Callee->A->Kind == ExprKind::Load) // *p where p holds the function
    return resolve(F, Callee->A, Slot, Depth + 1);
  int64_t L = localOf(Callee);
  if (L < 0)
    return Out;
  if (L < int64_t(F.NumParams))
    if (auto It = Params.find({F.Name, uint32_t(L)}); It != Params.end())
      Out = It->second;
  for (const Block &B : F.Blocks)
    for (const Instr &I : B.Instrs) {
      if (I.Kind != InstrKind::Assign)
        continue;
      const Expr *P = I.Place;
      while (P->Kind == ExprKind::Index)
        P = P->A;
      if (P->Kind == ExprKind::Local && P->Value == L)
        Out.merge(resolve(F, I.Value, Slot, Depth + 1));
    }
  return Out;
}
