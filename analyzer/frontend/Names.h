// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FRONTEND_NAMES_H
#define HOLDFAST_FRONTEND_NAMES_H

#include "model/Location.h"
#include "clang/AST/Decl.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"
#include <string>

namespace holdfast {

/// The low 64 bits of a constant, as C would convert it.
inline int64_t int64Of(const llvm::APSInt &V) {
  return int64_t(V.extOrTrunc(64).getZExtValue());
}

/// Gives declarations and places of one translation unit the names by which the
/// rest of the program knows them: the same in every unit that sees the same
/// entity, different for two static functions that merely share a name.
class Names {
public:
  /// \p Tree is the root that paths are made relative to, with no slash at the
  /// end; empty keeps them as they are. \p Directory resolves relative ones.
  Names(const clang::SourceManager &SM, std::string Tree, std::string Directory)
      : SM(SM), Tree(std::move(Tree)), Directory(std::move(Directory)) {}

  /// `name`, or `name@file` for what is static in a source file.
  Symbol function(const clang::FunctionDecl *FD);
  Symbol variable(const clang::VarDecl *VD);
  /// `record::field`; members of unnamed records belong to the nearest named
  /// record around them. Empty for unnamed members.
  Symbol field(const clang::FieldDecl *FD);
  /// Where the code was written: for macros, where the outermost is expanded.
  Location location(clang::SourceLocation L);
  /// Is this in a file that is included, rather than a unit's own source?
  bool inHeader(clang::SourceLocation L);

private:
  Symbol fileName(clang::FileID F);
  Symbol scoped(const clang::NamedDecl *D, bool Static);

  const clang::SourceManager &SM;
  std::string Tree;
  std::string Directory;
  llvm::DenseMap<clang::FileID, Symbol> Files;
  llvm::DenseMap<const clang::Decl *, Symbol> Known;
};

} // namespace holdfast

#endif
