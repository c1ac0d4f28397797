// SPDX-License-Identifier: GPL-2.0-or-later
#include "LockProgram_generated.h"
#include "store/Codec.h"
#include "llvm/ADT/DenseMap.h"

using namespace holdfast;
using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

namespace {

/// Numbers symbols and expressions in the order in which they are first met.
class TableWriter {
public:
  explicit TableWriter(FlatBufferBuilder &B) : B(B) {}

  uint32_t symbol(Symbol S) {
    if (S.empty())
      return 0;
    auto [It, New] = Symbols.try_emplace(S.id(), uint32_t(Strings.size() + 1));
    if (New)
      Strings.push_back(B.CreateString(S.str()));
    return It->second;
  }

  uint32_t expr(const Expr *E) {
    if (!E)
      return 0;
    if (uint32_t Known = Exprs.lookup(E))
      return Known;
    uint32_t A = expr(E->A), C = expr(E->B);
    Rows.emplace_back(E->Value, symbol(E->Name), A, C, uint8_t(E->Kind), uint8_t(E->Op));
    return Exprs[E] = uint32_t(Rows.size());
  }

  fb::Place place(const Location &L) {
    return fb::Place(symbol(L.File), L.Line, L.Column);
  }

  Offset<fb::Tables> finish() {
    auto S = B.CreateVector(Strings);
    auto E = B.CreateVectorOfStructs(Rows);
    return fb::CreateTables(B, S, E);
  }

private:
  FlatBufferBuilder &B;
  std::vector<Offset<flatbuffers::String>> Strings;
  std::vector<fb::ExprRow> Rows;
  llvm::DenseMap<const void *, uint32_t> Symbols;
  llvm::DenseMap<const Expr *, uint32_t> Exprs;
};

/// The rows of one function.
class FunctionWriter {
public:
  FunctionWriter(FlatBufferBuilder &B, TableWriter &T) : B(B), T(T) {}

  Offset<fb::FunctionRow> write(const Function &F) {
    for (Symbol L : F.LocalNames)
      Locals.push_back(T.symbol(L));
    for (const Block &Blk : F.Blocks)
      add(Blk);
    uint32_t Name = T.symbol(F.Name);
    fb::Place Loc = T.place(F.Loc), Body = T.place(F.Body);
    auto L = B.CreateVector(Locals);
    auto Bs = B.CreateVectorOfStructs(Blocks);
    auto I = B.CreateVectorOfStructs(Instrs);
    auto A = B.CreateVector(Args);
    auto C = B.CreateVectorOfStructs(Cases);
    auto S = B.CreateVector(Succs);
    return fb::CreateFunctionRow(B, Name, uint8_t(F.Link), F.InHeader, &Loc, &Body,
                                 F.NumParams, F.NumCalls, F.Entry, L, Bs, I, A, C, S,
                                 F.Unchecked);
  }

private:
  void add(const Block &Blk) {
    for (const Instr &I : Blk.Instrs)
      add(I);
    for (const ValueRange &R : Blk.Term.Cases)
      Cases.emplace_back(R.Lo, R.Hi, R.Ones, R.Zeros, R.NonZero);
    Succs.insert(Succs.end(), Blk.Succs.begin(), Blk.Succs.end());
    Blocks.emplace_back(uint32_t(Blk.Instrs.size()), uint32_t(Blk.Term.Cases.size()),
                        uint32_t(Blk.Succs.size()), T.expr(Blk.Term.Cond),
                        uint8_t(Blk.Term.Kind));
  }

  void add(const Instr &I) {
    for (const Expr *A : I.Args)
      Args.push_back(T.expr(A));
    fb::Place Loc = T.place(I.Loc);
    uint32_t Place = T.expr(I.Place), Value = T.expr(I.Value), Name = T.symbol(I.Name);
    Instrs.emplace_back(Loc, I.Index, Place, Value, Name, uint32_t(I.Args.size()),
                        uint8_t(I.Kind), I.Write, I.Unchecked);
  }

  FlatBufferBuilder &B;
  TableWriter &T;
  std::vector<uint32_t> Locals, Args, Succs;
  std::vector<fb::BlockRow> Blocks;
  std::vector<fb::InstrRow> Instrs;
  std::vector<fb::RangeRow> Cases;
};

/// The parts of a unit that are no functions.
std::vector<fb::SlotRow> slotRows(TableWriter &T, const TranslationUnit &U) {
  std::vector<fb::SlotRow> Rows;
  for (const SlotStore &S : U.Slots) {
    fb::Place Loc = T.place(S.Loc);
    uint32_t Slot = T.symbol(S.Slot), Fn = T.symbol(S.Function);
    Rows.emplace_back(Loc, Slot, Fn, T.symbol(S.Table));
  }
  return Rows;
}

std::vector<fb::ConstantRow> constantRows(TableWriter &T, const TranslationUnit &U) {
  std::vector<fb::ConstantRow> Rows;
  for (const TableConstant &C : U.Constants) {
    uint32_t Table = T.symbol(C.Table);
    Rows.emplace_back(C.Value, Table, T.symbol(C.Field));
  }
  return Rows;
}

std::string text(const FlatBufferBuilder &B) {
  return std::string(reinterpret_cast<const char *>(B.GetBufferPointer()), B.GetSize());
}

} // namespace

std::string holdfast::encodeBody(const Function &F) {
  FlatBufferBuilder B;
  TableWriter T(B);
  auto Row = FunctionWriter(B, T).write(F);
  auto Tables = T.finish();
  B.Finish(fb::CreateHeaderFile(B, Tables, Row));
  return text(B);
}

std::string holdfast::encodeUnit(const StoredUnit &U,
                                 llvm::function_ref<Digest(const FunctionPtr &)> Name) {
  FlatBufferBuilder B;
  TableWriter T(B);
  std::vector<Offset<fb::FunctionRow>> Own;
  std::vector<fb::FunctionRef> Order;
  auto Next = U.Bodies.begin();
  for (size_t I = 0; I < U.Unit.Functions.size(); ++I) {
    const FunctionPtr &F = U.Unit.Functions[I];
    if (Next != U.Bodies.end() && Next->Function == I) {
      Digest D = Name(F);
      Order.emplace_back(fb::Id(D.Lo, D.Hi), Next->Variant, T.symbol(Next->Key.File),
                         Next->Key.Offset, 0, true, Next->HasTables);
      ++Next;
      continue;
    }
    Order.emplace_back(fb::Id(), 0, 0, 0, uint32_t(Own.size()), false, false);
    Own.push_back(FunctionWriter(B, T).write(*F));
  }
  std::vector<fb::SlotRow> Slots = slotRows(T, U.Unit);
  std::vector<fb::ConstantRow> Constants = constantRows(T, U.Unit);
  uint32_t File = T.symbol(U.Unit.File);
  auto Functions = B.CreateVector(Own);
  auto OrderRows = B.CreateVectorOfStructs(Order);
  auto SlotOffset = B.CreateVectorOfStructs(Slots);
  auto ConstantOffset = B.CreateVectorOfStructs(Constants);
  auto Tables = T.finish();
  B.Finish(fb::CreateUnitFile(B, Tables, File, Functions, OrderRows, SlotOffset,
                              ConstantOffset));
  return text(B);
}
