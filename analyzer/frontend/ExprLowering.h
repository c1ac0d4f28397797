// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FRONTEND_EXPRLOWERING_H
#define HOLDFAST_FRONTEND_EXPRLOWERING_H

#include "frontend/Names.h"
#include "model/LockProgram.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/DenseMap.h"

namespace holdfast {

/// Clang expressions become access paths. Knows nothing of control flow: calls
/// and the operators that branch (`?:`, `&&`, `||`) are numbered here and read
/// back as Result(n) or as a temporary that BodyLowering assigns on each arm.
class ExprLowering {
public:
  ExprLowering(clang::ASTContext &Ctx, Names &N, Function &F) : Ctx(Ctx), N(N), F(F) {}

  /// The value of \p E; for an lvalue, the value it holds.
  const Expr *value(const clang::Expr *E);
  /// The address of the lvalue \p E.
  const Expr *place(const clang::Expr *E);

  const Expr *local(const clang::VarDecl *VD);
  /// The number of a call: its own, or a new one where no expression makes it.
  uint32_t callIndex(const clang::CallExpr *CE);
  uint32_t newCall() { return NextCall++; }
  /// Where the value of a branching operator is kept.
  const Expr *temporary(const clang::Expr *E);
  bool isTemporary(const clang::Expr *E) const { return Temps.count(E); }

private:
  const Expr *cast(const clang::CastExpr *CE);
  const Expr *unary(const clang::UnaryOperator *UO);
  const Expr *binary(const clang::BinaryOperator *BO);
  const Expr *call(const clang::CallExpr *CE);
  const Expr *pointerMinus(const Expr *Base, const clang::Expr *Offset);
  const Expr *lastOf(const clang::StmtExpr *SE, bool AsPlace);

  clang::ASTContext &Ctx;
  Names &N;
  Function &F;
  llvm::DenseMap<const clang::VarDecl *, uint32_t> Locals;
  llvm::DenseMap<const clang::Expr *, uint32_t> Calls;
  llvm::DenseMap<const clang::Expr *, uint32_t> Temps;
  uint32_t NextCall = 0;
};

} // namespace holdfast

#endif
