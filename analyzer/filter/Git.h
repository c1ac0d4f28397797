// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FILTER_GIT_H
#define HOLDFAST_FILTER_GIT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace holdfast {

/// "WHAT\n  REMEDY".
llvm::Error changeError(const std::string &What, const std::string &Remedy = "");

/// A folder of our own, removed with all that is in it.
class ScratchFolder {
public:
  static llvm::Expected<ScratchFolder> make();
  ScratchFolder(ScratchFolder &&Other) noexcept : Path(std::move(Other.Path)) {
    Other.Path.clear();
  }
  ScratchFolder &operator=(ScratchFolder &&) = delete;
  ~ScratchFolder();
  const std::string &path() const { return Path; }

private:
  explicit ScratchFolder(std::string Path) : Path(std::move(Path)) {}
  std::string Path;
};

/// How git ended and what it said.
struct GitResult {
  int Code = 0;
  std::string Out, Err; ///< as printed
  /// Err without its "fatal: " and "error: ", indented.
  std::string complaint() const;
};

/// Runs git in \p Folder. Fails only if it cannot be run at all. Never takes a lock
/// that an observer can do without. With \p Alone it knows of no repository,
/// whatever lies around \p Folder and whatever the environment says.
llvm::Expected<GitResult> runGit(const std::string &Folder,
                                 llvm::ArrayRef<std::string> Args,
                                 llvm::StringRef Input = "", bool Alone = false);

/// The same where anything but success is an error; gives what git printed.
llvm::Expected<std::string> git(const std::string &Folder,
                                llvm::ArrayRef<std::string> Args,
                                llvm::StringRef Input = "");

} // namespace holdfast

#endif
