// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_REPORTING_H
#define HOLDFAST_CLI_REPORTING_H

#include "cli/Analysis.h"
#include "filter/Config.h"
#include "filter/Filter.h"
#include "report/Report.h"
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// What becomes of findings, as the command line has it: which are reported, in
/// what form and where to. Of `check` and of whatever else reports findings.
struct ReportOptions {
  std::string Format = "text";
  std::string Output;
  std::vector<std::string> Also; ///< FORMAT=FILE: one more report
  std::string ConfigFile;        ///< "": look for one
  std::string Checks;
  std::string Least;
  std::string FailOn;
  std::string BaselineFile;
  std::string WriteBaseline;
  std::vector<std::string> Suppressions;
  std::string ExportFixes;
  KcidbNames Kcidb;
  bool Fix = false;
  bool Advice = false;
  bool DumpConfig = false;
  bool Strict = false;
};

/// Adds these options to a subcommand.
void addReportOptions(CLI::App &Sub, ReportOptions &O);

/// From all findings to reports on disk: the options, settled against the
/// configuration file.
class Reporting {
public:
  /// Reads the configuration, the suppressions and the baseline, and looks
  /// whether the outputs can be written: nothing is parsed yet, and what is wrong
  /// with these should not take long to hear of. \p A has its Tree and Rules.
  static llvm::Expected<Reporting> open(const ReportOptions &O, const Analysis &A);

  /// The configuration in force, as a file.
  std::string dumpedConfig() const;

  /// Filters \p All, writes every output, mends what --fix asks for, and returns
  /// the exit code. \p Selected says whether the user asked for a finding.
  llvm::Expected<int> finish(const Analysis &A, std::vector<Finding> All,
                             std::function<bool(const Finding &)> Selected);

private:
  llvm::Error configure(const Analysis &A);
  llvm::Error openFilter(const std::vector<CheckInfo> &Checks);
  llvm::Error openBaseline();
  llvm::Error checkOutputs() const;
  void findUnused(const Analysis &A, Report &R) const;
  std::string shown(const std::string &Path) const;
  std::string text(const Report &R, const std::string &Format) const;
  llvm::Error write(const Report &R) const;
  llvm::Error writeBaseline(const Report &R) const;
  llvm::Error mend(const Report &R) const;
  llvm::Expected<std::string> readSource(const std::string &File) const;
  int exitCode(const Report &R) const;

  ReportOptions O;
  Config C;
  Filter F;
  std::string Tree;
  std::chrono::system_clock::time_point Start;
};

} // namespace holdfast

#endif
