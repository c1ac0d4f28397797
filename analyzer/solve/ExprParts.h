// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_SOLVE_EXPRPARTS_H
#define HOLDFAST_SOLVE_EXPRPARTS_H

#include "model/Expr.h"

/// \file
/// Questions about what an expression is made of.
namespace holdfast {

/// Is \p E, or any part of it, such a one?
template <typename Predicate> bool anyPart(const Expr *E, Predicate Is) {
  return Is(E) || (E->A && anyPart(E->A, Is)) || (E->B && anyPart(E->B, Is));
}

/// Does the value come out of memory? What an object's members say goes with
/// its life (`dev->reg_state`), and mostly with the locks held at that time.
inline bool readsMemory(const Expr *E) {
  return anyPart(E, [](const Expr *Part) {
    return Part->Kind == ExprKind::Load ||
           (Part->Kind == ExprKind::Phi && Part->A->root()->Kind != ExprKind::Local);
  });
}

} // namespace holdfast

#endif
