// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/Input.h"
#include "cli/ModuleInput.h"
#include "kbuild/Database.h"
#include "kbuild/Headers.h"
#include "kbuild/Paths.h"
#include "kbuild/Recorded.h"
#include <algorithm>
#include <cstdio>

using namespace holdfast;

namespace {

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

void nameDroppedFlags(const AnalysisOptions &O, const Database &DB) {
  if (O.Quiet || DB.DroppedFlags.empty())
    return;
  std::string Flags;
  for (const std::string &F : DB.DroppedFlags)
    Flags += " " + F;
  std::fprintf(stderr, "holdfast: flags that clang does not know are left out:%s\n",
               Flags.c_str());
}

std::vector<CompileJob> jobsOf(const Database &DB) {
  std::vector<CompileJob> Jobs;
  for (const CompileCommand &C : DB.Commands)
    Jobs.push_back({C.Directory, C.File, {C.Args.begin() + 1, C.Args.end() - 1}});
  return Jobs;
}

llvm::Expected<Input> databaseInput(const AnalysisOptions &O) {
  llvm::Expected<Database> DB = loadBuild(O.Build);
  if (!DB)
    return DB.takeError();
  nameDroppedFlags(O, *DB);
  Input In;
  In.Jobs = jobsOf(*DB);
  In.Tree = treeOfCommands(*DB);
  return In;
}

/// The module of --module, recorded now.
llvm::Expected<Input> moduleInput(const AnalysisOptions &O) {
  llvm::Expected<RecordedModule> Module = recordModule(O);
  if (!Module)
    return Module.takeError();
  Input In;
  if (!Module->Database.empty()) {
    llvm::Expected<Database> DB = loadDatabase(Module->Database);
    if (!DB)
      return DB.takeError();
    nameDroppedFlags(O, *DB);
    In.Jobs = jobsOf(*DB);
  }
  In.Tree.Root = absolute(O.Module);
  In.Tree.RealRoot = realPath(O.Module);
  In.Tree.Release = Module->Release;
  for (std::string &Line : Module->Failed)
    In.Failed.push_back({"kbuild", std::move(Line)});
  In.Work = std::move(Module->Work);
  return In;
}

/// The release whose rules apply: that of --kernel, or else of \p In.
llvm::Expected<std::string> kernelOf(const AnalysisOptions &O, const Input &In) {
  if (O.Kernel.empty() || !O.Module.empty())
    return In.Tree.Release;
  if (!namesFolder(O.Kernel))
    return O.Kernel;
  std::string Release = releaseOfBuild(O.Kernel);
  if (Release.empty())
    return errorOf(
        "cannot tell which release '" + O.Kernel +
        "' is: a folder after "
        "--kernel must be a kernel's headers or its object folder; or give the "
        "release as a number, such as 6.1");
  return Release;
}

} // namespace

llvm::Expected<Input> holdfast::readInput(const AnalysisOptions &O) {
  if (O.Build.empty() && O.Module.empty() && !O.HasFlags)
    return errorOf("which build? Give -p OBJ (a folder with compile_commands.json; "
                   "'holdfast compdb' makes one), --module DIR, or FILE... -- FLAGS");
  if (O.HasFlags && !O.Module.empty())
    return errorOf(
        "--module takes the flags of the module's own Makefile: leave out what "
        "follows --");
  llvm::Expected<Input> In = O.HasFlags          ? fixedInput(O)
                             : !O.Module.empty() ? moduleInput(O)
                                                 : databaseInput(O);
  if (!In)
    return In.takeError();
  llvm::Expected<std::string> Kernel = kernelOf(O, *In);
  if (!Kernel)
    return Kernel.takeError();
  In->Kernel = std::move(*Kernel);
  std::sort(In->Jobs.begin(), In->Jobs.end(),
            [](const auto &A, const auto &B) { return A.File < B.File; });
  return In;
}
