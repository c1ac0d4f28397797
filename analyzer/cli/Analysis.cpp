// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/Analysis.h"
#include "cli/Interrupt.h"
#include "cli/Progress.h"
#include "frontend/Frontend.h"
#include "kbuild/Database.h"
#include "kbuild/KernelTree.h"
#include "kbuild/Paths.h"
#include "rules/RuleLoader.h"
#include "rules/RulesDir.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/ThreadPool.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

using namespace holdfast;

void holdfast::addAnalysisOptions(CLI::App &Sub, AnalysisOptions &O) {
  Sub.add_option("-p,--build", O.Build,
                 "object folder with a compile_commands.json, or that file");
  Sub.add_option("--kernel", O.Kernel,
                 "kernel release whose rules apply (default: read from the tree)");
  Sub.add_option("--rules", O.RulesDir, "folder with the rules (default: built in)");
  Sub.add_option("-j,--jobs", O.Jobs, "threads (default: one per core)");
  Sub.add_flag("-q,--quiet", O.Quiet, "no progress on stderr");
}

int holdfast::reportError(llvm::Error E) {
  std::fprintf(stderr, "holdfast: error: %s\n", llvm::toString(std::move(E)).c_str());
  return 2;
}

namespace {

llvm::Error errorOf(const std::string &Text) {
  return llvm::createStringError(std::errc::invalid_argument, "%s", Text.c_str());
}

struct Input {
  std::vector<CompileJob> Jobs;
  KernelTree Tree;
};

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

/// Parses all units; those that fail are listed in \p Cover.
std::vector<TranslationUnit> parseAll(Frontend &FE, const Input &In,
                                      const AnalysisOptions &O, Coverage &Cover) {
  std::vector<ParseResult> Results(In.Jobs.size());
  std::vector<char> Ran(In.Jobs.size());
  Progress Shown("parsed", In.Jobs.size(), O.Quiet);
  std::atomic<size_t> Next{0};
  llvm::DefaultThreadPool Pool(llvm::hardware_concurrency(O.Jobs));
  for (unsigned T = 0; T < Pool.getMaxConcurrency(); ++T)
    Pool.async([&] {
      for (size_t I = Next++; I < In.Jobs.size() && !interrupted(); I = Next++) {
        Results[I] = FE.parse(In.Jobs[I]);
        Ran[I] = 1;
        Shown.step();
      }
    });
  Pool.wait();
  std::vector<TranslationUnit> Units;
  for (size_t I = 0; I < Results.size(); ++I) {
    if (!Ran[I])
      continue;
    if (Results[I].Error.empty()) {
      ++Cover.Files;
      Units.push_back(std::move(Results[I].Unit));
    } else {
      Cover.Failed.push_back(
          {In.Tree.relative(In.Jobs[I].File), std::move(Results[I].Error)});
    }
  }
  return Units;
}

void describe(Analysis &A) {
  A.Cover.Functions = unsigned(A.Prog.size());
  A.Cover.IndirectResolved = A.Prog.resolvedCalls();
  A.Cover.IndirectUnresolved = A.Prog.unresolvedCalls();
  for (FunctionId F = 0; F < A.Sol.size(); ++F)
    if (A.Sol[F].Sum.Imprecise)
      A.Cover.Imprecise.push_back(A.Prog.function(F).Name.str());
  A.Cover.Interrupted = interrupted();
}

std::string dumpAll(const Program &P) {
  std::string S;
  for (FunctionId F = 0; F < P.size(); ++F)
    S += dump(P.function(F)) + "\n";
  return S;
}

} // namespace

llvm::Expected<Analysis> holdfast::analyze(const AnalysisOptions &O) {
  if (O.Build.empty() && !O.HasFlags)
    return errorOf("which build? Give -p OBJ (a folder with compile_commands.json; "
                   "'holdfast compdb' makes one), or FILE... -- FLAGS");
  llvm::Expected<Input> In = O.HasFlags ? fixedInput(O) : databaseInput(O);
  if (!In)
    return In.takeError();
  std::sort(In->Jobs.begin(), In->Jobs.end(),
            [](const auto &A, const auto &B) { return A.File < B.File; });
  Analysis A;
  A.Kernel = O.Kernel.empty() ? In->Tree.Release : O.Kernel;
  A.Tree = In->Tree.Root;
  llvm::Expected<Rules> R =
      loadRules(O.RulesDir.empty() ? defaultRulesDir() : O.RulesDir, A.Kernel);
  if (!R)
    return R.takeError();
  A.R = std::move(*R);
  for (const CompileJob &J : In->Jobs)
    A.FilesRead.push_back(In->Tree.relative(J.File));
  PhaseTimes Times;
  Times.begin("parse");
  Frontend FE(A.R, A.Tree, HOLDFAST_RESOURCE_DIR);
  std::vector<TranslationUnit> Units = parseAll(FE, *In, O, A.Cover);
  Times.begin("link");
  A.Prog = Program::link(std::move(Units));
  if (O.Dump)
    A.Dumped = dumpAll(A.Prog);
  Times.begin("solve");
  A.Sol = solve(A.Prog, A.R, O.Jobs, &interruptFlag());
  describe(A);
  if (!O.Quiet)
    std::fprintf(stderr, "%s\n", Times.str().c_str());
  return A;
}
