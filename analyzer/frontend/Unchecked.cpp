// SPDX-License-Identifier: GPL-2.0-or-later
#include "frontend/Unchecked.h"
#include "clang/AST/Attr.h"
#include "clang/Lex/PPCallbacks.h"

using namespace holdfast;

class Unchecked::Recorder : public clang::PPCallbacks {
public:
  Recorder(Unchecked &U, clang::Preprocessor &PP) : U(U) {
    for (Symbol Macro : U.Macros.Functions)
      Functions.insert(PP.getIdentifierInfo(Macro.str()));
    for (Symbol Macro : U.Macros.Arguments)
      Arguments.insert(PP.getIdentifierInfo(Macro.str()));
  }

  void MacroExpands(const clang::Token &Name, const clang::MacroDefinition &,
                    clang::SourceRange, const clang::MacroArgs *) override {
    U.Pending |= Functions.contains(Name.getIdentifierInfo());
    if (Arguments.contains(Name.getIdentifierInfo()))
      U.Expansions.insert(Name.getLocation());
  }

private:
  Unchecked &U;
  llvm::SmallPtrSet<const clang::IdentifierInfo *, 4> Functions, Arguments;
};

void Unchecked::attach(clang::Preprocessor &PP) {
  PP.addPPCallbacks(std::make_unique<Recorder>(*this, PP));
}

void Unchecked::take(const clang::FunctionDecl *FD, bool &Noted) {
  if (Noted)
    Functions.insert(FD->getCanonicalDecl());
  Noted = false;
}

bool Unchecked::covers(const clang::FunctionDecl *FD) const {
  return FD->getMostRecentDecl()->hasAttr<clang::NoThreadSafetyAnalysisAttr>() ||
         Functions.contains(FD->getCanonicalDecl());
}

/// A token may have come out of one expansion as the argument of the next: both the
/// way to where it was expanded and that to where it was spelled lead back to the
/// name of each macro that it went through.
bool Unchecked::covers(clang::SourceLocation L, const clang::SourceManager &SM) const {
  if (Expansions.empty() || L.isInvalid())
    return false;
  if (Expansions.contains(L))
    return true;
  return L.isMacroID() && (covers(SM.getImmediateExpansionRange(L).getBegin(), SM) ||
                           covers(SM.getImmediateSpellingLoc(L), SM));
}
