// SPDX-License-Identifier: GPL-2.0-or-later
#include "frontend/Annotations.h"
#include "frontend/AnnotationPath.h"
#include "clang/Lex/MacroArgs.h"
#include "clang/Lex/PPCallbacks.h"
#include <algorithm>

using namespace holdfast;

class Annotations::Recorder : public clang::PPCallbacks {
public:
  Recorder(Annotations &A, clang::Preprocessor &PP) : A(A) {
    for (auto [Macro, Kind] : A.Macros)
      Known[PP.getIdentifierInfo(Macro.str())] = {Macro, Kind};
  }

  void MacroExpands(const clang::Token &Name, const clang::MacroDefinition &,
                    clang::SourceRange, const clang::MacroArgs *Args) override {
    auto It = Known.find(Name.getIdentifierInfo());
    if (It == Known.end() || !Args || Args->getNumMacroArguments() != 1)
      return;
    const clang::Token *T = Args->getUnexpArgument(0);
    auto [Macro, Kind] = It->second;
    A.Pending.push_back(
        {Macro, Kind, Name.getLocation(), {T, T + clang::MacroArgs::getArgLength(T)}});
  }

private:
  Annotations &A;
  llvm::DenseMap<const clang::IdentifierInfo *, std::pair<Symbol, AnnotationKind>> Known;
};

void Annotations::attach(clang::Preprocessor &PP) {
  PP.addPPCallbacks(std::make_unique<Recorder>(*this, PP));
}

/// Is \p L between the parentheses of \p FD? There it annotates a parameter,
/// which is then a callback.
static bool inParameters(const clang::FunctionDecl *FD, clang::SourceLocation L) {
  clang::FunctionTypeLoc Type = FD->getFunctionTypeLoc();
  const clang::SourceManager &SM = FD->getASTContext().getSourceManager();
  return Type && SM.isBeforeInTranslationUnit(Type.getLParenLoc(), L) &&
         SM.isBeforeInTranslationUnit(L, Type.getRParenLoc());
}

void Annotations::declared(const clang::FunctionDecl *FD) {
  std::erase_if(Pending, [&](const Note &A) { return inParameters(FD, A.Loc); });
  if (Pending.empty())
    return;
  std::vector<Note> &Mine = Notes[FD->getCanonicalDecl()];
  if (Mine.empty())
    Order.push_back(FD->getCanonicalDecl());
  for (Note &A : Pending) {
    A.On = FD;
    Mine.push_back(std::move(A));
  }
  Pending.clear();
}

std::vector<LockClaim> Annotations::of(const clang::FunctionDecl *FD,
                                       clang::ASTContext &Ctx) const {
  std::vector<LockClaim> Out;
  auto It = Notes.find(FD->getCanonicalDecl());
  if (It == Notes.end())
    return Out;
  for (const Note &A : It->second) {
    const Expr *Lock = annotatedLock(A.Argument, A.On, Ctx, N);
    bool Twice = std::any_of(Out.begin(), Out.end(), [&](const LockClaim &C) {
      return C.Macro == A.Macro && C.Lock == Lock;
    });
    if (!Lock || Twice)
      continue;
    auto Place = std::find_if(Out.begin(), Out.end(),
                              [&](const LockClaim &C) { return C.Kind > A.Kind; });
    Out.insert(Place, {A.Kind, A.Macro, Lock, N.location(A.Loc)});
  }
  return Out;
}
