// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FRONTEND_ANNOTATIONPATH_H
#define HOLDFAST_FRONTEND_ANNOTATIONPATH_H

#include "frontend/Names.h"
#include "model/Expr.h"
#include "clang/AST/ASTContext.h"
#include "clang/Lex/Token.h"
#include "llvm/ADT/ArrayRef.h"

namespace holdfast {

/// The address of the lock that an annotation of \p FD names:
///
///   lock := '&'? name (('->' | '.') name)*
///
/// where the first name is a parameter of \p FD or a global. Sparse does not
/// evaluate it, so kernel code writes a lock or its address as it likes: both
/// mean the lock. Null for anything else (`RCU`, a call, a name that is no more).
const Expr *annotatedLock(llvm::ArrayRef<clang::Token> Argument,
                          const clang::FunctionDecl *FD, clang::ASTContext &Ctx,
                          Names &N);

} // namespace holdfast

#endif
