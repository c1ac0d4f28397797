// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FRONTEND_FRONTEND_H
#define HOLDFAST_FRONTEND_FRONTEND_H

#include "frontend/BodyCache.h"
#include "frontend/BodyLowering.h"
#include "model/HeaderBody.h"
#include "model/LockProgram.h"
#include "model/Rules.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <string>
#include <vector>

namespace holdfast {

/// How one translation unit is compiled. Args are the compiler's, without its
/// name, the output and the source file.
struct CompileJob {
  std::string Directory;
  std::string File; ///< absolute
  std::vector<std::string> Args;
};

/// What became of a unit: its lock programs, or why there are none.
struct ParseResult {
  TranslationUnit Unit;
  std::vector<HeaderBody> Bodies; ///< in the order of their functions
  bool Complete = true;           ///< no header body is missing
  std::string Error; ///< first error, `file:line:col: text`; empty when parsed
};

/// Translation units go in, lock programs come out. Thread-safe: one Frontend
/// serves all threads of a run, so that they share the header bodies. A copy starts
/// with the bodies of the original and shares no others: where a run looks at two
/// versions of a header, each has a Frontend.
class Frontend {
public:
  /// \p Tree is what paths are made relative to; \p ResourceDir is Clang's own
  /// header folder.
  Frontend(const Rules &R, std::string Tree, std::string ResourceDir);

  /// All files are read through \p Files; null: the real ones.
  ParseResult parse(const CompileJob &Job,
                    llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files = nullptr);

  /// Takes over a unit that was parsed earlier with the same identity(): bodies
  /// known here replace its own, the others need not be parsed any more.
  void adopt(TranslationUnit &U, const std::vector<HeaderBody> &Shared);

  /// All that decides what a unit becomes, beside its job and its files: Clang's
  /// version and the parts of the rules that matter to lowering.
  std::string identity() const;

private:
  LoweringOptions Opts;
  std::string Prelude;
  std::string ResourceDir;
  BodyCache Bodies;
};

} // namespace holdfast

#endif
