// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/Reporting.h"
#include "kbuild/Paths.h"
#include "report/Fixes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <CLI/CLI.hpp>
#include <set>

using namespace holdfast;

static std::set<std::string> formats() {
  return {"text", "json", "sarif", "checkpatch", "kcidb"};
}

static void addFilterOptions(CLI::App &Sub, ReportOptions &O) {
  Sub.add_option("--checks", O.Checks,
                 "globs of checks to run, added to those of the configuration: "
                 "'-*,lock-*' is only what begins with lock-")
      ->type_name("GLOBS");
  Sub.add_flag("--advice", O.Advice,
               "report advice, too: what is no mistake, such as an assertion that is "
               "missing; checks that --checks names and --fail-on note need no --advice");
  Sub.add_option("--confidence", O.Least,
                 "least confidence reported: possible, likely (default) or certain")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"possible", "likely", "certain"}));
  Sub.add_option("--fail-on", O.FailOn,
                 "least level that makes the exit code 1: note, warning (default), "
                 "error or never")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"note", "warning", "error", "never"}));
  Sub.add_option("--baseline", O.BaselineFile,
                 "leave out the findings that this file lists, with the reason why")
      ->type_name("FILE");
  Sub.add_option("--write-baseline", O.WriteBaseline,
                 "write what is found to this file, keeping the reasons that it or "
                 "--baseline has")
      ->type_name("FILE");
  Sub.add_option("--suppressions", O.Suppressions,
                 "leave out what this special case list names (fun:, src:, a section "
                 "a check)")
      ->type_name("FILE")
      ->allow_extra_args(false);
  Sub.add_option("--config", O.ConfigFile,
                 "configuration file (default: the nearest .holdfast.yaml above what "
                 "is analyzed)")
      ->type_name("FILE");
  Sub.add_flag("--dump-config", O.DumpConfig, "print the configuration and stop");
  Sub.add_flag("--strict", O.Strict,
               "exit 3 also where a bound was hit, 1 where a suppression or an entry of "
               "the baseline is unused");
}

/// Is it what KCIDB takes for the name of a CI system?
static bool isOrigin(llvm::StringRef Name) {
  return !Name.empty() && llvm::all_of(Name, [](char C) {
    return llvm::isLower(C) || llvm::isDigit(C) || C == '_';
  });
}

static void addKcidbOptions(CLI::App &Sub, ReportOptions &O) {
  Sub.add_option("--kcidb-origin", O.Kcidb.Origin,
                 "name of the CI system in a kcidb report (default: holdfast)")
      ->type_name("NAME")
      ->check([](const std::string &Name) {
        return isOrigin(Name)
                   ? ""
                   : "'" + Name + "': expected lower case letters, digits and _";
      });
  Sub.add_option("--kcidb-build", O.Kcidb.Build,
                 "id of the build that was analyzed, where KCIDB has it already")
      ->type_name("ORIGIN:ID")
      ->check([](const std::string &Id) {
        auto [Origin, Rest] = llvm::StringRef(Id).split(':');
        return isOrigin(Origin) && !Rest.empty() ? ""
                                                 : "'" + Id + "': expected ORIGIN:ID";
      });
}

void holdfast::addReportOptions(CLI::App &Sub, ReportOptions &O) {
  Sub.add_option("--format", O.Format,
                 "text, json, sarif (2.1.0), checkpatch (as --terse) or kcidb (5.3)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember(formats()));
  Sub.add_option("-o,--output", O.Output, "write the report to this file")
      ->type_name("FILE");
  Sub.add_option("--also", O.Also, "write one more report; may be repeated")
      ->type_name("FORMAT=FILE")
      ->allow_extra_args(false);
  addFilterOptions(Sub, O);
  Sub.add_option("--export-fixes", O.ExportFixes,
                 "write the fixes to this file, for clang-apply-replacements")
      ->type_name("FILE");
  Sub.add_flag("--fix", O.Fix, "mend the findings that have a fix, in the sources");
  addKcidbOptions(Sub, O);
}

/// "sarif=FILE" in two; nothing if it is not of that form.
static std::pair<std::string, std::string> formatAndFile(const std::string &Also) {
  size_t Equals = Also.find('=');
  if (Equals == std::string::npos || Equals + 1 == Also.size() ||
      !formats().count(Also.substr(0, Equals)))
    return {};
  return {Also.substr(0, Equals), Also.substr(Equals + 1)};
}

/// Can what \p Option names be written?
static llvm::Error checkOutput(const std::string &Option, const std::string &Output) {
  if (Output.empty())
    return llvm::Error::success();
  if (llvm::sys::fs::is_directory(Output))
    return errorOf("cannot write " + Output + ": it is a folder; " + Option +
                   " names a file");
  std::string Folder = llvm::sys::path::parent_path(absolute(Output)).str();
  if (!llvm::sys::fs::is_directory(Folder))
    return errorOf("cannot write " + Output + ": there is no folder " + Folder);
  return llvm::Error::success();
}

llvm::Error Reporting::checkOutputs() const {
  std::vector<std::pair<std::string, std::string>> Files = {
      {"-o", O.Output},
      {"--export-fixes", O.ExportFixes},
      {"--write-baseline", O.WriteBaseline}};
  for (const std::string &Also : O.Also) {
    Files.push_back({"--also", formatAndFile(Also).second});
    if (Files.back().second.empty())
      return errorOf("--also " + Also +
                     ": expected FORMAT=FILE, such as sarif=report.sarif");
  }
  for (const auto &[Option, File] : Files)
    if (llvm::Error E = checkOutput(Option, File))
      return E;
  return llvm::Error::success();
}

/// The file's settings, then the command line's on top.
llvm::Error Reporting::configure(const Analysis &A) {
  std::string Path = O.ConfigFile;
  if (Path.empty())
    Path = findConfig(A.ConfigFolder);
  if (!Path.empty()) {
    llvm::Expected<Config> Read = loadConfig(absolute(Path), A.R.Checks);
    if (!Read)
      return Read.takeError();
    C = std::move(*Read);
  }
  if (llvm::Expected<CheckGlobs> More = CheckGlobs::parse(O.Checks, A.R.Checks); !More)
    return errorOf("--checks: " + llvm::toString(More.takeError()));
  if (!O.Checks.empty())
    C.Checks += (C.Checks.empty() ? "" : ",") + O.Checks;
  if (!O.Least.empty())
    C.Least = *parseConfidence(O.Least);
  if (!O.FailOn.empty())
    C.FailOn = parseLevel(O.FailOn);
  if (!O.BaselineFile.empty())
    C.Baseline = O.BaselineFile;
  C.Suppressions.insert(C.Suppressions.end(), O.Suppressions.begin(),
                        O.Suppressions.end());
  F.Checks = llvm::cantFail(CheckGlobs::parse(C.Checks, A.R.Checks));
  F.Advice = O.Advice || C.FailOn == Level::Note;
  F.AsErrors = llvm::cantFail(CheckGlobs::parse(C.WarningsAsErrors, A.R.Checks));
  return llvm::Error::success();
}

/// What is to be written may be there already, and then has the reasons.
llvm::Error Reporting::openBaseline() {
  std::string Path = C.Baseline.empty() ? O.WriteBaseline : C.Baseline;
  F.AddToBaseline = !O.WriteBaseline.empty();
  bool New = F.AddToBaseline && absolute(Path) == absolute(O.WriteBaseline) &&
             !llvm::sys::fs::exists(Path);
  if (New)
    F.Known.emplace();
  if (New || Path.empty())
    return llvm::Error::success();
  llvm::Expected<Baseline> B = Baseline::load(Path);
  if (!B)
    return B.takeError();
  F.Known = std::move(*B);
  return llvm::Error::success();
}

llvm::Error Reporting::openFilter(const std::vector<CheckInfo> &Checks) {
  F.Least = C.Least;
  for (const std::string &Path : C.Suppressions) {
    llvm::Expected<Suppressions> S = Suppressions::load(Path, Checks);
    if (!S)
      return S.takeError();
    F.Lists.push_back(std::move(*S));
  }
  return openBaseline();
}

llvm::Expected<Reporting> Reporting::open(const ReportOptions &O, const Analysis &A) {
  Reporting R;
  R.O = O;
  R.Tree = A.Tree;
  R.Start = std::chrono::system_clock::now();
  if (llvm::Error E = R.configure(A))
    return E;
  if (llvm::Error E = R.openFilter(A.R.Checks))
    return E;
  if (llvm::Error E = R.checkOutputs())
    return E;
  return R;
}

std::string Reporting::dumpedConfig() const { return dumpConfig(C, absolute(".")); }
