// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FRONTEND_BODYLOWERING_H
#define HOLDFAST_FRONTEND_BODYLOWERING_H

#include "frontend/Annotations.h"
#include "frontend/Names.h"
#include "frontend/Unchecked.h"
#include "model/LockProgram.h"
#include "clang/AST/ASTContext.h"
#include "llvm/ADT/ArrayRef.h"
#include <memory>
#include <unordered_set>

namespace holdfast {

/// What the frontend has to know of the rules to decide what to keep.
struct LoweringOptions {
  /// Fields whose uses are kept as Access instructions, and records all of
  /// whose fields are.
  std::unordered_set<Symbol> GuardedFields;
  std::unordered_set<Symbol> PinnedRecords;
  /// Macros redefined as calls to InterceptPrefix + name.
  std::unordered_set<Symbol> Macros;
  /// Those of them that state a claim; they count even in branches that this
  /// configuration compiles away.
  std::unordered_set<Symbol> Claims;
  /// Macros beside a function's parameters that say what it does to locks.
  AnnotationMacros Annotations;
  /// Macros that say what is not to be checked.
  UncheckedMacros Unchecked;
  /// Paths in the result are relative to this folder. No slash at the end.
  std::string Tree;
};

/// Calls to functions with this prefix stand for a macro of the name after it.
inline constexpr const char InterceptPrefix[] = "__holdfast_m_";

/// The lock program of a function that has a body; never null. Of its
/// annotations those count that demand: what it acquires, the body shows.
std::shared_ptr<Function> lowerFunction(const clang::FunctionDecl *FD,
                                        clang::ASTContext &Ctx, Names &N,
                                        const LoweringOptions &Opts, const Unchecked &Off,
                                        llvm::ArrayRef<LockClaim> Claims);

/// The lock program of a function without a body, which is what its annotations
/// say; never null.
std::shared_ptr<Function> lowerDeclaration(const clang::FunctionDecl *FD, Names &N,
                                           llvm::ArrayRef<LockClaim> Claims);

/// The name, place and number of parameters of \p FD, with no blocks yet.
std::shared_ptr<Function> functionHeader(const clang::FunctionDecl *FD, Names &N);
/// An annotation as a call, number \p Index of its function.
Instr callOf(const LockClaim &Claim, uint32_t Index);

/// Adds the functions that the initialiser of \p VD stores, and the integers of
/// tables that nobody can change.
void lowerInitializer(const clang::VarDecl *VD, clang::ASTContext &Ctx, Names &N,
                      TranslationUnit &Out);

/// Drops what cannot matter: unreachable and empty blocks, assignments to
/// locals nobody reads.
void simplify(Function &F);

} // namespace holdfast

#endif
