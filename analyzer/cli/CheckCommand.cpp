// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/CheckCommand.h"
#include "cli/Analysis.h"
#include "cli/Interrupt.h"
#include "cli/Reporting.h"
#include "kbuild/Paths.h"
#include "llvm/Support/Path.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

using namespace holdfast;

namespace {

struct CheckOptions {
  AnalysisOptions Analyze;
  ReportOptions Report;
  std::vector<std::string> Paths;
};

int runCheck(CheckOptions &O) {
  if (O.Analyze.HasFlags)
    O.Analyze.Files = std::exchange(O.Paths, {});
  watchInterrupts();
  std::vector<std::string> Paths;
  std::optional<Reporting> Out;
  O.Analyze.BeforeParse = [&](const Analysis &A) -> llvm::Error {
    llvm::Expected<std::vector<std::string>> Known = pathsInTree(O.Paths, A);
    if (!Known)
      return Known.takeError();
    Paths = std::move(*Known);
    llvm::Expected<Reporting> Opened = Reporting::open(O.Report, A);
    if (!Opened)
      return Opened.takeError();
    Out = std::move(*Opened);
    return llvm::Error::success();
  };
  O.Analyze.NoParse = O.Report.DumpConfig;
  O.Analyze.Check = !O.Analyze.Dump;
  llvm::Expected<Analysis> A = analyze(O.Analyze);
  if (!A)
    return reportError(A.takeError());
  bool Complete = A->Cover.Failed.empty() && !A->Cover.Interrupted;
  if (O.Report.DumpConfig || O.Analyze.Dump) {
    if (llvm::Error E = printText(O.Report.DumpConfig ? Out->dumpedConfig() : A->Dumped))
      return reportError(std::move(E));
    return Complete ? 0 : 3;
  }
  llvm::Expected<int> Code =
      Out->finish(*A, std::move(A->Findings),
                  [&](const Finding &F) { return isSelected(F.Loc.File.str(), Paths); });
  return Code ? *Code : reportError(Code.takeError());
}

} // namespace

void holdfast::addCheck(CLI::App &App, const std::vector<std::string> &Flags,
                        bool HasFlags, int &ExitCode) {
  auto O = std::make_shared<CheckOptions>();
  CLI::App *Sub = App.add_subcommand("check", "Find misuse of locks");
  Sub->footer(
      "The whole database is analyzed; PATHs (relative to the tree) limit what\n"
      "is reported. Without a database: holdfast check FILE... -- CLANG_FLAGS.\n"
      "What make CHECK=\"holdfast kbuild\" stored is a part of OBJ's database.\n\n"
      "An out-of-tree module needs no kernel source: --module DIR records it against\n"
      "the headers of a kernel (--kernel: their folder, or an installed VERSION), and\n"
      "the rules say what the kernel demands. Paths are relative to DIR then.\n\n"
      "Exit: 0 nothing found, 1 findings, 2 usage or configuration,\n"
      "3 incomplete (a file failed to parse, or interrupted).\n\n"
      "Examples: holdfast check -p obj drivers/vfio mm\n"
      "          holdfast check --module ~/my-driver --kernel $(uname -r)\n"
      "          holdfast check --module ~/my-driver --kernel "
      "/usr/src/linux-headers-6.1.0-9-amd64");
  addAnalysisOptions(*Sub, O->Analyze);
  addModuleOption(*Sub, O->Analyze);
  Sub->add_option("PATH", O->Paths, "report only what lies in these files or folders")
      ->type_name("");
  addReportOptions(*Sub, O->Report);
  Sub->add_flag("--dump", O->Analyze.Dump, "print the lock programs and stop");
  Sub->callback([O, Flags, HasFlags, &ExitCode] {
    O->Analyze.Flags = Flags;
    O->Analyze.HasFlags = HasFlags;
    ExitCode = runCheck(*O);
  });
}
