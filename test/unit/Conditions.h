// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_TEST_UNIT_CONDITIONS_H
#define HOLDFAST_TEST_UNIT_CONDITIONS_H

#include "model/Expr.h"
#include "solve/State.h"
#include <functional>
#include <map>
#include <ostream>
#include <random>
#include <vector>

/// \file
/// Random conditions for tests, and what they mean, computed the naive way.
namespace holdfast {
/// For GoogleTest's messages; here so that every test prints ranges alike.
inline void PrintTo(const ValueRange &R, std::ostream *OS) {
  *OS << "{" << R.Lo << ".." << R.Hi << " ones " << R.Ones << " zeros " << R.Zeros
      << (R.NonZero ? " nonzero}" : "}");
}
} // namespace holdfast

namespace holdfast::test {

inline Symbol sym(const char *Text) { return Symbol::get(Text); }
inline const Expr *field(const Expr *Base, const char *Name) {
  return Expr::field(Base, sym(Name));
}
inline const Expr *member(const Expr *Base, const char *Name) {
  return Expr::load(field(Base, Name));
}
inline const Expr *num(int64_t V) { return Expr::constant(V); }

/// What the variables of an expression are.
using Values = std::map<const Expr *, int64_t>;

inline int64_t applyOp(CmpOp Op, int64_t A, int64_t B) {
  const bool Table[] = {A == B, A != B, A < B, A <= B, A > B, A >= B};
  return Table[int(Op)];
}

/// The value of \p E where its variables are \p V. Needs all of them.
inline int64_t evaluate(const Expr *E, const Values &V) {
  switch (E->Kind) {
  case ExprKind::Const:
    return E->Value;
  case ExprKind::Not:
    return evaluate(E->A, V) == 0;
  case ExprKind::Cmp:
    return applyOp(E->Op, evaluate(E->A, V), evaluate(E->B, V));
  case ExprKind::And:
    return evaluate(E->A, V) & evaluate(E->B, V);
  case ExprKind::Or:
    return evaluate(E->A, V) | evaluate(E->B, V);
  case ExprKind::Apply: // @only gives its second operand, whatever the first is
    return selectKind(E) == SelectKind::Exactly && !evaluate(E->A, V) ? 0 : evaluate(E->B, V);
  default:
    return V.at(E);
  }
}

/// Are all variables of \p E among \p V?
inline bool known(const Expr *E, const Values &V) {
  switch (E->Kind) {
  case ExprKind::Not:
    return known(E->A, V);
  case ExprKind::Cmp:
  case ExprKind::And:
  case ExprKind::Or:
  case ExprKind::Apply:
    return known(E->A, V) && known(E->B, V);
  default:
    return E->isConst() || V.count(E);
  }
}

/// A random expression, and independently of how Expr simplifies it, a
/// function of the same meaning.
struct Sample {
  const Expr *E;
  std::function<int64_t(const Values &)> Eval;
};

inline Sample randomSample(std::mt19937 &Random, unsigned Depth,
                           const std::vector<const Expr *> &Variables) {
  auto below = [&](size_t N) { return unsigned(Random() % N); };
  if (Depth == 0 || below(4) == 0) {
    if (below(2)) {
      int64_t V = int64_t(below(7)) - 3;
      return {num(V), [V](const Values &) { return V; }};
    }
    const Expr *X = Variables[below(Variables.size())];
    return {X, [X](const Values &Of) { return Of.at(X); }};
  }
  Sample A = randomSample(Random, Depth - 1, Variables);
  Sample B = randomSample(Random, Depth - 1, Variables);
  switch (below(4)) {
  case 0:
    return {Expr::logicalNot(A.E), [A](const Values &V) { return int64_t(!A.Eval(V)); }};
  case 1:
    return {Expr::bitAnd(A.E, B.E),
            [A, B](const Values &V) { return A.Eval(V) & B.Eval(V); }};
  case 2:
    return {Expr::bitOr(A.E, B.E),
            [A, B](const Values &V) { return A.Eval(V) | B.Eval(V); }};
  default:
    CmpOp Op = CmpOp(below(6));
    return {Expr::cmp(Op, A.E, B.E),
            [A, B, Op](const Values &V) { return applyOp(Op, A.Eval(V), B.Eval(V)); }};
  }
}

/// The definition of a range.
inline bool admits(const ValueRange &R, int64_t V) {
  return R.Lo <= V && V <= R.Hi && (uint64_t(V) & R.Ones) == R.Ones &&
         (uint64_t(V) & R.Zeros) == 0 && !(R.NonZero && V == 0);
}

inline int64_t smallValue(std::mt19937 &Random) { return int64_t(Random() % 7) - 3; }

} // namespace holdfast::test

#endif
