// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter/Changes.h"
#include "filter/Git.h"
#include "filter/GitChanges.h"
#include "filter/Patches.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"

using namespace holdfast;

llvm::Expected<std::string> holdfast::checkoutOf(const std::string &Folder) {
  llvm::Expected<GitResult> R = runGit(Folder, {"rev-parse", "--show-toplevel"});
  if (!R)
    return R.takeError();
  if (R->Code == 0)
    return llvm::StringRef(R->Out).rtrim('\n').str();
  if (llvm::StringRef(R->Err).contains("dubious ownership"))
    return changeError("git refuses to look at " + Folder + ":\n  " + R->complaint());
  return "";
}

/// Patches, wherever they come from; or what looks like a name and is none.
static llvm::Expected<ChangeSet> patchChanges(const ChangeRequest &Asked) {
  for (const std::string &Word : Asked.Words)
    if (Word != "-" && !llvm::sys::fs::exists(Word))
      return changeError("'" + Word + "' is no file" +
                             (Asked.IsGit ? ", and no commit or range of " : ", and ") +
                             Asked.Root + (Asked.IsGit ? "" : " is no git checkout"),
                         "name a patch, an mbox, '-' for standard input, or A..B");
  return readPatches(Asked);
}

llvm::Expected<ChangeSet> holdfast::readChanges(const ChangeRequest &Asked) {
  if (!Asked.IsGit && (Asked.Words.empty() || !Asked.Base.empty()))
    return changeError(Asked.Root + " is no git checkout, so there is nothing to compare "
                                    "its files with",
                       "name a patch or an mbox, or '-' for standard input");
  if (Asked.Words.empty())
    return uncommittedChanges(Asked);
  if (Asked.IsGit && Asked.Words.size() == 1 && Asked.Words[0] != "-" &&
      !llvm::sys::fs::exists(Asked.Words[0])) {
    llvm::Expected<bool> Range = isRange(Asked.Root, Asked.Words[0]);
    if (!Range)
      return Range.takeError();
    if (*Range && !Asked.Base.empty())
      return changeError("--base and a range both say where to start", "give one");
    if (*Range)
      return committedChanges(Asked.Root, Asked.Words[0]);
  }
  return patchChanges(Asked);
}
