// SPDX-License-Identifier: GPL-2.0-or-later
#include "frontend/BodyLowering.h"
#include <functional>

using namespace holdfast;

namespace {

void markLocals(const Expr *E, std::vector<bool> &Read) {
  if (!E || !E->HasFrame)
    return;
  if (E->Kind == ExprKind::Local)
    Read[size_t(E->Value)] = true;
  markLocals(E->A, Read);
  markLocals(E->B, Read);
}

/// Is this the store of a function into a record, which link wants to see?
bool fillsSlot(const Instr &I) {
  const Expr *P = I.Place;
  while (P->Kind == ExprKind::Index)
    P = P->A;
  return P->Kind == ExprKind::Field && I.Value->Kind == ExprKind::Func;
}

bool dropDeadAssigns(Function &F) {
  std::vector<bool> Read(F.LocalNames.size());
  for (const Block &B : F.Blocks) {
    markLocals(B.Term.Cond, Read);
    for (const Instr &I : B.Instrs) {
      markLocals(I.Value, Read);
      for (const Expr *A : I.Args)
        markLocals(A, Read);
      bool OwnLocal =
          I.Kind == InstrKind::Assign && I.Place->root()->Kind == ExprKind::Local;
      const Expr *P = I.Place;
      for (; OwnLocal && P && P->Kind != ExprKind::Local; P = P->A)
        OwnLocal = P->Kind != ExprKind::Load; // *p = v reads p
      if (!OwnLocal)
        markLocals(I.Place, Read);
    }
  }
  bool Changed = false;
  for (Block &B : F.Blocks)
    Changed |= std::erase_if(B.Instrs, [&](const Instr &I) {
                 if (I.Kind != InstrKind::Assign)
                   return false;
                 const Expr *Root = I.Place->root();
                 return Root->Kind == ExprKind::Local &&
                        !Read[size_t(Root->Value)] && !fillsSlot(I);
               }) != 0;
  return Changed;
}

bool isEmptyJump(const Block &B) {
  return B.Instrs.empty() && B.Term.Kind == Terminator::Jump && B.Succs.size() == 1 &&
         B.Succs[0] != Block::Nowhere;
}

uint32_t skipEmpty(const Function &F, uint32_t B) {
  for (unsigned Hops = 0; Hops < 64 && isEmptyJump(F.Blocks[B]); ++Hops)
    B = F.Blocks[B].Succs[0];
  return B;
}

void normalizeEdges(Function &F) {
  F.Entry = skipEmpty(F, F.Entry);
  for (Block &B : F.Blocks) {
    for (uint32_t &S : B.Succs)
      if (S != Block::Nowhere)
        S = skipEmpty(F, S);
    bool Same = B.Succs.size() > 1;
    for (uint32_t S : B.Succs)
      Same &= S == B.Succs[0];
    if (B.Term.Kind == Terminator::Jump) {
      std::erase(B.Succs, Block::Nowhere);
      std::sort(B.Succs.begin(), B.Succs.end());
      B.Succs.erase(std::unique(B.Succs.begin(), B.Succs.end()), B.Succs.end());
    } else if (Same) {
      B.Term = Terminator();
      B.Succs.resize(1);
      if (B.Succs[0] == Block::Nowhere)
        B.Succs.clear();
    }
  }
}

/// Appends to each block the only successor that only it leads to.
void mergeChains(Function &F) {
  std::vector<uint32_t> Preds(F.Blocks.size());
  for (const Block &B : F.Blocks)
    for (uint32_t S : B.Succs)
      if (S != Block::Nowhere)
        ++Preds[S];
  ++Preds[F.Entry];
  for (uint32_t I = 0; I < F.Blocks.size(); ++I) {
    while (F.Blocks[I].Term.Kind == Terminator::Jump &&
           F.Blocks[I].Succs.size() == 1) {
      uint32_t S = F.Blocks[I].Succs[0];
      if (S == I || Preds[S] != 1)
        break;
      Block Next = std::move(F.Blocks[S]);
      F.Blocks[S] = Block();
      Block &B = F.Blocks[I];
      std::move(Next.Instrs.begin(), Next.Instrs.end(), std::back_inserter(B.Instrs));
      B.Term = std::move(Next.Term);
      B.Succs = std::move(Next.Succs);
    }
  }
}

/// Keeps what the entry reaches, numbered in reverse postorder.
void renumber(Function &F) {
  std::vector<uint8_t> Seen(F.Blocks.size());
  std::vector<uint32_t> Post;
  std::vector<std::pair<uint32_t, size_t>> Stack{{F.Entry, 0}};
  Seen[F.Entry] = 1;
  while (!Stack.empty()) {
    auto &[B, Next] = Stack.back();
    if (Next == F.Blocks[B].Succs.size()) {
      Post.push_back(B);
      Stack.pop_back();
      continue;
    }
    uint32_t S = F.Blocks[B].Succs[Next++];
    if (S != Block::Nowhere && !Seen[S]) {
      Seen[S] = 1;
      Stack.push_back({S, 0});
    }
  }
  std::vector<uint32_t> NewId(F.Blocks.size(), Block::Nowhere);
  std::vector<Block> Kept;
  for (auto It = Post.rbegin(); It != Post.rend(); ++It) {
    NewId[*It] = uint32_t(Kept.size());
    Kept.push_back(std::move(F.Blocks[*It]));
  }
  for (Block &B : Kept)
    for (uint32_t &S : B.Succs)
      if (S != Block::Nowhere)
        S = NewId[S];
  F.Entry = 0;
  F.Blocks = std::move(Kept);
}

} // namespace

void holdfast::simplify(Function &F) {
  if (F.Blocks.empty())
    return;
  renumber(F);
  for (unsigned Round = 0; Round < 8 && dropDeadAssigns(F); ++Round)
    ;
  normalizeEdges(F);
  renumber(F);
  mergeChains(F);
  renumber(F);
}
