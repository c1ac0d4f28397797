// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/KernelTree.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using llvm::StringRef;

namespace holdfast {

std::string KernelTree::relative(StringRef Path) const {
  if (!llvm::sys::path::is_absolute(Path))
    return Path.str();
  std::string Full = absolute(Path, "/");
  if (Root.empty())
    return Full;
  for (StringRef Top : {StringRef(Root), StringRef(RealRoot)})
    if (isBelow(Full, Top) && Full.size() > Top.size())
      return Full.substr(Top.size() + 1);
  return Full;
}

bool isKernelTree(StringRef Folder) {
  for (const char *Name : {"Kbuild", "Kconfig", "MAINTAINERS", "Makefile"})
    if (!llvm::sys::fs::exists((Folder + "/" + Name).str()))
      return false;
  return true;
}

std::string releaseNumbers(StringRef Text) {
  StringRef Left = Text.ltrim();
  llvm::SmallVector<std::string, 3> Numbers;
  while (Numbers.size() < 3) {
    StringRef Digits = Left.take_while(llvm::isDigit);
    if (Digits.empty())
      break;
    Numbers.push_back(Digits.str());
    Left = Left.drop_front(Digits.size());
    if (!Left.consume_front("."))
      break;
  }
  return Numbers.size() < 2 ? std::string() : llvm::join(Numbers, ".");
}

/// VERSION, PATCHLEVEL and SUBLEVEL of the tree's Makefile.
static std::string releaseOfMakefile(StringRef Root) {
  std::string Text = readText((Root + "/Makefile").str());
  std::string Numbers[3];
  llvm::SmallVector<StringRef, 0> Lines;
  StringRef(Text).split(Lines, '\n', /*MaxSplit=*/32);
  for (StringRef Line : Lines) {
    auto [Name, Value] = Line.split('=');
    constexpr StringRef Names[] = {"VERSION", "PATCHLEVEL", "SUBLEVEL"};
    for (int I = 0; I < 3; ++I)
      if (Name.trim() == Names[I])
        Numbers[I] = Value.trim().str();
  }
  return releaseNumbers(Numbers[0] + "." + Numbers[1] + "." + Numbers[2]);
}

std::string includedTree(StringRef Build) {
  std::string Text = readText((Build + "/Makefile").str());
  llvm::SmallVector<StringRef, 16> Lines;
  StringRef(Text).split(Lines, '\n', /*MaxSplit=*/16);
  for (StringRef Line : Lines) {
    if (!Line.consume_front("include "))
      continue;
    Line = Line.trim();
    if (Line.consume_back("/Makefile"))
      return absolute(Line, Build);
  }
  return "";
}

static std::string findRoot(StringRef Build, StringRef File) {
  if (!Build.empty()) {
    std::string Folder = absolute(Build);
    llvm::SmallString<256> Source;
    std::string Candidates[] = {
        llvm::sys::fs::real_path(Folder + "/source", Source)
            ? std::string()
            : std::string(Source),
        includedTree(Folder), Folder};
    for (const std::string &Candidate : Candidates)
      if (!Candidate.empty() && isKernelTree(Candidate))
        return Candidate;
  }
  if (!File.empty())
    for (std::string Up = absolute(File); Up.size() > 1;
         Up = llvm::sys::path::parent_path(Up).str())
      if (isKernelTree(Up))
        return Up;
  return "";
}

KernelTree findKernelTree(StringRef Build, StringRef File) {
  KernelTree Tree;
  Tree.Root = findRoot(Build, File);
  if (Tree.Root.empty())
    return Tree;
  Tree.RealRoot = realPath(Tree.Root);
  if (!Build.empty())
    Tree.Release = releaseNumbers(
        readText((absolute(Build) + "/include/config/kernel.release")));
  if (Tree.Release.empty())
    Tree.Release = releaseOfMakefile(Tree.Root);
  return Tree;
}

} // namespace holdfast
