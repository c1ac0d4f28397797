// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/Input.h"
#include "kbuild/Database.h"
#include "kbuild/Paths.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <cstdio>

using namespace holdfast;

namespace {

llvm::Error errorOf(const std::string &Text) {
  return llvm::createStringError(std::errc::invalid_argument, "%s", Text.c_str());
}

/// `holdfast check FILE... -- FLAGS`, as Clang's own tools take it.
llvm::Expected<Input> fixedInput(const AnalysisOptions &O) {
  Input In;
  std::string Here = absolute(".");
  for (const std::string &F : O.Files)
    In.Jobs.push_back({Here, absolute(F), O.Flags});
  if (In.Jobs.empty())
    return errorOf("no file to check: name at least one before '--'");
  In.Tree = findKernelTree("", In.Jobs.front().File);
  if (!In.Tree)
    In.Tree.Root = In.Tree.RealRoot = Here;
  return In;
}

llvm::Expected<Input> databaseInput(const AnalysisOptions &O) {
  std::string Path = O.Build;
  if (llvm::sys::fs::is_directory(Path))
    Path += "/compile_commands.json";
  llvm::Expected<Database> DB = loadDatabase(Path);
  if (!DB)
    return DB.takeError();
  if (!O.Quiet && !DB->DroppedFlags.empty()) {
    std::string Flags;
    for (const std::string &F : DB->DroppedFlags)
      Flags += " " + F;
    std::fprintf(stderr, "holdfast: flags that clang does not know are left out:%s\n",
                 Flags.c_str());
  }
  Input In;
  for (const CompileCommand &C : DB->Commands)
    In.Jobs.push_back({C.Directory, C.File, {C.Args.begin() + 1, C.Args.end() - 1}});
  std::string Folder = llvm::sys::path::parent_path(absolute(Path)).str();
  In.Tree = findKernelTree(Folder, In.Jobs.empty() ? "" : In.Jobs.front().File);
  if (!In.Tree)
    In.Tree.Root = In.Tree.RealRoot = absolute(".");
  return In;
}

} // namespace

llvm::Expected<Input> holdfast::readInput(const AnalysisOptions &O) {
  if (O.Build.empty() && !O.HasFlags)
    return errorOf("which build? Give -p OBJ (a folder with compile_commands.json; "
                   "'holdfast compdb' makes one), or FILE... -- FLAGS");
  llvm::Expected<Input> In = O.HasFlags ? fixedInput(O) : databaseInput(O);
  if (In)
    std::sort(In->Jobs.begin(), In->Jobs.end(),
              [](const auto &A, const auto &B) { return A.File < B.File; });
  return In;
}
