// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/CheckCommand.h"
#include "checks/Check.h"
#include "cli/Analysis.h"
#include "cli/Interrupt.h"
#include "kbuild/Paths.h"
#include "report/Report.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

using namespace holdfast;

namespace {

struct CheckOptions {
  AnalysisOptions Analyze;
  std::vector<std::string> Paths;
  std::string Format = "text";
  std::string Output;
  std::string Confidence = "likely";
  std::string FailOn = "warning";
  bool Strict = false;
};

const std::map<std::string, Confidence> Confidences = {
    {"possible", Confidence::Possible},
    {"likely", Confidence::Likely},
    {"certain", Confidence::Certain}};

llvm::Error errorOf(const std::string &Text) {
  return llvm::createStringError(std::errc::invalid_argument, "%s", Text.c_str());
}

/// The PATHs of the command line, relative to the tree and known to it.
llvm::Expected<std::vector<std::string>>
reportedPaths(const CheckOptions &O, const Analysis &A) {
  std::vector<std::string> Out;
  for (std::string P : O.Paths) {
    while (P.size() > 1 && P.back() == '/')
      P.pop_back();
    if (llvm::sys::path::is_absolute(P)) {
      if (!isBelow(P, A.Tree))
        return errorOf("'" + P + "' is outside the tree '" + A.Tree +
                       "'; PATHs select what is reported within it");
      P = P == A.Tree ? "." : P.substr(A.Tree.size() + 1);
    } else {
      P = absolute(P, "/").substr(1); // without ./ and ../
    }
    bool Known = P.empty() || P == "." ||
                 std::any_of(A.FilesRead.begin(), A.FilesRead.end(),
                             [&](const std::string &F) { return isBelow(F, P); });
    if (!Known)
      return errorOf("no file of the database is '" + P + "' or below it; paths are " +
                     "relative to '" + A.Tree + "'");
    Out.push_back(P == "." ? "" : P);
  }
  return Out;
}

bool selected(const Finding &F, const std::vector<std::string> &Paths) {
  return Paths.empty() ||
         std::any_of(Paths.begin(), Paths.end(), [&](const std::string &P) {
           return P.empty() || isBelow(F.Loc.File.str(), P);
         });
}

/// Can the report go where it shall?
llvm::Error checkOutput(llvm::StringRef Output) {
  if (Output.empty())
    return llvm::Error::success();
  if (llvm::sys::fs::is_directory(Output))
    return errorOf("cannot write " + Output.str() + ": it is a folder; -o names a file");
  std::string Folder = llvm::sys::path::parent_path(absolute(Output)).str();
  if (!llvm::sys::fs::is_directory(Folder))
    return errorOf("cannot write " + Output.str() + ": there is no folder " + Folder);
  return llvm::Error::success();
}

int exitCode(const CheckOptions &O, const Report &R) {
  bool Incomplete = !R.Cover.Failed.empty() || R.Cover.Interrupted ||
                    (O.Strict && !R.Cover.Imprecise.empty());
  if (Incomplete)
    return 3;
  if (O.FailOn == "never")
    return 0;
  Level Least = O.FailOn == "note"    ? Level::Note
                : O.FailOn == "error" ? Level::Error
                                      : Level::Warning;
  return std::any_of(R.Findings.begin(), R.Findings.end(),
                     [&](const Finding &F) { return F.Severity >= Least; });
}

int runCheck(CheckOptions &O) {
  if (O.Analyze.HasFlags)
    O.Analyze.Files = std::exchange(O.Paths, {});
  watchInterrupts();
  std::vector<std::string> Paths;
  O.Analyze.BeforeParse = [&](const Analysis &A) -> llvm::Error {
    llvm::Expected<std::vector<std::string>> Known = reportedPaths(O, A);
    if (!Known)
      return Known.takeError();
    Paths = std::move(*Known);
    return checkOutput(O.Output);
  };
  llvm::Expected<Analysis> A = analyze(O.Analyze);
  if (!A)
    return reportError(A.takeError());
  bool Complete = A->Cover.Failed.empty() && !A->Cover.Interrupted;
  if (O.Analyze.Dump) {
    if (llvm::Error E = printText(A->Dumped))
      return reportError(std::move(E));
    return Complete ? 0 : 3;
  }
  Contexts Ctx(A->Prog, A->R, A->Sol);
  Report R;
  R.ToolVersion = HOLDFAST_VERSION;
  R.Kernel = A->Kernel;
  R.Cover = A->Cover;
  for (Finding &F : runChecks({A->Prog, A->R, A->Sol, Ctx}))
    if (F.Sure >= Confidences.at(O.Confidence) && selected(F, Paths))
      R.Findings.push_back(std::move(F));
  std::string Text = O.Format == "json" ? jsonReport(R) : textReport(R);
  if (llvm::Error E =
          O.Output.empty() ? printText(Text) : writeAtomically(O.Output, Text))
    return reportError(std::move(E));
  return exitCode(O, R);
}

} // namespace

void holdfast::addCheck(CLI::App &App, const std::vector<std::string> &Flags,
                        bool HasFlags, int &ExitCode) {
  auto O = std::make_shared<CheckOptions>();
  CLI::App *Sub = App.add_subcommand("check", "Find misuse of locks");
  Sub->footer("The whole database is analyzed; PATHs (relative to the tree) limit what\n"
              "is reported. Without a database: holdfast check FILE... -- CLANG_FLAGS.\n\n"
              "Exit: 0 nothing found, 1 findings, 2 usage or configuration,\n"
              "3 incomplete (a file failed to parse, or interrupted).\n\n"
              "Example: holdfast check -p obj drivers/vfio mm");
  addAnalysisOptions(*Sub, O->Analyze);
  Sub->add_option("PATH", O->Paths, "report only what lies in these files or folders")
      ->type_name("");
  Sub->add_option("--format", O->Format, "text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
  Sub->add_option("-o,--output", O->Output, "write the report to this file")
      ->type_name("FILE");
  Sub->add_option("--confidence", O->Confidence,
                  "least confidence reported: possible, likely (default) or certain")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"possible", "likely", "certain"}));
  Sub->add_option("--fail-on", O->FailOn,
                  "least level that makes the exit code 1: note, warning (default), "
                  "error or never")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"note", "warning", "error", "never"}));
  Sub->add_flag("--strict", O->Strict, "exit 3 also where a bound was hit");
  Sub->add_flag("--dump", O->Analyze.Dump, "print the lock programs and stop");
  Sub->callback([O, Flags, HasFlags, &ExitCode] {
    O->Analyze.Flags = Flags;
    O->Analyze.HasFlags = HasFlags;
    ExitCode = runCheck(*O);
  });
}
