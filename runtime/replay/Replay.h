// SPDX-License-Identifier: GPL-2.0-or-later
//
// `holdfast replay`: from options to an exit code.
#pragma once
#include "replay/Build.h"
#include "replay/Run.h"
#include <string>
#include <vector>

namespace holdfast {

struct ReplayOptions {
  std::vector<std::string> Trees; ///< several: one row of the table each
  std::string Build;
  std::string Scenario; ///< a name of scenarios/, or a path of a C file
  std::vector<std::string> Objects, Sources, CFlags, Config, Zeros, Nulls;
  std::string Series, Base, Git, Range; ///< the stages of a series
  std::string Mutants;         ///< folder of patches of the last stage, each a bug
  std::string Only;            ///< one stage alone: its number, or a mutant's name
  std::string Finding, Report; ///< a finding of a JSON report
  std::string Format = "text", Output;
  std::string Runtime; ///< folder with shim/ and scenarios/
  std::string Corpus;  ///< folder with config/replay.config
  RunOptions Run;
  unsigned Jobs = 0;
  bool Quiet = false, Table = false;
};

/// One row: something that was built and played.
struct Stage {
  std::string Name, Tree;
  std::string Label; ///< of a series: what --stage calls it
  bool Mutant = false, MemoryPoints = false;
  std::vector<std::string> Missing;
  RunResult Result;
  std::string Error; ///< it could not be built
};

/// 0 clean, 1 findings, 2 usage or configuration, 3 incomplete.
int runReplay(const ReplayOptions &O);

/// Report.cpp
/// The command that plays exactly what led to F, a finding of S.
std::string commandFor(const ReplayOptions &O, const Stage &S, const nlohmann::json &F);
std::string textReport(const ReplayOptions &O, const Stage &S);
nlohmann::json jsonReport(const ReplayOptions &O, const std::vector<Stage> &Stages,
                          const std::vector<Stage> &Mutants);
/// Table.cpp
std::string mutantTable(const ReplayOptions &O, const std::vector<Stage> &Mutants);
std::string stageTable(const ReplayOptions &O, const std::vector<Stage> &Stages);
std::string faultPlot(const std::vector<Stage> &Stages);

} // namespace holdfast
