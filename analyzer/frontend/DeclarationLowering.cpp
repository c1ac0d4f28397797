// SPDX-License-Identifier: GPL-2.0-or-later
#include "frontend/BodyLowering.h"

using namespace holdfast;

namespace {

/// Can a callee leave a value of its own where \p T points?
bool pointsToOutput(clang::QualType T) {
  if (!T->isPointerType())
    return false;
  clang::QualType To = T->getPointeeType();
  return To->isScalarType() && !To.isConstQualified();
}

} // namespace

std::shared_ptr<Function> holdfast::lowerDeclaration(const clang::FunctionDecl *FD,
                                                     Names &N,
                                                     llvm::ArrayRef<LockClaim> Claims) {
  static const Symbol Elsewhere = Symbol::get("@elsewhere");
  std::shared_ptr<Function> F = functionHeader(FD, N);
  F->Link = Linkage::Declared;
  std::vector<Instr> &Out = F->Blocks.emplace_back().Instrs;
  auto emit = [&](InstrKind K) -> Instr & {
    Out.emplace_back().Kind = K;
    Out.back().Loc = F->Loc;
    return Out.back();
  };
  for (const LockClaim &C : Claims)
    Out.push_back(callOf(C, F->NumCalls++));
  // The rest of what it does is one call that nobody knows.
  Instr &Call = emit(InstrKind::Call);
  Call.Index = F->NumCalls++;
  Call.Value = Expr::func(Elsewhere);
  const Expr *Unknown = Expr::result(Call.Index);
  auto store = [&](const Expr *Place, Symbol Name) {
    Instr &I = emit(InstrKind::Assign);
    I.Place = Place;
    I.Value = Expr::load(Expr::field(Unknown, Name));
  };
  for (unsigned P = 0; P < FD->getNumParams(); ++P) {
    F->LocalNames.push_back(Symbol::get(FD->getParamDecl(P)->getName().str()));
    if (pointsToOutput(FD->getParamDecl(P)->getType()))
      store(Expr::load(Expr::local(P)), Symbol::get("@arg" + std::to_string(P)));
  }
  if (!FD->getReturnType()->isVoidType()) {
    // A store beside the result: a function that leaves nothing behind would be
    // taken to answer the same each time.
    store(Expr::field(Unknown, Elsewhere), Elsewhere);
    emit(InstrKind::Return).Value = Unknown;
  }
  emit(InstrKind::Leave);
  return F;
}
