// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FRONTEND_ANNOTATIONS_H
#define HOLDFAST_FRONTEND_ANNOTATIONS_H

#include "frontend/Names.h"
#include "model/Expr.h"
#include "clang/AST/ASTContext.h"
#include "clang/Lex/Preprocessor.h"
#include <unordered_map>
#include <vector>

/// \file
/// Sparse's annotations (`__must_hold(&p->lock)`) are macros beside a function's
/// parameters that expand to nothing, so no AST shows them. They are noted as
/// the preprocessor expands them, and given to the declaration that the parser
/// has just read; what they expand to is left alone, so that no position they
/// are found in can break a file.
namespace holdfast {

/// What an annotation says, in the order in which it happens.
enum class AnnotationKind : uint8_t { Demand, Release, Acquire };

/// The macros that annotate, and what they say.
using AnnotationMacros = std::unordered_map<Symbol, AnnotationKind>;

/// An annotation of a function, its argument understood.
struct LockClaim {
  AnnotationKind Kind;
  Symbol Macro;
  const Expr *Lock; ///< address of the lock, over locals 0..n-1, the parameters
  Location Loc;
};

/// The annotations of one unit, by function.
class Annotations {
public:
  Annotations(const AnnotationMacros &Macros, Names &N) : Macros(Macros), N(N) {}

  /// Notes the annotations that \p PP expands. This object must outlive \p PP's
  /// work on the unit.
  void attach(clang::Preprocessor &PP);
  /// The parser has read \p FD up to its body, or to its end where it has none.
  void declared(const clang::FunctionDecl *FD);
  /// The parser is done with a declaration: what is left belongs to no function.
  void forget() { Pending.clear(); }

  /// The functions that have any, in order of appearance.
  const std::vector<const clang::FunctionDecl *> &functions() const { return Order; }
  /// Of all declarations of \p FD: each lock once, sorted by kind. Those whose
  /// argument names no lock that callers can name (`RCU`) are left out.
  std::vector<LockClaim> of(const clang::FunctionDecl *FD, clang::ASTContext &Ctx) const;

private:
  class Recorder;
  struct Note {
    Symbol Macro;
    AnnotationKind Kind;
    clang::SourceLocation Loc;
    std::vector<clang::Token> Argument;
    const clang::FunctionDecl *On = nullptr; ///< whose parameters it names
  };

  const AnnotationMacros &Macros;
  Names &N;
  std::vector<Note> Pending;
  std::vector<const clang::FunctionDecl *> Order;
  llvm::DenseMap<const clang::FunctionDecl *, std::vector<Note>> Notes;
};

} // namespace holdfast

#endif
