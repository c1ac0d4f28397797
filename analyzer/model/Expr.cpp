// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/Expr.h"
#include <array>
#include <deque>
#include <mutex>
#include <unordered_set>

using namespace holdfast;

namespace {

/// Multiplication carries upwards only; the shift brings high bits down again.
uint64_t mix(uint64_t H, uint64_t V) {
  H = (H ^ V) * 0x9E3779B97F4A7C15ull;
  return H ^ (H >> 32);
}

uint64_t hashOf(const Expr &E) {
  uint64_t H = mix(uint64_t(E.Kind) + 1, uint64_t(E.Op));
  H = mix(H, uint64_t(E.Value));
  H = mix(H, E.Name.hash());
  H = mix(H, E.A ? E.A->Hash : 0);
  return mix(H, E.B ? E.B->Hash : 0);
}

struct HashExpr {
  size_t operator()(const Expr *E) const { return E->Hash; }
};

struct SameExpr {
  bool operator()(const Expr *L, const Expr *R) const {
    return L->Kind == R->Kind && L->Op == R->Op && L->Value == R->Value &&
           L->Name == R->Name && L->A == R->A && L->B == R->B;
  }
};

struct Shard {
  std::mutex Lock;
  std::deque<Expr> Nodes;
  std::unordered_set<const Expr *, HashExpr, SameExpr> Known;
};
std::array<Shard, 64> Shards;

/// What each thread made or met last, by hash: most expressions are asked for
/// again at once, and then neither the lock nor the table is needed.
constexpr size_t RecentSize = 1 << 14;
thread_local std::array<const Expr *, RecentSize> Recent;

const Expr *intern(Expr E) {
  E.Element = E.Kind == ExprKind::Index;
  if (E.Kind == ExprKind::Field || E.Kind == ExprKind::Up || E.Kind == ExprKind::Index ||
      E.Kind == ExprKind::Load)
    E.Root = E.A->root();
  for (const Expr *Child : {E.A, E.B}) {
    if (!Child)
      continue;
    E.Depth = std::max<uint16_t>(E.Depth, Child->Depth + 1);
    E.HasFrame |= Child->HasFrame;
    E.Vague |= Child->Vague;
    E.Element |= Child->Element;
  }
  if (E.Depth > Expr::MaxDepth)
    return Expr::unknown();
  uint64_t H = E.Hash = hashOf(E);
  const Expr *&Last = Recent[H % RecentSize];
  if (Last && SameExpr()(Last, &E))
    return Last;
  Shard &S = Shards[(H >> 8) % Shards.size()];
  std::lock_guard<std::mutex> Guard(S.Lock);
  auto It = S.Known.find(&E);
  if (It != S.Known.end())
    return Last = *It;
  S.Nodes.push_back(E);
  S.Known.insert(&S.Nodes.back());
  return Last = &S.Nodes.back();
}

const Expr *leaf(ExprKind K, int64_t V, bool Frame) {
  Expr E;
  E.Kind = K;
  E.Value = V;
  E.HasFrame = Frame;
  return intern(E);
}

const Expr *named(ExprKind K, Symbol Name, const Expr *A = nullptr) {
  Expr E;
  E.Kind = K;
  E.Name = Name;
  E.A = A;
  return intern(E);
}

const Expr *unary(ExprKind K, const Expr *A) {
  if (A->Vague)
    return Expr::unknown();
  Expr E;
  E.Kind = K;
  E.A = A;
  return intern(E);
}

const Expr *binary(ExprKind K, CmpOp Op, const Expr *A, const Expr *B) {
  if (A->Vague || B->Vague)
    return Expr::unknown();
  Expr E;
  E.Kind = K;
  E.Op = Op;
  E.A = A;
  E.B = B;
  return intern(E);
}

CmpOp mirrored(CmpOp Op) {
  switch (Op) {
  case CmpOp::Lt:
    return CmpOp::Gt;
  case CmpOp::Le:
    return CmpOp::Ge;
  case CmpOp::Gt:
    return CmpOp::Lt;
  case CmpOp::Ge:
    return CmpOp::Le;
  default:
    return Op;
  }
}

bool compare(CmpOp Op, int64_t A, int64_t B) {
  switch (Op) {
  case CmpOp::Eq:
    return A == B;
  case CmpOp::Ne:
    return A != B;
  case CmpOp::Lt:
    return A < B;
  case CmpOp::Le:
    return A <= B;
  case CmpOp::Gt:
    return A > B;
  case CmpOp::Ge:
    return A >= B;
  }
  return false;
}

} // namespace

const Expr *Expr::unknown() {
  static const Expr U = [] {
    Expr E;
    E.Vague = true;
    return E;
  }();
  return &U;
}
const Expr *Expr::constant(int64_t V) { return leaf(ExprKind::Const, V, false); }
const Expr *Expr::param(unsigned I) { return leaf(ExprKind::Param, I, false); }
const Expr *Expr::local(unsigned I) { return leaf(ExprKind::Local, I, true); }
const Expr *Expr::result(unsigned C) { return leaf(ExprKind::Result, C, true); }
const Expr *Expr::ret() { return leaf(ExprKind::Return, 0, false); }
const Expr *Expr::global(Symbol N) { return named(ExprKind::Global, N); }
const Expr *Expr::func(Symbol N) { return named(ExprKind::Func, N); }
const Expr *Expr::phi(unsigned Block, const Expr *Place) {
  Expr E;
  E.Kind = ExprKind::Phi;
  E.Value = Block;
  E.A = Place;
  E.HasFrame = true;
  bool Nested = Place->root()->Kind == ExprKind::Phi;
  return Nested || Place->Vague ? unknown() : intern(E);
}

const Expr *Expr::field(const Expr *Base, Symbol Name) {
  if (Base->Kind == ExprKind::Up && Base->Name == Name)
    return Base->A;
  if (Base->Vague || Base->isConst())
    Base = unknown();
  return named(ExprKind::Field, Name, Base);
}
const Expr *Expr::up(const Expr *Base, Symbol Name) {
  if (Base->Kind == ExprKind::Field && Base->Name == Name)
    return Base->A;
  if (Base->Vague || Base->isConst())
    return unknown();
  return named(ExprKind::Up, Name, Base);
}
const Expr *Expr::index(const Expr *Base) {
  if (Base->Vague)
    return Base;
  return Base->Kind == ExprKind::Index ? Base : unary(ExprKind::Index, Base);
}
const Expr *Expr::load(const Expr *P) {
  return P->isConst() ? unknown() : unary(ExprKind::Load, P);
}

const Expr *Expr::logicalNot(const Expr *A) {
  if (A->Kind == ExprKind::Const)
    return constant(A->Value == 0);
  if (A->Kind == ExprKind::Not &&
      (A->A->Kind == ExprKind::Cmp || A->A->Kind == ExprKind::Not))
    return A->A;
  return unary(ExprKind::Not, A);
}

const Expr *Expr::cmp(CmpOp Op, const Expr *A, const Expr *B) {
  if (A->isConst() && B->isConst())
    return constant(compare(Op, A->Value, B->Value));
  if (A->isConst())
    return cmp(mirrored(Op), B, A);
  if (B->isConst() && B->Value == 0 && Op == CmpOp::Eq)
    return logicalNot(A);
  if (B->isConst() && B->Value != 0 && Op == CmpOp::Ne)
    return logicalNot(cmp(CmpOp::Eq, A, B)); // one form, so that facts meet
  return binary(ExprKind::Cmp, Op, A, B);
}

const Expr *Expr::bitAnd(const Expr *A, const Expr *B) {
  if (A->isConst() && B->isConst())
    return constant(A->Value & B->Value);
  if (A->isConst())
    std::swap(A, B);
  return binary(ExprKind::And, CmpOp::Eq, A, B);
}

const Expr *Expr::bitOr(const Expr *A, const Expr *B) {
  if (A->isConst() && B->isConst())
    return constant(A->Value | B->Value);
  if (A->isConst())
    std::swap(A, B);
  return binary(ExprKind::Or, CmpOp::Eq, A, B);
}

const Expr *Expr::apply(Symbol Fn, const Expr *A, const Expr *B) {
  if (A->Vague || (B && B->Vague))
    return unknown();
  Expr E;
  E.Kind = ExprKind::Apply;
  E.Name = Fn;
  E.A = A;
  E.B = B;
  return intern(E);
}

const Expr *Expr::assemble(ExprKind Kind, CmpOp Op, int64_t Value, Symbol Name,
                           const Expr *A, const Expr *B) {
  if (Kind >= ExprKind::Phi && Kind != ExprKind::Return && !A)
    return nullptr;
  switch (Kind) {
  case ExprKind::Unknown:
    return unknown();
  case ExprKind::Const:
    return constant(Value);
  case ExprKind::Param:
    return param(unsigned(Value));
  case ExprKind::Local:
    return local(unsigned(Value));
  case ExprKind::Global:
    return global(Name);
  case ExprKind::Func:
    return func(Name);
  case ExprKind::Result:
    return result(unsigned(Value));
  case ExprKind::Phi:
    return phi(unsigned(Value), A);
  case ExprKind::Return:
    return ret();
  case ExprKind::Field:
    return field(A, Name);
  case ExprKind::Up:
    return up(A, Name);
  case ExprKind::Index:
    return index(A);
  case ExprKind::Load:
    return load(A);
  case ExprKind::Not:
    return logicalNot(A);
  case ExprKind::Cmp:
    return B && Op <= CmpOp::Ge ? cmp(Op, A, B) : nullptr;
  case ExprKind::And:
    return B ? bitAnd(A, B) : nullptr;
  case ExprKind::Or:
    return B ? bitOr(A, B) : nullptr;
  case ExprKind::Apply:
    return apply(Name, A, B);
  }
  return nullptr;
}

bool Expr::mentions(const Expr *Sub) const {
  return this == Sub ||
         (Depth > Sub->Depth && ((A && A->mentions(Sub)) || (B && B->mentions(Sub))));
}

const Expr *Expr::rewrite(const std::function<const Expr *(const Expr *)> &Leaf,
                          const std::function<const Expr *(const Expr *)> &OnLoad) const {
  if (!A || Kind == ExprKind::Phi)
    return Leaf(this);
  const Expr *NewA = A->rewrite(Leaf, OnLoad);
  if (Kind == ExprKind::Load && OnLoad)
    return OnLoad(NewA);
  const Expr *NewB = B ? B->rewrite(Leaf, OnLoad) : nullptr;
  if (NewA == A && NewB == B)
    return this;
  return assemble(Kind, Op, Value, Name, NewA, NewB);
}

static std::string fieldName(const std::string &Qualified) {
  size_t P = Qualified.rfind("::");
  return P == std::string::npos ? Qualified : Qualified.substr(P + 2);
}

std::string Expr::str(const std::function<std::string(const Expr *)> &Names) const {
  auto sub = [&](const Expr *E) { return E->str(Names); };
  // The spelling of the place at address E, i.e. of `*E`.
  std::function<std::string(const Expr *)> place = [&](const Expr *E) {
    switch (E->Kind) {
    case ExprKind::Field:
      if (E->A->Kind == ExprKind::Global && E->A->Name.str()[0] == '@')
        return E->A->Name.str().substr(1) + "->" + fieldName(E->Name.str());
      if (E->A->Kind == ExprKind::Load || E->A->Kind == ExprKind::Param ||
          E->A->Kind == ExprKind::Result || E->A->Kind == ExprKind::Return ||
          E->A->Kind == ExprKind::Phi || E->A->Kind == ExprKind::Up)
        return sub(E->A) + "->" + fieldName(E->Name.str());
      return place(E->A) + "." + fieldName(E->Name.str());
    case ExprKind::Index:
      return place(E->A) + "[]";
    case ExprKind::Local:
      if (Names)
        if (std::string N = Names(E); !N.empty())
          return N;
      return "l" + std::to_string(E->Value);
    case ExprKind::Global:
      return E->Name.str();
    default:
      return "*" + sub(E);
    }
  };
  static const char *const Ops[] = {"==", "!=", "<", "<=", ">", ">="};
  switch (Kind) {
  case ExprKind::Unknown:
    return "?";
  case ExprKind::Const:
    return std::to_string(Value);
  case ExprKind::Param:
    if (Names)
      if (std::string N = Names(this); !N.empty())
        return N;
    return "p" + std::to_string(Value);
  case ExprKind::Func:
    return Name.str();
  case ExprKind::Result:
    return "r" + std::to_string(Value);
  case ExprKind::Phi:
    return place(A);
  case ExprKind::Return:
    return "ret";
  case ExprKind::Up:
    return "container_of(" + sub(A) + ", " + Name.str() + ")";
  case ExprKind::Load:
    return place(A);
  case ExprKind::Global:
    if (!Name.str().empty() && Name.str()[0] == '@')
      return Name.str().substr(1);
    [[fallthrough]];
  case ExprKind::Local:
  case ExprKind::Field:
  case ExprKind::Index:
    return "&" + place(this);
  case ExprKind::Not:
    return "!(" + sub(A) + ")";
  case ExprKind::Cmp:
    return "(" + sub(A) + " " + Ops[int(Op)] + " " + sub(B) + ")";
  case ExprKind::And:
    return "(" + sub(A) + " & " + sub(B) + ")";
  case ExprKind::Or:
    return "(" + sub(A) + " | " + sub(B) + ")";
  case ExprKind::Apply:
    return Name.str().substr(0, Name.str().find('@')) + "(" + sub(A) +
           (B ? ", " + sub(B) : std::string()) + ")";
  }
  return "?";
}

bool holdfast::exprLess(const Expr *A, const Expr *B) {
  if (A == B)
    return false;
  if (!A || !B)
    return !A;
  if (A->Kind != B->Kind)
    return A->Kind < B->Kind;
  if (A->Op != B->Op)
    return A->Op < B->Op;
  if (A->Value != B->Value)
    return A->Value < B->Value;
  if (A->Name != B->Name)
    return A->Name < B->Name;
  if (A->A != B->A)
    return exprLess(A->A, B->A);
  return exprLess(A->B, B->B);
}
