// SPDX-License-Identifier: GPL-2.0-or-later
//
// The checker that kbuild runs: make C=1 CHECK="holdfast kbuild".
//
// kbuild runs it once for each C file, right after the compiler, as a part of the
// object's rule. That decides how it behaves.
//
// *It must not fail.* A checker's exit code is the rule's: anything but 0 and the object
// is deleted and the build stops. So whatever goes wrong with one file is said and ends
// in 0, unless --strict asks for the opposite.
//
// *It takes one slot of the jobserver and uses one.* make has given this job a token, as
// it has to the compiler before it. One file is lowered by one thread, with no child
// processes, and so the number of jobs is make's to decide and nobody else's: -jN,
// -l LOAD and a jobserver that several makes share are honoured by being left alone.
//
// *It only looks at one file.* What is found in a program is found when its files meet,
// and that is `holdfast check -p OBJ` afterwards: here the file's lock programs go into
// the store, and its command beside the object, by the very names under which `check`
// will look for them.
#include "cli/KbuildCommand.h"
#include "cli/Analysis.h"
#include "frontend/Frontend.h"
#include "kbuild/CheckCall.h"
#include "kbuild/Paths.h"
#include "kbuild/Recorded.h"
#include "rules/RuleLoader.h"
#include "rules/RulesDir.h"
#include "store/Store.h"
#include "store/Upkeep.h"
#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <memory>

using namespace holdfast;

namespace {

struct KbuildOptions {
  std::string CacheDir;
  std::string RulesDir;
  bool Strict = false;
};

std::string environment(const char *Name) {
  const char *Value = std::getenv(Name);
  return Value ? Value : "";
}

/// The compiler itself of kbuild's $CC, which may be "ccache clang-22".
std::string compiler() {
  llvm::SmallVector<llvm::StringRef, 4> Words;
  std::string CC = environment("CC");
  llvm::StringRef(CC).split(Words, ' ', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Word : llvm::reverse(Words))
    if (!Word.starts_with("-"))
      return Word.str();
  return "clang-22";
}

/// Where the build's records are: an out-of-tree module has its own.
std::string rootOfBuild() {
  for (const char *Name : {"KBUILD_EXTMOD_OUTPUT", "KBUILD_EXTMOD"})
    if (std::string Module = environment(Name); !Module.empty())
      return absolute(Module);
  return absolute(".");
}

/// Parses \p Job and keeps what became of it, unless the store has it already.
llvm::Error store(const KbuildOptions &O, const Database &One) {
  KernelTree Tree = treeOfCommands(One);
  llvm::Expected<Rules> R =
      loadRules(O.RulesDir.empty() ? defaultRulesDir() : O.RulesDir, Tree.Release);
  if (!R)
    return R.takeError();
  Frontend FE(*R, Tree.Root, HOLDFAST_RESOURCE_DIR);
  std::string Root = O.CacheDir.empty() ? defaultStore() : absolute(O.CacheDir);
  if (Root.empty())
    return llvm::createStringError("no home folder, so where is the store? Say it with "
                                   "CHECK=\"holdfast kbuild --cache DIR\"");
  Store S(Root, FE.identity());
  const CompileCommand &C = One.Commands.front();
  CompileJob Job{C.Directory, C.File, {C.Args.begin() + 1, C.Args.end() - 1}};
  Digest Key = S.key(Job.Directory, Job.File, Job.Args);
  if (!S.load(Key)) {
    llvm::IntrusiveRefCntPtr<FileRecorder> Read = S.recorder();
    ParseResult Result = FE.parse(Job, Read);
    if (!Result.Error.empty())
      return llvm::createStringError(Result.Error);
    if (Result.Complete)
      S.save(Key, *Read, {Result.Unit, Result.Bodies});
  }
  if (std::string Text = S.finish(); !Text.empty())
    return llvm::createStringError(Text);
  return llvm::Error::success();
}

llvm::Error checkFile(const KbuildOptions &O, const std::vector<std::string> &Args) {
  std::optional<DatabaseEntry> Entry = commandOfCheck(Args, absolute("."), compiler());
  if (!Entry)
    return llvm::Error::success();
  std::string Root = rootOfBuild();
  if (llvm::Error E = recordCommand(*Entry, Root))
    return E;
  // As `check` will read it: so it finds the same thing in the store.
  llvm::Expected<Database> One =
      parseDatabase("[" + entryText(*Entry) + "]", Root + "/compile_commands.json");
  return One ? store(O, *One) : One.takeError();
}

int runKbuild(const KbuildOptions &O, const std::vector<std::string> &Args) {
  if (Args.empty())
    return reportError(llvm::createStringError(
        "no file to check: this is for kbuild to run, as in make C=1 "
        "CHECK=\"holdfast kbuild\"; 'holdfast kbuild --help' tells more"));
  llvm::Error E = checkFile(O, Args);
  if (!E)
    return 0;
  std::fprintf(stderr, "holdfast: error: %s\n", llvm::toString(std::move(E)).c_str());
  return O.Strict ? 3 : 0;
}

} // namespace

void holdfast::addKbuild(CLI::App &App, int &ExitCode) {
  auto O = std::make_shared<KbuildOptions>();
  CLI::App *Sub = App.add_subcommand("kbuild", "Store each file while a kernel is built: "
                                               "make C=1 CHECK=\"holdfast kbuild\"");
  Sub->add_flag(
      "--strict", O->Strict,
      "exit 3, which stops the build, if a file does not parse or cannot be kept");
  Sub->add_option("--cache", O->CacheDir,
                  "folder where parsed files are kept "
                  "(default: ${XDG_CACHE_HOME:-~/.cache}/holdfast/store)")
      ->type_name("DIR");
  Sub->add_option("--rules", O->RulesDir, "folder with the rules (default: built in)")
      ->type_name("DIR");
  Sub->allow_extras();
  Sub->footer(
      "While a kernel or a module is built, keeps what `holdfast check` needs of each\n"
      "C file: its lock programs in the store, its command in OBJ/.holdfast/kbuild.\n"
      "Nothing is reported. Then `holdfast check -p OBJ` links all of it.\n\n"
      "  make O=OBJ C=1 CHECK=\"holdfast kbuild\"   files that are compiled now\n"
      "  make O=OBJ C=2 CHECK=\"holdfast kbuild\"   all files\n"
      "  holdfast check -p OBJ\n\n"
      "Options of sparse and smatch (CF=, CHECKFLAGS, those after CHECK's name) are\n"
      "accepted and have no effect. Each run is one thread: make's -j and its jobserver\n"
      "decide how many there are.\n\n"
      "Exit: 0, also if the file does not parse, which is said; with --strict then 3.");
  Sub->callback([O, Sub, &ExitCode] { ExitCode = runKbuild(*O, Sub->remaining()); });
}
