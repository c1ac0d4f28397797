// SPDX-License-Identifier: GPL-2.0-or-later
#include "frontend/BodyLowering.h"
#include "frontend/InitList.h"
#include "clang/AST/Expr.h"

using namespace holdfast;
using clang::dyn_cast;

namespace {

class InitializerWalk {
public:
  InitializerWalk(const clang::VarDecl *VD, Names &N, std::vector<SlotStore> &Out)
      : N(N), Out(Out), Table(Symbol::get(VD->getName().str())) {}

  /// \p Slot is where a function found at this level would be stored.
  void walk(const clang::Expr *E, Symbol Slot) {
    E = E->IgnoreParenCasts();
    if (const auto *UO = dyn_cast<clang::UnaryOperator>(E))
      E = UO->getSubExpr()->IgnoreParenCasts();
    if (const auto *CL = dyn_cast<clang::CompoundLiteralExpr>(E))
      return walk(CL->getInitializer(), Slot);
    if (const auto *IL = dyn_cast<clang::InitListExpr>(E))
      return walkList(IL, Slot);
    if (const auto *CO = dyn_cast<clang::ConditionalOperator>(E)) {
      walk(CO->getTrueExpr(), Slot);
      return walk(CO->getFalseExpr(), Slot);
    }
    const auto *DR = dyn_cast<clang::DeclRefExpr>(E);
    const auto *FD = DR ? dyn_cast<clang::FunctionDecl>(DR->getDecl()) : nullptr;
    if (FD && Slot)
      Out.push_back({Slot, N.function(FD), Table, N.location(E->getBeginLoc())});
  }

private:
  void walkList(const clang::InitListExpr *IL, Symbol Slot) {
    if (!IL->getType()->isRecordType()) {
      for (const clang::Expr *E : IL->inits())
        walk(E, Slot);
      return;
    }
    forEachMember(IL, [&](const clang::FieldDecl *F, const clang::Expr *E) {
      walk(E, slotOf(F, Slot));
    });
  }
  Symbol slotOf(const clang::FieldDecl *F, Symbol Outer) {
    Symbol S = N.field(F);
    return S ? S : Outer;
  }

  Names &N;
  std::vector<SlotStore> &Out;
  Symbol Table;
};

} // namespace

/// Only plain members of the table itself; tables of functions are what have
/// switches beside them.
static void addConstants(const clang::VarDecl *VD, clang::ASTContext &Ctx, Names &N,
                         std::vector<TableConstant> &Out) {
  const auto *IL = dyn_cast<clang::InitListExpr>(VD->getInit()->IgnoreParenCasts());
  if (!IL || !VD->getType().isConstQualified() || !IL->getType()->isRecordType() ||
      IL->getInitializedFieldInUnion())
    return;
  forEachMember(IL, [&](const clang::FieldDecl *F, const clang::Expr *E) {
    clang::Expr::EvalResult R;
    Symbol Field = N.field(F);
    if (!Field || !F->getType()->isIntegralOrEnumerationType())
      return;
    if (llvm::isa<clang::ImplicitValueInitExpr>(E))
      Out.push_back({N.variable(VD), Field, 0});
    else if (E->EvaluateAsInt(R, Ctx))
      Out.push_back({N.variable(VD), Field, int64Of(R.Val.getInt())});
  });
}

void holdfast::lowerInitializer(const clang::VarDecl *VD, clang::ASTContext &Ctx,
                                Names &N, TranslationUnit &Out) {
  if (!VD->getInit())
    return;
  size_t Before = Out.Slots.size();
  InitializerWalk(VD, N, Out.Slots).walk(VD->getInit(), N.variable(VD));
  if (Out.Slots.size() != Before)
    addConstants(VD, Ctx, N, Out.Constants);
}
