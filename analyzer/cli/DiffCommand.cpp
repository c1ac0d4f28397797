// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/DiffCommand.h"
#include "cli/DiffAnalysis.h"
#include "cli/Interrupt.h"
#include "kbuild/Paths.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

using namespace holdfast;

namespace {

struct DiffOptions {
  DiffAnalysisOptions Work;
  std::string Checkout; ///< -C
  bool Staged = false;
  std::string Base;
  std::vector<std::string> Words;
  std::string Format = "text";
  std::string Output;
  std::string Sure = "likely";
  std::string FailOn = "warning";
  bool Strict = false;
};

const std::map<std::string, Confidence> Confidences = {{"possible", Confidence::Possible},
                                                       {"likely", Confidence::Likely},
                                                       {"certain", Confidence::Certain}};

bool hasFileBelow(const Input &In, const std::string &Folder) {
  return std::any_of(In.Jobs.begin(), In.Jobs.end(), [&](const CompileJob &J) {
    return isBelow(J.File, Folder) || isBelow(realPath(J.File), Folder);
  });
}

/// Where the change is to be made: what -C says, else the checkout around the current
/// folder if the database has files of it (a module's own, say), else the kernel's.
llvm::Expected<ChangeRequest> request(const DiffOptions &O, const Input &In) {
  ChangeRequest Asked{"", false, O.Staged, O.Base, O.Words, ""};
  std::string Folder = O.Checkout;
  if (Folder.empty()) {
    llvm::Expected<std::string> Here = checkoutOf(absolute("."));
    if (!Here)
      return Here.takeError();
    if (!Here->empty() && hasFileBelow(In, *Here))
      Folder = *Here;
  }
  if (Folder.empty())
    Folder = In.Tree.Root;
  if (!llvm::sys::fs::is_directory(Folder))
    return llvm::createStringError(std::errc::not_a_directory, "-C %s is no folder",
                                   Folder.c_str());
  llvm::Expected<std::string> Top = checkoutOf(Folder);
  if (!Top)
    return Top.takeError();
  Asked.IsGit = !Top->empty();
  Asked.Root = realPath(Asked.IsGit ? *Top : Folder);
  if (!O.Checkout.empty() && !hasFileBelow(In, Asked.Root))
    return llvm::createStringError(
        std::errc::invalid_argument,
        "%s: the compile database has no file of this checkout\n  is it that of another "
        "worktree? -p names the one to use, 'holdfast compdb' makes one",
        Asked.Root.c_str());
  std::string Here = realPath(".");
  if (Here != Asked.Root && isBelow(Here, Asked.Root))
    Asked.Subfolder = Here.substr(Asked.Root.size() + 1);
  return Asked;
}

int exitCode(const DiffOptions &O, const DiffReport &R) {
  if (!R.Cover.Failed.empty() || R.Cover.Interrupted ||
      (O.Strict && !R.Cover.Imprecise.empty()))
    return 3;
  if (O.FailOn == "never")
    return 0;
  Level Least = O.FailOn == "note"    ? Level::Note
                : O.FailOn == "error" ? Level::Error
                                      : Level::Warning;
  return std::any_of(R.Steps.begin(), R.Steps.end(), [&](const StepReport &S) {
    return std::any_of(S.Introduced.begin(), S.Introduced.end(),
                       [&](const Finding &F) { return F.Severity >= Least; });
  });
}

void tell(const DiffOptions &O, const std::vector<std::string> &Notes) {
  if (O.Format == "terse")
    return;
  for (const std::string &Note : Notes)
    std::fprintf(stderr, "holdfast: note: %s\n", Note.c_str());
}

llvm::Expected<DiffReport> diff(const DiffOptions &O) {
  llvm::Expected<Input> In = readInput(O.Work.Analyze);
  if (!In)
    return In.takeError();
  llvm::Expected<ChangeRequest> Asked = request(O, *In);
  if (!Asked)
    return Asked.takeError();
  llvm::Expected<ChangeSet> Set = readChanges(*Asked);
  if (!Set)
    return Set.takeError();
  tell(O, Set->Notes);
  std::vector<std::string> Notes;
  llvm::Expected<DiffReport> R = analyzeDiff(O.Work, *In, *Set, Notes);
  tell(O, Notes);
  return R;
}

int runDiff(DiffOptions &O) {
  watchInterrupts();
  O.Work.Least = Confidences.at(O.Sure);
  O.Work.Advice |= O.FailOn == "note";
  llvm::Expected<DiffReport> R = diff(O);
  if (!R)
    return reportError(R.takeError());
  std::string Text = O.Format == "json"    ? diffJsonReport(*R)
                     : O.Format == "terse" ? diffTerseReport(*R)
                                           : diffTextReport(*R);
  if (llvm::Error E =
          O.Output.empty() ? printText(Text) : writeAtomically(O.Output, Text))
    return reportError(std::move(E));
  return exitCode(O, *R);
}

} // namespace

void holdfast::addDiff(CLI::App &App, int &ExitCode) {
  auto O = std::make_shared<DiffOptions>();
  CLI::App *Sub = App.add_subcommand("diff", "Find what a change breaks, and only that");
  Sub->footer(
      "With nothing named: the working tree beside HEAD. The whole database is analyzed\n"
      "on both sides, so what the change breaks in other files is found too; nothing is\n"
      "checked out and nothing in the checkout is written to. A patch is applied to the\n"
      "files as they are on disk, or to --base.\n\n"
      "Exit: 0 nothing introduced, 1 findings, 2 usage or configuration, 3 incomplete\n"
      "(a file failed to parse, or interrupted).\n\n"
      "Examples: holdfast diff -p obj                      what is not committed yet\n"
      "          holdfast diff -p obj --staged             what would be committed\n"
      "          holdfast diff -p obj origin/master..HEAD  commit by commit\n"
      "          holdfast diff -p obj series.mbox          patch by patch");
  addAnalysisOptions(*Sub, O->Work.Analyze);
  Sub->add_option("CHANGE", O->Words,
                  "a range of commits or one commit; or patches or an mbox; or - for "
                  "standard input")
      ->type_name("");
  Sub->add_option("-C", O->Checkout,
                  "folder of the checkout (default: the current one if the database has "
                  "files of it, else the kernel tree)")
      ->type_name("DIR");
  CLI::Option *Staged = Sub->add_flag("--staged", O->Staged, "what is in git's index");
  Sub->add_option("--base", O->Base, "compare with this commit, not with HEAD")
      ->type_name("REV");
  Sub->add_option("--format", O->Format,
                  "text, json, or terse: a line for each finding, no notes, and nothing "
                  "where there is nothing to say")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "terse"}));
  Sub->add_option("-o,--output", O->Output, "write the report to this file")
      ->type_name("FILE");
  Sub->add_option("--confidence", O->Sure,
                  "least confidence reported: possible, likely (default) or certain")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"possible", "likely", "certain"}));
  Sub->add_flag("--advice", O->Work.Advice,
                "report advice, too, such as an assertion that is missing (--fail-on "
                "note implies it)");
  Sub->add_option("--fail-on", O->FailOn,
                  "least level that makes the exit code 1: note, warning (default), "
                  "error or never")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"note", "warning", "error", "never"}));
  Sub->add_flag("--strict", O->Strict, "exit 3 also where a bound was hit");
  Sub->get_option("CHANGE")->excludes(Staged);
  Sub->callback([O, &ExitCode] { ExitCode = runDiff(*O); });
}
