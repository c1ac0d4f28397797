// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/CompdbCommand.h"
#include "cli/Recorder.h"
#include "kbuild/Compdb.h"
#include "kbuild/Progress.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

using llvm::StringRef;

namespace holdfast {

static constexpr const char *Footer = R"(
TARGETs are folders (drivers/vfio) or objects (drivers/vfio/pci/vfio_pci_core.o),
relative to the tree. With targets the database holds exactly those, without any
it holds the whole configured kernel. vDSO, boot and other code that does not run
in the kernel is left out.

Nothing is compiled and OBJ's own objects are not touched: kbuild runs in
OBJ/.holdfast/build, which stays, since it holds the generated headers. The next
run only looks at what changed, and resumes one that was interrupted. A database
in OBJ that somebody else made is kept as compile_commands.json.orig.

Examples:
  make -C linux O=/tmp/obj defconfig
  holdfast compdb --tree linux --build /tmp/obj
  holdfast compdb --tree linux --build /tmp/obj drivers/vfio mm
  holdfast compdb --tree linux --build /tmp/obj -M ~/my-driver

Exit code: 0 done; 2 a mistake in the command line or the configuration;
3 a part could not be recorded (the database holds the rest), or interrupted.)";

namespace {

void reportFailures(const CompdbResult &Result) {
  constexpr size_t Shown = 20;
  llvm::errs() << "holdfast: error: kbuild could not make everything:\n";
  for (StringRef Line : llvm::ArrayRef(Result.Failed).take_front(Shown))
    llvm::errs() << "  " << Line << '\n';
  if (Result.Failed.size() > Shown)
    llvm::errs() << "  and " << Result.Failed.size() - Shown << " more\n";
  llvm::errs() << "  all that make said: " << Result.LogFile << '\n';
}

int report(const CompdbResult &Result, double Seconds, bool Quiet) {
  if (Result.Interrupted) {
    llvm::errs() << "holdfast: error: interrupted after " << Result.Recorded
                 << " objects; no database was written\n"
                    "  run the same command again: it resumes\n";
    return 3;
  }
  if (!Result.KeptAs.empty())
    llvm::errs() << "holdfast: note: the database that was there is now "
                 << Result.KeptAs << '\n';
  if (!Result.Failed.empty())
    reportFailures(Result);
  if (!Quiet)
    llvm::errs() << "compdb: " << Result.Entries
                 << (Result.Entries == 1 ? " command in " : " commands in ")
                 << Result.Output << " (" << Result.Recorded << " recorded now, "
                 << llvm::format("%.1f", Seconds) << " s)\n";
  return Result.Failed.empty() ? 0 : 3;
}

/// `M=DIR` among the targets, as make has it, is `-M DIR`.
void takeModule(CompdbOptions &Options) {
  std::erase_if(Options.Targets, [&](const std::string &Target) {
    if (!StringRef(Target).starts_with("M="))
      return false;
    Options.Module = Target.substr(2);
    return true;
  });
}

int run(const CompdbOptions &Options, bool Quiet) {
  auto Start = std::chrono::steady_clock::now();
  CountProgress Count("compdb", "objects");
  CompdbProgress Progress;
  if (!Quiet) {
    Progress.OnPhase = [&](const std::string &Phase) { Count.phase(Phase); };
    Progress.OnObjects = [&](size_t N) { Count.update(N); };
  }
  llvm::Expected<CompdbResult> Result = makeCompdb(Options, Progress);
  Count.finish();
  if (!Result) {
    llvm::errs() << "holdfast: error: " << llvm::toString(Result.takeError())
                 << '\n';
    return 2;
  }
  std::chrono::duration<double> Seconds =
      std::chrono::steady_clock::now() - Start;
  return report(*Result, Seconds.count(), Quiet);
}

} // namespace

void addCompdb(CLI::App &App, int &ExitCode) {
  auto Options = std::make_shared<CompdbOptions>();
  auto Quiet = std::make_shared<bool>(false);
  Options->Jobs = std::max(1u, std::thread::hardware_concurrency());

  CLI::App *Command = App.add_subcommand(
      "compdb", "Make a compile database of a configured kernel, without "
                "compiling it");
  Command
      ->add_option("--tree", Options->Tree,
                   "Top of the kernel's sources (default: those that OBJ "
                   "was configured from)")
      ->type_name("SRC");
  Command
      ->add_option("--build", Options->Build,
                   "Configured object folder, as in make O=OBJ")
      ->type_name("OBJ")
      ->required();
  Command
      ->add_option("-M,--module", Options->Module,
                   "Folder of an out-of-tree module, also given as M=DIR; "
                   "the database is written there")
      ->type_name("DIR");
  Command
      ->add_option("-o,--output", Options->Output,
                   "Write the database here (default: "
                   "OBJ/compile_commands.json)")
      ->type_name("FILE");
  Command
      ->add_option("-j,--jobs", Options->Jobs,
                   "Parallel jobs (default: one a processor)")
      ->type_name("N")
      ->check(CLI::Range(1u, 4096u));
  Command->add_flag("--fresh", Options->Fresh,
                    "Throw away what earlier runs left in OBJ/.holdfast");
  Command->add_flag("-q,--quiet", *Quiet, "No progress");
  Command
      ->add_option("TARGET", Options->Targets,
                   "Folders or objects to record (default: everything)")
      ->type_name("");
  Command->footer(Footer);
  Command->callback([Options, Quiet, &ExitCode] {
    takeModule(*Options);
    Options->Recorder = recorderPath();
    ExitCode = run(*Options, *Quiet);
  });
}

} // namespace holdfast
