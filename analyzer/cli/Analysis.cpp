// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/Analysis.h"
#include "cli/Input.h"
#include "cli/Interrupt.h"
#include "cli/KeptResults.h"
#include "cli/Parsing.h"
#include "cli/Progress.h"
#include "kbuild/Paths.h"
#include "rules/RuleLoader.h"
#include "rules/RulesDir.h"
#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>

using namespace holdfast;

void holdfast::addAnalysisOptions(CLI::App &Sub, AnalysisOptions &O) {
  Sub.add_option("-p,--build", O.Build,
                 "object folder with a compile_commands.json or what 'holdfast kbuild' "
                 "recorded, or a database file")
      ->type_name("OBJ");
  Sub.add_option("--kernel", O.Kernel,
                 "kernel release whose rules apply, or a folder of headers or objects to "
                 "read it from (default: read from the tree)")
      ->type_name("VERSION|FOLDER");
  Sub.add_option("--rules", O.RulesDir, "folder with the rules (default: built in)")
      ->type_name("DIR");
  Sub.add_option("-j,--jobs", O.Jobs, "threads (default: one per core)")->type_name("N");
  Sub.add_flag("-q,--quiet", O.Quiet, "no progress on stderr");
  CLI::Option *Cache =
      Sub.add_option("--cache", O.CacheDir,
                     "folder where parsed files are kept "
                     "(default: ${XDG_CACHE_HOME:-~/.cache}/holdfast/store)")
          ->type_name("DIR");
  Sub.add_flag("--no-cache", O.NoCache, "parse every file, keep nothing")
      ->excludes(Cache);
}

void holdfast::addModuleOption(CLI::App &Sub, AnalysisOptions &O) {
  Sub.add_option("--module", O.Module,
                 "instead of -p: folder of an out-of-tree module, which is recorded "
                 "against the headers of --kernel (a folder, or a VERSION with "
                 "/lib/modules/VERSION/build; default: those of the running kernel) and "
                 "not written to")
      ->type_name("DIR")
      ->excludes(Sub.get_option("--build"));
}

int holdfast::reportError(llvm::Error E) {
  std::fprintf(stderr, "holdfast: error: %s\n", llvm::toString(std::move(E)).c_str());
  return 2;
}

llvm::Error holdfast::errorOf(const std::string &Text) {
  return llvm::createStringError(std::errc::invalid_argument, "%s", Text.c_str());
}

bool holdfast::isSelected(const std::string &File,
                          const std::vector<std::string> &Paths) {
  return Paths.empty() ||
         std::any_of(Paths.begin(), Paths.end(),
                     [&](const std::string &P) { return P.empty() || isBelow(File, P); });
}

llvm::Expected<std::vector<std::string>>
holdfast::pathsInTree(const std::vector<std::string> &Paths, const Analysis &A) {
  std::vector<std::string> Out;
  for (std::string P : Paths) {
    while (P.size() > 1 && P.back() == '/')
      P.pop_back();
    bool IsAbsolute = llvm::sys::path::is_absolute(P);
    if (IsAbsolute && !isBelow(P, A.Tree))
      return errorOf("'" + P + "' is outside the tree '" + A.Tree +
                     "'; PATHs select what is reported within it");
    P = IsAbsolute ? P.substr(std::min(P.size(), A.Tree.size() + 1))
                   : absolute(P, "/").substr(1); // without ./ and ../
    bool Known =
        P.empty() || std::any_of(A.FilesRead.begin(), A.FilesRead.end(),
                                 [&](const std::string &F) { return isBelow(F, P); });
    if (!Known)
      return errorOf("no file of the database is '" + P +
                     "' or below it; paths are relative to '" + A.Tree + "'");
    Out.push_back(std::move(P));
  }
  return Out;
}

bool holdfast::checkComplete(const Coverage &C) {
  for (const Coverage::Failure &F : C.Failed)
    std::fprintf(stderr, "%s: not analyzed: %s\n", F.File.c_str(), F.Why.c_str());
  if (C.Interrupted)
    std::fprintf(stderr, "holdfast: INTERRUPTED, not everything was looked at\n");
  return C.Failed.empty() && !C.Interrupted;
}

llvm::Error holdfast::printText(const std::string &Text) {
  if (std::fputs(Text.c_str(), stdout) >= 0 && !std::fflush(stdout))
    return llvm::Error::success();
  std::error_code Code(errno, std::generic_category());
  return llvm::createStringError(Code, "cannot write to standard output: %s",
                                 Code.message().c_str());
}

namespace {

/// The deepest folder that holds every file of \p Jobs below \p Top; "" if there
/// is no such file.
std::string commonFolder(const std::vector<CompileJob> &Jobs, llvm::StringRef Top) {
  std::string Folder;
  for (const CompileJob &J : Jobs) {
    if (!isBelow(J.File, Top))
      continue;
    if (Folder.empty())
      Folder = llvm::sys::path::parent_path(J.File).str();
    while (!isBelow(J.File, Folder))
      Folder = llvm::sys::path::parent_path(Folder).str();
  }
  return Folder;
}

std::string dumpAll(const Program &P) {
  std::string S;
  for (FunctionId F = 0; F < P.size(); ++F)
    S += dump(P.function(F)) + "\n";
  return S;
}

} // namespace

llvm::Expected<Analysis> holdfast::analyze(const AnalysisOptions &O) {
  llvm::Expected<Input> In = readInput(O);
  if (!In)
    return In.takeError();
  Analysis A;
  A.Kernel = In->Kernel;
  A.Cover.Failed = In->Failed;
  A.Tree = In->Tree.Root;
  A.ConfigFolder = commonFolder(In->Jobs, A.Tree);
  if (A.ConfigFolder.empty())
    A.ConfigFolder = commonFolder(In->Jobs, "/");
  llvm::Expected<Rules> R =
      loadRules(O.RulesDir.empty() ? defaultRulesDir() : O.RulesDir, A.Kernel);
  if (!R)
    return R.takeError();
  A.R = std::move(*R);
  for (const CompileJob &J : In->Jobs)
    A.FilesRead.push_back(In->Tree.relative(J.File));
  if (O.BeforeParse)
    if (llvm::Error E = O.BeforeParse(A))
      return std::move(E);
  if (O.NoParse)
    return A;
  PhaseTimes Times;
  Times.begin("parse");
  Frontend FE(A.R, A.Tree, HOLDFAST_RESOURCE_DIR);
  std::unique_ptr<Store> Kept = openStore(O, FE);
  ParsedUnits Parsed = parseAll(FE, Kept.get(), In->Jobs, In->Tree, O, A.Cover);
  KeptResults Results(A.R, O, Kept.get(), In->Jobs);
  if (O.Check) {
    Checked C =
        Results.check([&] { return std::move(Parsed.Units); }, Parsed.Names, Times);
    A.Findings = std::move(C.Findings);
    static_cast<ProgramCoverage &>(A.Cover) = std::move(C.Cover);
  } else {
    Times.begin("link");
    A.Prog = Program::link(std::move(Parsed.Units));
    if (O.Dump) {
      A.Dumped = dumpAll(A.Prog);
    } else {
      Times.begin("solve");
      A.Sol = Results.solve(A.Prog);
      static_cast<ProgramCoverage &>(A.Cover) = coverageOf(A.Prog, A.Sol);
    }
  }
  A.Cover.Interrupted = interrupted();
  closeStore(Kept.get());
  if (!O.Quiet && !O.Dump)
    std::fprintf(stderr, "%s\n", Times.str().c_str());
  return A;
}
