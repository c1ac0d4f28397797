// SPDX-License-Identifier: GPL-2.0-or-later
//
// How results lie on disk. Symbols, expressions, requirements and sleeps are shared
// by many results, so each is written once, in tables at the front, and numbered from
// 1; 0 is none. A requirement comes after the one it leads to. Then an index, then
// one stretch of bytes a function, which nobody reads who does not ask for it.
#include "solve/KnownResults.h"
#include "solve/Archive.h"
#include "llvm/ADT/DenseMap.h"
#include <cereal/types/string.hpp>

namespace holdfast {

/// An expression, taken apart.
struct ExprRow {
  uint8_t Kind = 0, Op = 0;
  int64_t Value = 0;
  uint32_t Name = 0, A = 0, B = 0;
};
template <class A> void serialize(A &Ar, ExprRow &R) {
  Ar(R.Kind, R.Op, R.Value, R.Name, R.A, R.B);
}

/// Where a function's result lies.
struct IndexRow {
  Symbol Function;
  ResultKeys Keys;
  uint64_t Begin = 0, Size = 0;
};
template <class A> void serialize(A &Ar, Digest &D) { Ar(D.Lo, D.Hi); }
template <class A> void serialize(A &Ar, IndexRow &R) {
  Ar(R.Function, R.Keys.Own, R.Keys.Component, R.Keys.Summary, R.Begin, R.Size);
}

//===--- writing ----------------------------------------------------------===//

namespace {

/// Things that are written once: the bytes of all, and the number of each.
struct Pool {
  llvm::DenseMap<const void *, uint32_t> Numbers;
  std::string Bytes;
};

struct WrittenTables {
  std::vector<std::string> Strings;
  llvm::DenseMap<const void *, uint32_t> Symbols, ExprNumbers;
  std::vector<ExprRow> Exprs;
  Pool Requirements, Sleeps;
};

} // namespace

class Writer : public cereal::OutputArchive<Writer, cereal::AllowEmptyClassElision> {
public:
  Writer(const Program &P, WrittenTables &T, std::string &Out)
      : OutputArchive(this), P(P), T(T), Out(Out) {}

  void bytes(const void *Data, size_t Size) {
    Out.append(static_cast<const char *>(Data), Size);
  }

  uint32_t number(Symbol S) {
    if (S.empty())
      return 0;
    auto [It, New] = T.Symbols.try_emplace(S.id(), uint32_t(T.Strings.size() + 1));
    if (New)
      T.Strings.push_back(S.str());
    return It->second;
  }

  uint32_t number(const Expr *E) {
    if (!E)
      return 0;
    if (uint32_t Known = T.ExprNumbers.lookup(E))
      return Known;
    uint32_t A = number(E->A), B = number(E->B);
    T.Exprs.push_back(
        {uint8_t(E->Kind), uint8_t(E->Op), E->Value, number(E->Name), A, B});
    return T.ExprNumbers[E] = uint32_t(T.Exprs.size());
  }

  /// What \p What leads to is written first.
  template <class Shared> uint32_t number(const Shared *What, Pool &In) {
    if (!What)
      return 0;
    if (uint32_t Known = In.Numbers.lookup(What))
      return Known;
    std::string Text;
    Writer(P, T, Text)(*What);
    In.Bytes += Text;
    uint32_t Number = uint32_t(In.Numbers.size() + 1);
    return In.Numbers[What] = Number;
  }

  const Program &P;
  WrittenTables &T;

private:
  std::string &Out;
};

template <class T> void save(Writer &W, const cereal::BinaryData<T> &Data) {
  W.bytes(Data.data, size_t(Data.size));
}
void save(Writer &W, const Symbol &S) { W(W.number(S)); }
void save(Writer &W, const Expr *const &E) { W(W.number(E)); }
void save(Writer &W, const FunctionRef &F) {
  W(F.Id == NoFunction ? Symbol() : W.P.function(F.Id).Name);
}
void save(Writer &W, const RequirementPtr &R) { W(W.number(R.get(), W.T.Requirements)); }
void save(Writer &W, const SleepPtr &S) { W(W.number(S.get(), W.T.Sleeps)); }

//===--- reading ----------------------------------------------------------===//

namespace {

struct ReadTables {
  std::vector<Symbol> Symbols{Symbol()};
  std::vector<const Expr *> Exprs{nullptr};
  std::vector<RequirementPtr> Requirements{nullptr};
  std::vector<SleepPtr> Sleeps{nullptr};
};

} // namespace

/// Throws cereal::Exception where the bytes are not what was written.
class Reader : public cereal::InputArchive<Reader, cereal::AllowEmptyClassElision> {
public:
  Reader(const Program &P, const ReadTables &T, llvm::StringRef In)
      : InputArchive(this), P(P), T(T), In(In) {}

  void bytes(void *Data, size_t Size) {
    check(Size <= In.size());
    std::copy_n(In.data(), Size, static_cast<char *>(Data));
    In = In.drop_front(Size);
  }
  uint32_t number() {
    uint32_t N;
    bytes(&N, sizeof N);
    return N;
  }
  /// How many there are of what takes at least a byte each.
  uint32_t count() {
    uint32_t N = number();
    check(N <= In.size());
    return N;
  }
  template <class E> const E &at(const std::vector<E> &Table) {
    uint32_t N = number();
    check(N < Table.size());
    return Table[N];
  }
  static void check(bool Condition) {
    if (!Condition)
      throw cereal::Exception("not a file of results");
  }
  llvm::StringRef rest() const { return In; }

  const Program &P;
  const ReadTables &T;

private:
  llvm::StringRef In;
};

template <class T>
  requires std::is_arithmetic_v<T>
void load(Reader &R, T &V) {
  R.bytes(&V, sizeof V);
}
template <class T> void load(Reader &R, cereal::SizeTag<T> &Size) {
  Size.size = R.count();
}
template <class T> void load(Reader &R, cereal::BinaryData<T> &Data) {
  R.bytes(Data.data, size_t(Data.size));
}
void load(Reader &R, Symbol &S) { S = R.at(R.T.Symbols); }
void load(Reader &R, const Expr *&E) { E = R.at(R.T.Exprs); }
/// One that is gone is in no result whose keys are still right.
void load(Reader &R, FunctionRef &F) {
  Symbol Name;
  R(Name);
  F.Id = R.P.find(Name);
}
void load(Reader &R, RequirementPtr &To) { To = R.at(R.T.Requirements); }
void load(Reader &R, SleepPtr &To) { To = R.at(R.T.Sleeps); }

} // namespace holdfast

CEREAL_SETUP_ARCHIVE_TRAITS(holdfast::Reader, holdfast::Writer)
CEREAL_SPECIALIZE_FOR_ARCHIVE(holdfast::Writer, const holdfast::Expr *,
                              cereal::specialization::non_member_load_save)
CEREAL_SPECIALIZE_FOR_ARCHIVE(holdfast::Reader, const holdfast::Expr *,
                              cereal::specialization::non_member_load_save)

using namespace holdfast;

std::string holdfast::encodeResults(const Program &P,
                                    const std::vector<FunctionResult> &Results,
                                    const std::vector<ResultKeys> &Keys) {
  WrittenTables T;
  std::string Body, Index, Out;
  Writer ToBody(P, T, Body), ToIndex(P, T, Index), Front(P, T, Out);
  for (FunctionId F = 0; F < P.size(); ++F) {
    IndexRow Row{P.function(F).Name, Keys[F], Body.size(), 0};
    ToBody(Results[F]);
    Row.Size = Body.size() - Row.Begin;
    ToIndex(Row);
  }
  Front(T.Strings, T.Exprs, uint32_t(T.Requirements.Numbers.size()),
        uint32_t(T.Sleeps.Numbers.size()), uint32_t(P.size()));
  for (const std::string &Part : {T.Requirements.Bytes, T.Sleeps.Bytes, Index, Body})
    Out += Part;
  return Out;
}

struct KnownResults::Content {
  Content(llvm::StringRef Text, const Program &P) : P(P), Text(Text) { read(); }

  void read();

  const Program &P;
  llvm::StringRef Text;
  ReadTables T;
  llvm::StringRef Results;
  std::vector<std::optional<IndexRow>> Index; ///< by function of P
};

/// Of each of a table's elements, in the order in which they lead to each other.
template <class Shared>
static void readPool(Reader &R, uint32_t Count,
                     std::vector<std::shared_ptr<const Shared>> &To) {
  for (uint32_t I = 0; I < Count; ++I) {
    auto One = std::make_shared<Shared>();
    R(*One);
    To.push_back(std::move(One));
  }
}

void KnownResults::Content::read() {
  Reader R(P, T, Text);
  std::vector<std::string> Strings;
  std::vector<ExprRow> Rows;
  R(Strings, Rows);
  uint32_t Requirements = R.number(), Sleeps = R.number(), Functions = R.number();
  for (const std::string &S : Strings)
    T.Symbols.push_back(Symbol::get(S));
  for (const ExprRow &E : Rows) {
    R.check(E.Name < T.Symbols.size() && E.A < T.Exprs.size() && E.B < T.Exprs.size());
    T.Exprs.push_back(Expr::assemble(ExprKind(E.Kind), CmpOp(E.Op), E.Value,
                                     T.Symbols[E.Name], T.Exprs[E.A], T.Exprs[E.B]));
    R.check(T.Exprs.back());
  }
  readPool(R, Requirements, T.Requirements);
  readPool(R, Sleeps, T.Sleeps);
  Index.resize(P.size());
  for (uint32_t I = 0; I < Functions; ++I) {
    IndexRow Row;
    R(Row);
    if (FunctionId F = P.find(Row.Function); F != NoFunction)
      Index[F] = Row;
  }
  Results = R.rest();
}

KnownResults::KnownResults(std::unique_ptr<Content> C) : C(std::move(C)) {}
KnownResults::~KnownResults() = default;

std::unique_ptr<KnownResults> KnownResults::decode(llvm::StringRef Content,
                                                   const Program &P) {
  try {
    return std::unique_ptr<KnownResults>(
        new KnownResults(std::make_unique<struct Content>(Content, P)));
  } catch (const cereal::Exception &) {
    return nullptr;
  }
}

const ResultKeys *KnownResults::keys(FunctionId F) const {
  return C->Index[F] ? &C->Index[F]->Keys : nullptr;
}

std::optional<FunctionResult> KnownResults::result(FunctionId F) const {
  const IndexRow &Row = *C->Index[F];
  if (Row.Begin > C->Results.size())
    return std::nullopt;
  FunctionResult Out;
  try {
    Reader(C->P, C->T, C->Results.substr(Row.Begin, Row.Size))(Out);
  } catch (const cereal::Exception &) {
    return std::nullopt;
  }
  return Out;
}
