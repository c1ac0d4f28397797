// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FRONTEND_UNCHECKED_H
#define HOLDFAST_FRONTEND_UNCHECKED_H

#include "model/Symbol.h"
#include "clang/AST/Decl.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <unordered_set>

/// \file
/// What the tree asks not to be checked. Clang's attribute shows in the AST only where
/// the tree turns its own analysis on; where it is off, the macros expand to nothing or
/// to their arguments. So they are noted as the preprocessor expands them.
namespace holdfast {

/// The macros, by what they cover.
struct UncheckedMacros {
  std::unordered_set<Symbol> Functions; ///< the function that they stand beside
  std::unordered_set<Symbol> Arguments; ///< what is between their parentheses
};

/// The unchecked code of one unit.
class Unchecked {
public:
  explicit Unchecked(const UncheckedMacros &Macros) : Macros(Macros) {}

  /// Notes what \p PP expands. This object must outlive \p PP's work on the unit.
  void attach(clang::Preprocessor &PP);
  /// To be called with each token that the parser gets.
  void token(const clang::Token &T) {
    if (T.isOneOf(clang::tok::semi, clang::tok::r_brace)) {
      Ended |= Pending;
      Pending = false;
    }
  }
  /// The parser has read \p FD up to its body.
  void body(const clang::FunctionDecl *FD) { take(FD, Pending); }
  /// The parser has read \p FD, which has no body.
  void declaration(const clang::FunctionDecl *FD) { take(FD, Ended); }
  /// The parser is done with a declaration: what is left of it belongs to no function.
  void forget() { Ended = false; }

  /// Is all of \p FD unchecked, by any of its declarations?
  bool covers(const clang::FunctionDecl *FD) const;
  /// Is the code written at \p L?
  bool covers(clang::SourceLocation L, const clang::SourceManager &SM) const;

private:
  class Recorder;

  void take(const clang::FunctionDecl *FD, bool &Noted);

  const UncheckedMacros &Macros;
  /// Was a macro expanded since the last declaration ended, or in that one? The parser
  /// is told of the end of one when the first token of the next has been read, and with
  /// it what stands before that.
  bool Pending = false, Ended = false;
  llvm::SmallPtrSet<const clang::FunctionDecl *, 8> Functions;
  llvm::DenseSet<clang::SourceLocation> Expansions; ///< the names that were expanded
};

} // namespace holdfast

#endif
