// SPDX-License-Identifier: GPL-2.0-or-later
#include "LockProgram_generated.h"
#include "store/Codec.h"
#include "store/Verified.h"
#include "llvm/ADT/STLExtras.h"

using namespace holdfast;

namespace {

/// The length of a vector that may be missing.
template <class Vector> uint32_t sizeOf(const Vector *V) { return V ? V->size() : 0; }

/// Symbols and expressions by number. Whatever is out of place makes it bad, and
/// stands for something harmless until somebody asks.
class TableReader {
public:
  bool load(const fb::Tables *T) {
    if (!T || !aligned(T->exprs()))
      return false;
    Symbols.push_back(Symbol());
    for (uint32_t I = 0; I < sizeOf(T->strings()); ++I) {
      const flatbuffers::String *S = T->strings()->Get(I);
      Symbols.push_back(Symbol::get({S->data(), S->size()}));
    }
    Exprs.push_back(nullptr);
    for (uint32_t I = 0; I < sizeOf(T->exprs()); ++I)
      Exprs.push_back(make(*T->exprs()->Get(I)));
    return good();
  }

  Symbol symbol(uint32_t I) { return check(I < Symbols.size()) ? Symbols[I] : Symbol(); }
  const Expr *expr(uint32_t I) {
    return check(I < Exprs.size()) ? Exprs[I] : Expr::unknown();
  }
  /// An expression that must be there.
  const Expr *some(uint32_t I) { return check(I != 0) ? expr(I) : Expr::unknown(); }
  Location location(const fb::Place &P) {
    return {symbol(P.file()), P.line(), P.column()};
  }

  bool check(bool Condition) {
    Bad |= !Condition;
    return Condition;
  }
  bool good() const { return !Bad; }

private:
  const Expr *make(const fb::ExprRow &R) {
    const Expr *E = Expr::assemble(ExprKind(R.kind()), CmpOp(R.op()), R.value(),
                                   symbol(R.name()), expr(R.a()), expr(R.b()));
    return check(E) ? E : Expr::unknown();
  }

  std::vector<Symbol> Symbols;
  std::vector<const Expr *> Exprs;
  bool Bad = false;
};

class FunctionReader {
public:
  FunctionReader(const fb::FunctionRow &R, TableReader &T) : R(R), T(T) {}

  std::shared_ptr<Function> read() {
    auto F = std::make_shared<Function>();
    if (!T.check(R.loc() && R.body() && aligned(R.loc()) && aligned(R.body()) &&
                 aligned(R.blocks()) && aligned(R.instrs()) && aligned(R.cases()) &&
                 R.link() <= uint8_t(Linkage::Declared) && R.calls() <= MaxCount &&
                 R.params() <= MaxCount))
      return F;
    F->Name = T.symbol(R.name());
    F->Link = Linkage(R.link());
    F->InHeader = R.in_header();
    F->Unchecked = R.unchecked();
    F->Loc = T.location(*R.loc());
    F->Body = T.location(*R.body());
    F->NumParams = R.params();
    F->NumCalls = R.calls();
    F->Entry = R.entry();
    for (uint32_t I = 0; I < sizeOf(R.locals()); ++I)
      F->LocalNames.push_back(T.symbol(R.locals()->Get(I)));
    uint32_t Blocks = sizeOf(R.blocks());
    T.check(F->Entry < Blocks || (!Blocks && !F->Entry));
    F->Blocks.resize(Blocks);
    for (uint32_t I = 0; I < Blocks && T.good(); ++I)
      read(*R.blocks()->Get(I), F->Blocks[I]);
    T.check(NextInstr == sizeOf(R.instrs()) && NextArg == sizeOf(R.args()) &&
            NextCase == sizeOf(R.cases()) && NextSucc == sizeOf(R.succs()));
    return F;
  }

private:
  static constexpr uint32_t MaxCount = 1u << 20; ///< of calls, those dropped included

  /// Are there \p Count more rows after \p Next?
  template <class Vector> bool enough(const Vector *V, uint32_t Next, uint32_t Count) {
    return T.check(Count <= sizeOf(V) - Next);
  }

  void read(const fb::BlockRow &Row, Block &B) {
    if (!enough(R.instrs(), NextInstr, Row.instrs()) ||
        !enough(R.cases(), NextCase, Row.cases()) ||
        !enough(R.succs(), NextSucc, Row.succs()) ||
        !T.check(Row.term() <= Terminator::Switch))
      return;
    B.Instrs.resize(Row.instrs());
    for (Instr &I : B.Instrs)
      read(*R.instrs()->Get(NextInstr++), I);
    B.Term.Kind = Terminator::KindTy(Row.term());
    B.Term.Cond = T.expr(Row.cond());
    for (uint32_t I = 0; I < Row.cases(); ++I) {
      const fb::RangeRow &C = *R.cases()->Get(NextCase++);
      B.Term.Cases.push_back({C.lo(), C.hi(), C.ones(), C.zeros(), C.nonzero()});
    }
    for (uint32_t I = 0; I < Row.succs(); ++I) {
      B.Succs.push_back(R.succs()->Get(NextSucc++));
      T.check(B.Succs.back() < R.blocks()->size() || B.Succs.back() == Block::Nowhere);
    }
    T.check(wellFormed(B));
  }

  void read(const fb::InstrRow &Row, Instr &I) {
    if (!T.check(Row.kind() <= uint8_t(InstrKind::Leave)) ||
        !enough(R.args(), NextArg, Row.args()))
      return;
    I.Kind = InstrKind(Row.kind());
    I.Write = Row.write();
    I.Unchecked = Row.unchecked();
    I.Index = Row.index();
    I.Place = T.expr(Row.place());
    I.Value = T.expr(Row.value());
    for (uint32_t A = 0; A < Row.args(); ++A)
      I.Args.push_back(T.expr(R.args()->Get(NextArg++)));
    I.Name = T.symbol(Row.name());
    I.Loc = T.location(Row.loc());
    T.check(wellFormed(I));
  }

  bool wellFormed(const Instr &I) const {
    if (llvm::is_contained(I.Args, nullptr))
      return false;
    switch (I.Kind) {
    case InstrKind::Assign:
      return I.Place && I.Value;
    case InstrKind::Call:
      return I.Value && I.Index < R.calls();
    case InstrKind::Access:
      return I.Place;
    case InstrKind::Return:
      return I.Value;
    case InstrKind::Leave:
      return true;
    }
    return false;
  }

  static bool wellFormed(const Block &B) {
    switch (B.Term.Kind) {
    case Terminator::Jump:
      return true;
    case Terminator::Branch:
      return B.Term.Cond && B.Succs.size() == 2;
    case Terminator::Switch:
      return B.Term.Cond && B.Succs.size() >= B.Term.Cases.size() && !B.Succs.empty();
    }
    return false;
  }

  const fb::FunctionRow &R;
  TableReader &T;
  uint32_t NextInstr = 0, NextArg = 0, NextCase = 0, NextSucc = 0;
};

} // namespace

FunctionPtr holdfast::decodeBody(llvm::StringRef Content) {
  const auto *File = verified<fb::HeaderFile>(Content);
  TableReader T;
  if (!File || !File->function() || !T.load(File->tables()))
    return nullptr;
  std::shared_ptr<Function> F = FunctionReader(*File->function(), T).read();
  return T.good() ? F : nullptr;
}

/// Slots and constants.
static void readTables(const fb::UnitFile &File, TableReader &T, TranslationUnit &U) {
  for (uint32_t I = 0; I < sizeOf(File.slots()); ++I) {
    const fb::SlotRow &R = *File.slots()->Get(I);
    U.Slots.push_back({T.symbol(R.slot()), T.symbol(R.function()), T.symbol(R.table()),
                       T.location(R.loc())});
  }
  for (uint32_t I = 0; I < sizeOf(File.constants()); ++I) {
    const fb::ConstantRow &R = *File.constants()->Get(I);
    U.Constants.push_back({T.symbol(R.table()), T.symbol(R.field()), R.value()});
  }
}

std::optional<StoredUnit>
holdfast::decodeUnit(llvm::StringRef Content,
                     llvm::function_ref<FunctionPtr(Digest)> Body) {
  const auto *File = verified<fb::UnitFile>(Content);
  TableReader T;
  if (!File || !aligned(File->order()) || !aligned(File->slots()) ||
      !aligned(File->constants()) || !T.load(File->tables()))
    return std::nullopt;
  StoredUnit U;
  U.Unit.File = T.symbol(File->file());
  for (uint32_t I = 0; I < sizeOf(File->order()); ++I) {
    const fb::FunctionRef &R = *File->order()->Get(I);
    if (!R.shared()) {
      if (R.own() >= sizeOf(File->functions()))
        return std::nullopt;
      U.Unit.Functions.push_back(
          FunctionReader(*File->functions()->Get(R.own()), T).read());
      continue;
    }
    U.Bodies.push_back({I, {T.symbol(R.file()), R.offset()}, R.variant(), R.tables()});
    U.Unit.Functions.push_back(Body({R.body().lo(), R.body().hi()}));
    if (!U.Unit.Functions.back())
      return std::nullopt;
  }
  readTables(*File, T, U.Unit);
  if (!T.good())
    return std::nullopt;
  return U;
}
