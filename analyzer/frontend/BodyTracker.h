// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FRONTEND_BODYTRACKER_H
#define HOLDFAST_FRONTEND_BODYTRACKER_H

#include "frontend/BodyCache.h"
#include "clang/AST/Decl.h"
#include "clang/Lex/Preprocessor.h"
#include <deque>

namespace holdfast {

/// Follows the parser through one unit and hashes the tokens of each header
/// body, skipped or not.
class BodyTracker {
public:
  /// A header body of this unit.
  struct Seen {
    const clang::FunctionDecl *Decl = nullptr;
    BodyKey Key;
    uint64_t Hash = 0;
    bool Skipped = false;
  };

  /// To be called with each token that the parser gets.
  void token(const clang::Token &T) {
    if (Depth)
      hash(T);
  }
  /// The parser has read the opening brace of \p FD's body.
  void enterBody(const clang::FunctionDecl *FD, BodyKey Key, bool Skip);

  /// In order of appearance; complete once the unit is parsed.
  const std::deque<Seen> &bodies() const { return Bodies; }

private:
  void hash(const clang::Token &T);

  std::deque<Seen> Bodies;
  unsigned Depth = 0; ///< of braces inside the body being read, 0 outside
};

} // namespace holdfast

#endif
