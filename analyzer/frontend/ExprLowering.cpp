// SPDX-License-Identifier: GPL-2.0-or-later
#include "frontend/ExprLowering.h"

using namespace holdfast;
using clang::cast;
using clang::dyn_cast;
using clang::isa;
using CExpr = clang::Expr;

const Expr *ExprLowering::local(const clang::VarDecl *VD) {
  auto [It, New] = Locals.try_emplace(VD->getCanonicalDecl(), F.LocalNames.size());
  if (New)
    F.LocalNames.push_back(Symbol::get(VD->getName().str()));
  return Expr::local(It->second);
}

uint32_t ExprLowering::callIndex(const clang::CallExpr *CE) {
  auto [It, New] = Calls.try_emplace(CE, NextCall);
  NextCall += New;
  return It->second;
}

const Expr *ExprLowering::temporary(const CExpr *E) {
  auto [It, New] = Temps.try_emplace(E, F.LocalNames.size());
  if (New)
    F.LocalNames.push_back(Symbol());
  return Expr::local(It->second);
}

const Expr *ExprLowering::lastOf(const clang::StmtExpr *SE, bool AsPlace) {
  const clang::CompoundStmt *Body = SE->getSubStmt();
  const clang::Stmt *Last = Body->body_empty() ? nullptr : Body->body_back();
  while (const auto *L = dyn_cast_or_null<clang::LabelStmt>(Last))
    Last = L->getSubStmt();
  const auto *E = dyn_cast_or_null<CExpr>(Last);
  if (!E)
    return Expr::unknown();
  return AsPlace ? place(E) : value(E);
}

const Expr *ExprLowering::place(const CExpr *E) {
  E = E->IgnoreParens();
  if (const auto *DR = dyn_cast<clang::DeclRefExpr>(E)) {
    if (const auto *FD = dyn_cast<clang::FunctionDecl>(DR->getDecl()))
      return Expr::func(N.function(FD));
    const auto *VD = dyn_cast<clang::VarDecl>(DR->getDecl());
    if (!VD)
      return Expr::unknown();
    return VD->hasLocalStorage() ? local(VD) : Expr::global(N.variable(VD));
  }
  if (const auto *ME = dyn_cast<clang::MemberExpr>(E)) {
    const Expr *Base = ME->isArrow() ? value(ME->getBase()) : place(ME->getBase());
    const auto *FD = dyn_cast<clang::FieldDecl>(ME->getMemberDecl());
    Symbol Name = FD ? N.field(FD) : Symbol();
    return Name ? Expr::field(Base, Name) : Base;
  }
  if (const auto *UO = dyn_cast<clang::UnaryOperator>(E)) {
    if (UO->getOpcode() == clang::UO_Deref)
      return value(UO->getSubExpr());
    if (UO->isIncrementDecrementOp() || UO->getOpcode() == clang::UO_Extension)
      return place(UO->getSubExpr());
    return Expr::unknown();
  }
  if (const auto *AS = dyn_cast<clang::ArraySubscriptExpr>(E))
    return Expr::index(value(AS->getBase()));
  if (const auto *CE = dyn_cast<clang::CastExpr>(E))
    return place(CE->getSubExpr());
  if (const auto *SE = dyn_cast<clang::StmtExpr>(E))
    return lastOf(SE, /*AsPlace=*/true);
  if (const auto *GS = dyn_cast<clang::GenericSelectionExpr>(E))
    return place(GS->getResultExpr());
  if (const auto *CE = dyn_cast<clang::ChooseExpr>(E))
    return place(CE->getChosenSubExpr());
  if (const auto *OV = dyn_cast<clang::OpaqueValueExpr>(E))
    return OV->getSourceExpr() ? place(OV->getSourceExpr()) : Expr::unknown();
  if (const auto *BO = dyn_cast<clang::BinaryOperator>(E))
    return BO->isAssignmentOp()                   ? place(BO->getLHS())
           : BO->getOpcode() == clang::BO_Comma   ? place(BO->getRHS())
                                                  : Expr::unknown();
  if (const auto *Call = dyn_cast<clang::CallExpr>(E))
    return Call->getType()->isRecordType() ? Expr::result(callIndex(Call))
                                           : Expr::unknown();
  if (isa<clang::CompoundLiteralExpr>(E))
    return temporary(E);
  return Expr::unknown();
}

const Expr *ExprLowering::cast(const clang::CastExpr *CE) {
  const CExpr *Sub = CE->getSubExpr();
  switch (CE->getCastKind()) {
  case clang::CK_LValueToRValue:
    switch (Sub->IgnoreParens()->getStmtClass()) {
    case clang::Stmt::CompoundLiteralExprClass:
    case clang::Stmt::DeclRefExprClass:
      return value(Sub);
    default:
      return Expr::load(place(Sub));
    }
  case clang::CK_ArrayToPointerDecay:
  case clang::CK_FunctionToPointerDecay:
    return place(Sub);
  case clang::CK_IntegralToBoolean:
  case clang::CK_PointerToBoolean: {
    const Expr *V = value(Sub);
    bool Boolean = V->Kind == ExprKind::Cmp || V->Kind == ExprKind::Not;
    return Boolean ? V : Expr::cmp(CmpOp::Ne, V, Expr::constant(0));
  }
  case clang::CK_NullToPointer:
    return Expr::constant(0);
  case clang::CK_ToVoid:
    return Expr::unknown();
  default:
    return value(Sub);
  }
}

const Expr *ExprLowering::unary(const clang::UnaryOperator *UO) {
  const CExpr *Sub = UO->getSubExpr();
  switch (UO->getOpcode()) {
  case clang::UO_AddrOf:
    return place(Sub);
  case clang::UO_LNot:
    return Expr::logicalNot(value(Sub));
  case clang::UO_Extension:
  case clang::UO_Plus:
    return value(Sub);
  case clang::UO_Minus:
  case clang::UO_Not: {
    const Expr *V = value(Sub);
    if (!V->isConst())
      return Expr::unknown();
    return Expr::constant(UO->getOpcode() == clang::UO_Not
                              ? ~V->Value
                              : int64_t(-uint64_t(V->Value)));
  }
  case clang::UO_Deref:
  case clang::UO_PreInc:
  case clang::UO_PreDec:
    return Expr::load(place(UO));
  default:
    return Expr::unknown();
  }
}

/// container_of() is `(char *)p - offsetof(T, m)`.
const Expr *ExprLowering::pointerMinus(const Expr *Base, const CExpr *Offset) {
  const auto *OO = dyn_cast<clang::OffsetOfExpr>(Offset->IgnoreParenCasts());
  if (!OO)
    return Expr::index(Base);
  const Expr *R = Base;
  for (unsigned I = OO->getNumComponents(); I-- > 0;) {
    const clang::OffsetOfNode &Node = OO->getComponent(I);
    if (Node.getKind() == clang::OffsetOfNode::Array)
      continue;
    if (Node.getKind() != clang::OffsetOfNode::Field)
      return Expr::unknown();
    if (Symbol Name = N.field(Node.getField()))
      R = Expr::up(R, Name);
  }
  return R;
}

static const Expr *fold(clang::BinaryOperatorKind Op, int64_t A, int64_t B) {
  uint64_t X = uint64_t(A), Y = uint64_t(B);
  switch (Op) {
  case clang::BO_Add:
    return Expr::constant(int64_t(X + Y));
  case clang::BO_Sub:
    return Expr::constant(int64_t(X - Y));
  case clang::BO_Mul:
    return Expr::constant(int64_t(X * Y));
  case clang::BO_Shl:
    return Expr::constant(int64_t(Y < 64 ? X << Y : 0));
  case clang::BO_Shr:
    return Expr::constant(int64_t(Y < 64 ? X >> Y : 0));
  case clang::BO_Xor:
    return Expr::constant(int64_t(X ^ Y));
  default:
    return Expr::unknown();
  }
}

const Expr *ExprLowering::binary(const clang::BinaryOperator *BO) {
  auto Op = BO->getOpcode();
  if (Op == clang::BO_Assign || Op == clang::BO_Comma)
    return value(BO->getRHS());
  if (BO->isCompoundAssignmentOp())
    return Expr::load(place(BO->getLHS()));
  if (BO->isLogicalOp())
    return Expr::load(temporary(BO));
  const Expr *L = value(BO->getLHS());
  if (Op == clang::BO_Sub && BO->getLHS()->getType()->isPointerType())
    return pointerMinus(L, BO->getRHS());
  if (Op == clang::BO_Add && BO->getType()->isPointerType())
    return Expr::index(BO->getLHS()->getType()->isPointerType()
                           ? L
                           : value(BO->getRHS()));
  const Expr *R = value(BO->getRHS());
  switch (Op) {
  case clang::BO_EQ:
    return Expr::cmp(CmpOp::Eq, L, R);
  case clang::BO_NE:
    return Expr::cmp(CmpOp::Ne, L, R);
  case clang::BO_LT:
    return Expr::cmp(CmpOp::Lt, L, R);
  case clang::BO_LE:
    return Expr::cmp(CmpOp::Le, L, R);
  case clang::BO_GT:
    return Expr::cmp(CmpOp::Gt, L, R);
  case clang::BO_GE:
    return Expr::cmp(CmpOp::Ge, L, R);
  case clang::BO_And:
    return Expr::bitAnd(L, R);
  case clang::BO_Or:
    return Expr::bitOr(L, R);
  default:
    return L->isConst() && R->isConst() ? fold(Op, L->Value, R->Value)
                                        : Expr::unknown();
  }
}

const Expr *ExprLowering::call(const clang::CallExpr *CE) {
  switch (CE->getBuiltinCallee()) {
  case 0:
    break;
  case clang::Builtin::BI__builtin_expect:
  case clang::Builtin::BI__builtin_expect_with_probability:
  case clang::Builtin::BI__builtin_assume_aligned:
    return value(CE->getArg(0));
  case clang::Builtin::BI__builtin_constant_p: {
    clang::Expr::EvalResult R;
    return CE->EvaluateAsInt(R, Ctx)
               ? Expr::constant(int64Of(R.Val.getInt()))
               : Expr::constant(0);
  }
  default:
    break;
  }
  const Expr *R = Expr::result(callIndex(CE));
  return CE->getType()->isRecordType() ? Expr::load(R) : R;
}

/// `static const bool is_conditional = true;`: nobody can give it another value.
static bool isConstantInteger(const clang::VarDecl *VD) {
  return VD->hasGlobalStorage() && VD->getInit() &&
         VD->getType().isConstQualified() && !VD->getType().isVolatileQualified() &&
         VD->getType()->isIntegralOrEnumerationType();
}

const Expr *ExprLowering::value(const CExpr *E) {
  E = E->IgnoreParens();
  if (const auto *CE = dyn_cast<clang::CastExpr>(E))
    return cast(CE);
  if (const auto *UO = dyn_cast<clang::UnaryOperator>(E))
    return unary(UO);
  if (const auto *BO = dyn_cast<clang::BinaryOperator>(E))
    return binary(BO);
  if (const auto *CE = dyn_cast<clang::CallExpr>(E))
    return call(CE);
  switch (E->getStmtClass()) {
  case clang::Stmt::IntegerLiteralClass: {
    const llvm::APInt &V = clang::cast<clang::IntegerLiteral>(E)->getValue();
    return V.getActiveBits() <= 64 ? Expr::constant(int64_t(V.getZExtValue()))
                                   : Expr::unknown();
  }
  case clang::Stmt::CharacterLiteralClass:
    return Expr::constant(clang::cast<clang::CharacterLiteral>(E)->getValue());
  case clang::Stmt::ImplicitValueInitExprClass:
    return Expr::constant(0);
  case clang::Stmt::StmtExprClass:
    return lastOf(clang::cast<clang::StmtExpr>(E), /*AsPlace=*/false);
  case clang::Stmt::ConditionalOperatorClass: {
    const auto *CO = clang::cast<clang::ConditionalOperator>(E);
    const Expr *C = value(CO->getCond());
    if (C->isConst())
      return value(C->Value ? CO->getTrueExpr() : CO->getFalseExpr());
    return Expr::load(temporary(E));
  }
  case clang::Stmt::BinaryConditionalOperatorClass:
    return Expr::load(temporary(E));
  case clang::Stmt::OpaqueValueExprClass:
    if (const CExpr *S = clang::cast<clang::OpaqueValueExpr>(E)->getSourceExpr())
      return value(S);
    return Expr::unknown();
  case clang::Stmt::GenericSelectionExprClass:
    return value(clang::cast<clang::GenericSelectionExpr>(E)->getResultExpr());
  case clang::Stmt::ChooseExprClass:
    return value(clang::cast<clang::ChooseExpr>(E)->getChosenSubExpr());
  case clang::Stmt::CompoundLiteralExprClass:
    return E->getType()->isRecordType()
               ? Expr::load(temporary(E))
               : value(clang::cast<clang::CompoundLiteralExpr>(E)->getInitializer());
  case clang::Stmt::InitListExprClass: {
    const auto *IL = clang::cast<clang::InitListExpr>(E);
    return IL->getNumInits() == 1 && !E->getType()->isRecordType()
               ? value(IL->getInit(0))
               : Expr::unknown();
  }
  case clang::Stmt::UnaryExprOrTypeTraitExprClass: {
    clang::Expr::EvalResult R;
    return E->EvaluateAsInt(R, Ctx)
               ? Expr::constant(int64Of(R.Val.getInt()))
               : Expr::unknown();
  }
  case clang::Stmt::DeclRefExprClass: {
    const clang::ValueDecl *D = clang::cast<clang::DeclRefExpr>(E)->getDecl();
    if (const auto *EC = dyn_cast<clang::EnumConstantDecl>(D))
      return Expr::constant(int64Of(EC->getInitVal()));
    clang::Expr::EvalResult R;
    const auto *VD = dyn_cast<clang::VarDecl>(D);
    if (VD && isConstantInteger(VD) && VD->getInit()->EvaluateAsInt(R, Ctx))
      return Expr::constant(int64Of(R.Val.getInt()));
    return Expr::load(place(E));
  }
  default:
    return E->isLValue() ? Expr::load(place(E)) : Expr::unknown();
  }
}
