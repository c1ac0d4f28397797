// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FRONTEND_INITLIST_H
#define HOLDFAST_FRONTEND_INITLIST_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"

namespace holdfast {

/// Calls \p Visit(member, initialiser) for each member that the semantic form
/// of a record's initialiser \p IL sets; of a union, only the one it sets.
template <typename Visitor>
void forEachMember(const clang::InitListExpr *IL, Visitor Visit) {
  if (const clang::FieldDecl *U = IL->getInitializedFieldInUnion()) {
    if (IL->getNumInits())
      Visit(U, IL->getInit(0));
    return;
  }
  unsigned I = 0;
  for (const clang::FieldDecl *F : IL->getType()->getAsRecordDecl()->fields()) {
    if (F->isUnnamedBitField())
      continue;
    if (I >= IL->getNumInits())
      return;
    Visit(F, IL->getInit(I++));
  }
}

} // namespace holdfast

#endif
