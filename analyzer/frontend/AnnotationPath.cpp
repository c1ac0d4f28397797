// SPDX-License-Identifier: GPL-2.0-or-later
#include "frontend/AnnotationPath.h"

using namespace holdfast;
using clang::dyn_cast;
namespace tok = clang::tok;

namespace {

class PathReader {
public:
  PathReader(llvm::ArrayRef<clang::Token> Rest, const clang::FunctionDecl *FD,
             clang::ASTContext &Ctx, Names &N)
      : Rest(Rest), FD(FD), Ctx(Ctx), N(N) {}

  const Expr *read();

private:
  bool accept(tok::TokenKind K);
  const clang::IdentifierInfo *name();
  bool root(const clang::IdentifierInfo *Name);
  bool member(bool Arrow, const clang::IdentifierInfo *Name);

  llvm::ArrayRef<clang::Token> Rest;
  const clang::FunctionDecl *FD;
  clang::ASTContext &Ctx;
  Names &N;
  const Expr *Place = nullptr; ///< of the lvalue read so far
  clang::QualType Type;        ///< its type
};

bool PathReader::accept(tok::TokenKind K) {
  if (Rest.empty() || Rest.front().isNot(K))
    return false;
  Rest = Rest.drop_front();
  return true;
}

/// The identifier that comes next; null when something else does.
const clang::IdentifierInfo *PathReader::name() {
  const clang::IdentifierInfo *II =
      Rest.empty() ? nullptr : Rest.front().getIdentifierInfo();
  if (II)
    Rest = Rest.drop_front();
  return II;
}

bool PathReader::root(const clang::IdentifierInfo *Name) {
  for (unsigned I = 0; I < FD->getNumParams(); ++I)
    if (FD->getParamDecl(I)->getIdentifier() == Name) {
      Place = Expr::local(I);
      Type = FD->getParamDecl(I)->getType();
      return true;
    }
  for (const clang::NamedDecl *D : Ctx.getTranslationUnitDecl()->lookup(Name))
    if (const auto *VD = dyn_cast<clang::VarDecl>(D)) {
      Place = Expr::global(N.variable(VD));
      Type = VD->getType();
      return true;
    }
  return false;
}

bool PathReader::member(bool Arrow, const clang::IdentifierInfo *Name) {
  if (Arrow && Type->isPointerType()) {
    Place = Expr::load(Place);
    Type = Type->getPointeeType();
  } else if (Arrow) {
    return false;
  }
  const clang::RecordDecl *Record = Type->getAsRecordDecl();
  Record = Record ? Record->getDefinition() : nullptr;
  if (!Record)
    return false;
  auto step = [&](const clang::NamedDecl *D) {
    const auto *Field = clang::cast<clang::FieldDecl>(D);
    if (Symbol Qualified = N.field(Field))
      Place = Expr::field(Place, Qualified);
    Type = Field->getType();
  };
  for (const clang::NamedDecl *D : Record->lookup(Name)) {
    if (clang::isa<clang::FieldDecl>(D)) {
      step(D);
      return true;
    }
    // A member of an unnamed member.
    if (const auto *Chain = dyn_cast<clang::IndirectFieldDecl>(D)) {
      for (const clang::NamedDecl *Link : Chain->chain())
        step(Link);
      return true;
    }
  }
  return false;
}

const Expr *PathReader::read() {
  bool Address = accept(tok::amp);
  const clang::IdentifierInfo *Name = name();
  if (!Name || !root(Name))
    return nullptr;
  while (!Rest.empty()) {
    bool Arrow = accept(tok::arrow);
    if (!Arrow && !accept(tok::period))
      return nullptr;
    Name = name();
    if (!Name || !member(Arrow, Name))
      return nullptr;
  }
  if (Type->isRecordType())
    return Place->Kind == ExprKind::Local ? nullptr : Place;
  return !Address && Type->isPointerType() ? Expr::load(Place) : nullptr;
}

} // namespace

const Expr *holdfast::annotatedLock(llvm::ArrayRef<clang::Token> Argument,
                                    const clang::FunctionDecl *FD, clang::ASTContext &Ctx,
                                    Names &N) {
  return PathReader(Argument, FD, Ctx, N).read();
}
