// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter/Git.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

extern char **environ;

using namespace holdfast;

llvm::Error holdfast::changeError(const std::string &What, const std::string &Remedy) {
  return llvm::createStringError(std::errc::invalid_argument, "%s%s%s", What.c_str(),
                                 Remedy.empty() ? "" : "\n  ", Remedy.c_str());
}

llvm::Expected<ScratchFolder> ScratchFolder::make() {
  llvm::SmallString<128> Path;
  if (std::error_code Code = llvm::sys::fs::createUniqueDirectory("holdfast", Path))
    return fileError("cannot make a temporary folder", Path, Code);
  return ScratchFolder(realPath(Path));
}

ScratchFolder::~ScratchFolder() {
  if (!Path.empty())
    (void)llvm::sys::fs::remove_directories(Path);
}

std::string GitResult::complaint() const {
  std::string Text;
  llvm::SmallVector<llvm::StringRef, 8> Lines;
  llvm::StringRef(Err).split(Lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Line : Lines) {
    for (const char *Prefix : {"fatal: ", "error: "})
      Line.consume_front(Prefix);
    Text += (Text.empty() ? "" : "\n  ") + Line.rtrim().str();
  }
  return Text;
}

/// What git is to see of ours: no messages in the user's language, no prompts. Hooks
/// run with the repository and the index in variables; those name the right ones,
/// but not for a git that is to be alone.
static std::vector<std::string> environmentOf(const std::string &Folder, bool Alone) {
  std::vector<std::string> Out{"LC_ALL=C", "GIT_OPTIONAL_LOCKS=0",
                               "GIT_TERMINAL_PROMPT=0"};
  if (Alone) // a repository is looked for in the folder itself all the same
    Out.push_back("GIT_DIR=" + Folder + "/.no-repository");
  for (char **E = environ; *E; ++E) {
    llvm::StringRef Variable(*E);
    if (Variable.starts_with("LC_ALL=") || Variable.starts_with("LANGUAGE="))
      continue;
    if (!Alone || !Variable.starts_with("GIT_"))
      Out.push_back(Variable.str());
  }
  return Out;
}

llvm::Expected<GitResult> holdfast::runGit(const std::string &Folder,
                                           llvm::ArrayRef<std::string> Args,
                                           llvm::StringRef Input, bool Alone) {
  llvm::ErrorOr<std::string> Program = llvm::sys::findProgramByName("git");
  if (!Program)
    return changeError("there is no 'git' in PATH", "install git");
  llvm::Expected<ScratchFolder> Scratch = ScratchFolder::make();
  if (!Scratch)
    return Scratch.takeError();
  const std::string In = Scratch->path() + "/in", Out = Scratch->path() + "/out",
                    Err = Scratch->path() + "/err";
  if (llvm::Error E = writeAtomically(In, Input))
    return std::move(E);
  std::vector<std::string> Words{*Program, "-C", Folder};
  Words.insert(Words.end(), Args.begin(), Args.end());
  std::vector<std::string> Variables = environmentOf(Folder, Alone);
  std::vector<llvm::StringRef> Argv(Words.begin(), Words.end()),
      Env(Variables.begin(), Variables.end());
  std::string Why;
  GitResult R;
  R.Code = llvm::sys::ExecuteAndWait(
      *Program, Argv, llvm::ArrayRef(Env),
      {llvm::StringRef(In), llvm::StringRef(Out), llvm::StringRef(Err)}, 0, 0, &Why);
  if (R.Code < 0)
    return changeError("git " + Args.front() + " did not end by itself: " + Why);
  R.Out = readText(Out);
  R.Err = readText(Err);
  return R;
}

llvm::Expected<std::string> holdfast::git(const std::string &Folder,
                                          llvm::ArrayRef<std::string> Args,
                                          llvm::StringRef Input) {
  llvm::Expected<GitResult> R = runGit(Folder, Args, Input);
  if (!R)
    return R.takeError();
  if (R->Code != 0)
    return changeError("git " + Args.front() + " failed in " + Folder + ":\n  " +
                       R->complaint());
  return std::move(R->Out);
}
