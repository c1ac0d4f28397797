// SPDX-License-Identifier: GPL-2.0-or-later
#include "frontend/MacroIntercept.h"
#include "frontend/BodyLowering.h"
#include "clang/Lex/PPCallbacks.h"
#include <set>

using namespace holdfast;

static const char ModelPrefix[] = "__holdfast_d_";

std::string
holdfast::interceptPrelude(const std::unordered_set<Symbol> &Macros) {
  std::set<Symbol> Sorted(Macros.begin(), Macros.end());
  std::string S;
  for (Symbol M : Sorted) {
    std::string Fn = InterceptPrefix + M.str();
    S += "long " + Fn + "();\n";
    S += "#define " + std::string(ModelPrefix) + M.str() + "(...) " + Fn +
         "(__VA_ARGS__)\n";
  }
  return S;
}

namespace {
class Interceptor : public clang::PPCallbacks {
public:
  Interceptor(clang::Preprocessor &PP, const std::unordered_set<Symbol> &Macros)
      : PP(PP) {
    for (Symbol M : Macros)
      Models[PP.getIdentifierInfo(M.str())] =
          PP.getIdentifierInfo(ModelPrefix + M.str());
  }

  void MacroDefined(const clang::Token &Name,
                    const clang::MacroDirective *MD) override {
    auto It = Models.find(Name.getIdentifierInfo());
    if (It == Models.end() || !MD->getMacroInfo()->isFunctionLike())
      return;
    if (clang::MacroInfo *Model = PP.getMacroInfo(It->second))
      PP.appendDefMacroDirective(It->first, Model, Name.getLocation());
  }

private:
  clang::Preprocessor &PP;
  llvm::DenseMap<clang::IdentifierInfo *, clang::IdentifierInfo *> Models;
};
} // namespace

void holdfast::interceptMacros(clang::Preprocessor &PP,
                               const std::unordered_set<Symbol> &Macros) {
  PP.addPPCallbacks(std::make_unique<Interceptor>(PP, Macros));
}
