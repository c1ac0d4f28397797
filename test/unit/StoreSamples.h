// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_TEST_UNIT_STORESAMPLES_H
#define HOLDFAST_TEST_UNIT_STORESAMPLES_H

#include "store/Codec.h"

/// \file
/// Lock programs that have something of everything that the store keeps.
namespace holdfast {

inline Symbol sym(const std::string &S) { return Symbol::get(S); }

inline Instr instr(InstrKind Kind) {
  Instr I{};
  I.Kind = Kind;
  return I;
}

/// An expression of every kind, and chains that share.
inline std::vector<const Expr *> everyExpr() {
  const Expr *P = Expr::param(0), *L = Expr::load(Expr::local(3));
  const Expr *F = Expr::field(Expr::load(Expr::field(P, sym("a::b"))), sym("b::c"));
  return {Expr::unknown(),
          Expr::constant(-7),
          Expr::constant(INT64_MIN),
          P,
          L,
          Expr::global(sym("@current")),
          Expr::func(sym("f@x.c")),
          Expr::result(12),
          Expr::phi(3, Expr::local(2)),
          Expr::ret(),
          F,
          Expr::field(Expr::unknown(), sym("a::lock")),
          Expr::up(P, sym("w::work")),
          Expr::index(F),
          Expr::logicalNot(L),
          Expr::cmp(CmpOp::Lt, L, Expr::constant(0)),
          Expr::cmp(CmpOp::Ne, L, Expr::constant(5)),
          Expr::cmp(CmpOp::Ge, L, P),
          Expr::bitAnd(L, Expr::constant(64)),
          Expr::bitOr(L, P),
          Expr::apply(sym("test@2"), F, L),
          Expr::apply(sym("test@1"), P, nullptr)};
}

inline std::shared_ptr<Function> sample(const std::string &Name, unsigned Seed = 0) {
  auto F = std::make_shared<Function>();
  F->Name = sym(Name);
  F->Link = Linkage::Static;
  F->InHeader = Seed % 2;
  F->Unchecked = Seed % 3 == 0;
  F->Loc = {sym("drivers/x/" + Name + ".h"), 10 + Seed, 2};
  F->NumParams = 1;
  F->LocalNames = {sym("p"), Symbol(), sym("ret")};
  F->Blocks.resize(3);
  for (const Expr *E : everyExpr()) {
    Instr I = instr(InstrKind::Call);
    I.Index = F->NumCalls++;
    I.Value = E;
    I.Args = {E, Expr::constant(Seed), Expr::unknown()};
    I.Name = sym("callee");
    I.Loc = {sym("drivers/x/x.c"), Seed, I.Index};
    F->Blocks[0].Instrs.push_back(I);
  }
  Instr A = instr(InstrKind::Access);
  A.Write = true;
  A.Unchecked = true;
  A.Place = Expr::param(0);
  A.Name = sym("r::f");
  F->Blocks[1].Instrs = {A, instr(InstrKind::Leave)};
  F->Blocks[0].Term = {Terminator::Switch,
                       Expr::param(0),
                       {ValueRange::constant(3), ValueRange::interval(-9, 9),
                        ValueRange::bits(1, 2), ValueRange::nonZero()}};
  F->Blocks[0].Succs = {1, 2, Block::Nowhere, 1, 2};
  F->Blocks[2].Succs = {0};
  F->Entry = 2;
  return F;
}

inline StoredUnit sampleUnit(unsigned Seed = 0) {
  StoredUnit U;
  U.Unit.File = sym("drivers/x/x.c");
  U.Unit.Functions = {sample("own", Seed), sample("shared", Seed), sample("other", Seed),
                      sample("declared", Seed)};
  U.Unit.Slots = {{sym("ops::fault"), sym("f"), sym("table"), {sym("a.c"), 4, 5}},
                  {sym("ops::open"), sym("g"), Symbol(), {}}};
  U.Unit.Constants = {{sym("table"), sym("ops::flags"), -1}};
  U.Bodies = {{1, {sym("x.h"), 99}, 0xfeedfeedfeedfeed, true}, {2, {sym("y.h"), 0}, 1}};
  return U;
}

} // namespace holdfast

#endif
