// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_TEST_UNIT_PROGRAMS_H
#define HOLDFAST_TEST_UNIT_PROGRAMS_H

#include "Conditions.h"
#include "link/Program.h"
#include "model/Rules.h"
#include <initializer_list>

/// \file
/// Lock programs written by hand, without a compiler. Every instruction gets a
/// line of its own, counted from 1 in its function.
namespace holdfast::test {

inline const Expr *fn(const std::string &Name) { return Expr::func(Symbol::get(Name)); }
/// The value of local \p I now.
inline const Expr *var(unsigned I) { return Expr::load(Expr::local(I)); }

class Body {
public:
  explicit Body(const std::string &Name, uint32_t Params = 1, const char *File = "a.c")
      : F(std::make_shared<Function>()) {
    F->Name = Symbol::get(Name);
    F->NumParams = Params;
    F->Loc = {sym(File), 1, 1};
    F->LocalNames.resize(8);
    block();
  }

  /// Starts a new block and returns its number; the first is there already.
  uint32_t block() {
    F->Blocks.emplace_back();
    return At = uint32_t(F->Blocks.size() - 1);
  }
  Body &at(uint32_t B) {
    At = B;
    return *this;
  }
  Body &assign(const Expr *Place, const Expr *Value) {
    Instr &I = add(InstrKind::Assign);
    I.Place = Place;
    I.Value = Value;
    return *this;
  }
  /// Calls \p Callee; \p Index receives the number of the call.
  Body &callValue(const Expr *Callee, std::vector<const Expr *> Args) {
    Instr &I = add(InstrKind::Call);
    I.Value = Callee;
    I.Args = std::move(Args);
    I.Index = F->NumCalls++;
    return *this;
  }
  Body &call(const std::string &Callee, std::vector<const Expr *> Args = {}) {
    return callValue(fn(Callee), std::move(Args));
  }
  /// The result of the last call.
  const Expr *result() const { return Expr::result(F->NumCalls - 1); }
  uint32_t line() const { return Line; }

  Body &write(const Expr *Record, const char *Field) {
    Instr &I = add(InstrKind::Access);
    I.Write = true;
    I.Place = Record;
    I.Name = sym(Field);
    return *this;
  }
  Body &ret(const Expr *Value = nullptr) {
    if (Value)
      add(InstrKind::Return).Value = Value;
    add(InstrKind::Leave);
    return *this;
  }
  Body &jump(std::initializer_list<uint32_t> To) {
    F->Blocks[At].Succs = To;
    return *this;
  }
  Body &branch(const Expr *Cond, uint32_t Then, uint32_t Else) {
    F->Blocks[At].Term = {Terminator::Branch, Cond, {}};
    F->Blocks[At].Succs = {Then, Else};
    return *this;
  }
  Body &choose(const Expr *Cond, std::vector<ValueRange> Cases, std::vector<uint32_t> To) {
    F->Blocks[At].Term = {Terminator::Switch, Cond, std::move(Cases)};
    F->Blocks[At].Succs = std::move(To);
    return *this;
  }

  std::shared_ptr<Function> F;

private:
  Instr &add(InstrKind Kind) {
    std::vector<Instr> &Instrs = F->Blocks[At].Instrs;
    Instrs.push_back({});
    Instrs.back().Kind = Kind;
    Instrs.back().Loc = {F->Loc.File, ++Line, 1};
    return Instrs.back();
  }
  uint32_t At = 0, Line = 0;
};

inline Program linkAll(std::vector<Body> Bodies, std::vector<SlotStore> Slots = {}) {
  TranslationUnit U;
  U.File = sym("a.c");
  for (Body &B : Bodies)
    U.Functions.push_back(B.F);
  U.Slots = std::move(Slots);
  return Program::link({std::move(U)});
}

inline FunctionRule &rule(Rules &R, const char *Name) {
  FunctionRule &F = R.Functions[sym(Name)];
  F.Name = sym(Name);
  return F;
}

/// lock/unlock, read and write sides of one rwsem type, trylock, killable,
/// downgrade, and assertions; each takes the lock's address.
inline Rules lockRules() {
  Rules R;
  const Expr *P = Expr::param(0);
  auto takes = [&](const char *Name, LockMode M) {
    RuleCase C;
    C.Acquire = {{P, M}};
    rule(R, Name).Cases = {C};
  };
  auto drops = [&](const char *Name, LockMode M) {
    RuleCase C;
    C.Release = {{P, M}};
    rule(R, Name).Cases = {C};
  };
  auto tries = [&](const char *Name, ValueRange Taken, ValueRange Not) {
    RuleCase C, Failed;
    C.Acquire = {{P, LockMode::Write}};
    C.When = {{Expr::ret(), Taken}};
    Failed.When = {{Expr::ret(), Not}};
    rule(R, Name).Cases = {C, Failed};
  };
  takes("lock", LockMode::Write);
  drops("unlock", LockMode::Write);
  takes("down_read", LockMode::Read);
  drops("up_read", LockMode::Read);
  tries("trylock", ValueRange::interval(1, 1), ValueRange::zero());
  tries("lock_killable", ValueRange::zero(), ValueRange::interval(-4095, -1));
  RuleCase Down;
  Down.Downgrade = {{P, LockMode::Write}};
  rule(R, "downgrade").Cases = {Down};
  for (auto [Name, Mode] : {std::pair("assert_held", LockMode::Any),
                            std::pair("assert_write", LockMode::Write)}) {
    rule(R, Name).Macro = true;
    rule(R, Name).Requires = {{P, Mode}};
  }
  return R;
}

} // namespace holdfast::test

#endif
