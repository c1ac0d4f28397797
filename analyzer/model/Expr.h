// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_EXPR_H
#define HOLDFAST_MODEL_EXPR_H

#include "model/Symbol.h"
#include "model/ValueRange.h"
#include <cstdint>
#include <functional>
#include <string>

/// \file
/// Values of the lock program, as access paths.
///
/// A path is a chain of two operations on addresses: `Field` moves to a member
/// (no memory is read), `Load` reads what is there. `&mm->mmap_lock` is
/// Field(mm, mm_struct::mmap_lock) and `vma->vm_mm` is
/// Load(Field(vma, vm_area_struct::vm_mm)). `Up` is container_of(), the inverse
/// of Field, and cancels with it. Because a callee's path over its parameters
/// becomes the caller's path by substituting the arguments, instances of locks
/// survive any number of wrappers with no further machinery.
///
/// Expressions are immutable and hash-consed for the life of the process:
/// equal means the same pointer. Thread-safe.
namespace holdfast {

enum class ExprKind : uint8_t {
  Unknown, ///< a value without identity
  Const,   ///< an integer
  Param,   ///< the value of parameter N on entry
  Local,   ///< the address of local variable N (parameters come first)
  Global,  ///< the address of a global, or a pseudo global such as @current
  Func,    ///< the address of a function
  Result,  ///< the result of call N of this function
  Phi,     ///< what a place holds where N's paths meet and disagree
  Return,  ///< the function's own result (`ret` in rules and summaries)
  Field,   ///< A, moved to member Name
  Up,      ///< A, moved from member Name to its record
  Index,   ///< A, moved to some element
  Load,    ///< what is at A
  Not,     ///< A == 0
  Cmp,     ///< A <Op> B, 0 or 1
  And,     ///< A & B, bitwise
  Or,      ///< A | B, bitwise
  Apply,   ///< what function Name, free of side effects, says of A and B
};

enum class CmpOp : uint8_t { Eq, Ne, Lt, Le, Gt, Ge };

class Expr {
public:
  ExprKind Kind = ExprKind::Unknown;
  CmpOp Op = CmpOp::Eq;
  uint16_t Depth = 0;    ///< of the chain, to bound it
  bool HasFrame = false; ///< mentions a Local, Result or Phi
  bool Vague = false;    ///< of an unknown object: equal does not mean same
  bool Element = false;  ///< of some element of an array, nobody knows which
  int64_t Value = 0;     ///< Const: the value; Param...Phi: the index
  uint64_t Hash = 0;     ///< of the structure: the same in every process
  Symbol Name;           ///< Global, Func, Field, Up
  const Expr *A = nullptr;
  const Expr *B = nullptr;
  const Expr *Root = nullptr; ///< see root(); null: itself

  /// Longest chain kept; what is longer becomes Unknown (recursive types).
  static constexpr unsigned MaxDepth = 12;

  static const Expr *unknown();
  static const Expr *constant(int64_t V);
  static const Expr *param(unsigned I);
  static const Expr *local(unsigned I);
  static const Expr *global(Symbol Name);
  static const Expr *func(Symbol Name);
  static const Expr *result(unsigned Call);
  /// \p Block and \p Place tell one phi from another within a function.
  static const Expr *phi(unsigned Block, const Expr *Place);
  static const Expr *ret();
  /// Of an unknown base, the field is kept (it names the lock class) but the
  /// result is Vague; anything read through it is Unknown again.
  static const Expr *field(const Expr *Base, Symbol Name);
  static const Expr *up(const Expr *Base, Symbol Name);
  static const Expr *index(const Expr *Base);
  static const Expr *load(const Expr *Place);
  static const Expr *logicalNot(const Expr *A);
  static const Expr *cmp(CmpOp Op, const Expr *A, const Expr *B);
  static const Expr *bitAnd(const Expr *A, const Expr *B);
  static const Expr *bitOr(const Expr *A, const Expr *B);
  static const Expr *apply(Symbol Fn, const Expr *A, const Expr *B);
  /// The expression that was taken apart into these; null where it never was one.
  static const Expr *assemble(ExprKind Kind, CmpOp Op, int64_t Value, Symbol Name,
                              const Expr *A, const Expr *B);

  bool isConst() const { return Kind == ExprKind::Const; }
  /// Do two equal expressions of this form name one and the same thing?
  bool isIdentity() const { return !Vague && !Element; }
  bool isUnknown() const { return Kind == ExprKind::Unknown; }
  /// The leaf an address chain starts from (itself for anything else).
  const Expr *root() const { return Root ? Root : this; }
  /// Does \p Sub occur in this expression?
  bool mentions(const Expr *Sub) const;

  /// Rebuilds the expression with each leaf replaced by \p Leaf(leaf), and
  /// each Load by \p OnLoad(place) when given (the result of a read).
  const Expr *rewrite(const std::function<const Expr *(const Expr *)> &Leaf,
                      const std::function<const Expr *(const Expr *)> &OnLoad = {}) const;

  /// C-like text: `p0->vma->vm_mm->mmap_lock`. \p Names gives parameters and
  /// locals their source names where known.
  std::string str(const std::function<std::string(const Expr *)> &Names = {}) const;
};

/// A stable total order by structure, never by address.
bool exprLess(const Expr *A, const Expr *B);

} // namespace holdfast

#endif
