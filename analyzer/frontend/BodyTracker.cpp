// SPDX-License-Identifier: GPL-2.0-or-later
#include "frontend/BodyTracker.h"
#include "llvm/Support/xxhash.h"

using namespace holdfast;

void BodyTracker::enterBody(const clang::FunctionDecl *FD, BodyKey Key, bool Skip) {
  Bodies.push_back({FD, Key, 0, Skip});
  Depth = 1;
}

void BodyTracker::hash(const clang::Token &T) {
  if (T.is(clang::tok::l_brace))
    ++Depth;
  else if (T.is(clang::tok::r_brace))
    --Depth;
  uint64_t V = uint64_t(T.getKind());
  if (T.isAnnotation() || T.is(clang::tok::string_literal)) {
    // Strings never matter to a lock, and KBUILD_MODNAME differs by module.
  } else if (T.isLiteral()) {
    V ^= llvm::xxh3_64bits(llvm::StringRef(T.getLiteralData(), T.getLength()));
  } else if (const clang::IdentifierInfo *II = T.getIdentifierInfo()) {
    llvm::StringRef Name = II->getName();
    // __UNIQUE_ID() numbers its names through the whole unit.
    if (Name.starts_with("__UNIQUE_ID"))
      Name = Name.rtrim("0123456789");
    V ^= llvm::xxh3_64bits(Name);
  }
  uint64_t &H = Bodies.back().Hash;
  H = (H ^ V) * 0x9E3779B97F4A7C15ull;
  H ^= H >> 32;
}
