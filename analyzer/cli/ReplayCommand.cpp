// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/ReplayCommand.h"
#include "replay/Replay.h"
#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>

namespace holdfast {

namespace {

std::string folder(const char *Variable, const char *Default) {
  const char *Given = std::getenv(Variable);
  return Given && *Given ? Given : Default;
}

void addWhat(CLI::App &Sub, ReplayOptions &O) {
  Sub.add_option("--tree", O.Trees,
                 "kernel source tree, 6.1 or later; several: one row of a table each");
  Sub.add_option(
      "--build", O.Build,
      "configured object folder (default: one of Holdfast's own, in the cache)");
  Sub.add_option("--scenario", O.Scenario, "what to drive: a name, or a C file");
  Sub.add_option("--object", O.Objects, "an object of the tree to link as well");
  Sub.add_option("--source", O.Sources, "a C file to compile and link as well");
  Sub.add_option("--cflag", O.CFlags, "an option for these and for the scenario");
  Sub.add_option("--config", O.Config,
                 "a line for the configuration that objects are built with, such as "
                 "CONFIG_FOO=y");
  Sub.add_option("--zero", O.Zeros, "data that is not modelled and may read as zero");
  Sub.add_option("--null", O.Nulls, "a function that is not modelled and may return 0");
  Sub.add_option("--series", O.Series, "a series of patches, as an mbox: needs --base");
  Sub.add_option(
      "--base", O.Base,
      "folder that the series applies to; with --git, folder in the repository");
  Sub.add_option("--git", O.Git, "repository whose commits are the stages");
  Sub.add_option("--range", O.Range, "which commits: A..B")->needs("--git");
  Sub.add_option("--mutants", O.Mutants,
                 "folder of patches to the last stage; each must be caught");
  Sub.add_option("--stage", O.Only,
                 "one stage of the series, with its reports in full: its number, or a "
                 "mutant's name");
  Sub.add_option("--finding", O.Finding, "fingerprint of a static finding to confirm");
  Sub.add_option("--report", O.Report, "the JSON report that holds it");
}

void addHow(CLI::App &Sub, ReplayOptions &O, std::string &Points) {
  Sub.add_option("--play", O.Run.Plays, "only these plays of the scenario");
  Sub.add_option("--strategy", O.Run.Strategy, "who runs next")
      ->check(CLI::IsMember({"exhaustive", "pct", "random"}))
      ->capture_default_str();
  Sub.add_option("--bound", O.Run.Bound, "exhaustive: preemptions in one execution")
      ->capture_default_str();
  Sub.add_option("--depth", O.Run.Depth, "pct: depth of the bugs looked for")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  Sub.add_option("--seed", O.Run.Seed, "pct, random")->capture_default_str();
  Sub.add_option("--executions", O.Run.Executions, "at most so many of a play")
      ->capture_default_str();
  Sub.add_option("--trace", O.Run.Trace, "one execution, along recorded decisions");
  Sub.add_option("--points", Points, "scheduling points: locks, or memory accesses too")
      ->check(CLI::IsMember({"locks", "memory"}));
  Sub.add_option("--step-limit", O.Run.StepLimit)->capture_default_str();
  Sub.add_option("--timeout", O.Run.Timeout, "seconds for all plays")
      ->capture_default_str();
  Sub.add_flag("--stop-on-finding", O.Run.StopOnFinding, "end a play at its first one");
}

} // namespace

void addReplay(CLI::App &App, int &ExitCode) {
  auto O = std::make_shared<ReplayOptions>();
  auto Points = std::make_shared<std::string>();
  O->Runtime = folder("HOLDFAST_RUNTIME", HOLDFAST_SOURCE_RUNTIME);
  O->Corpus = folder("HOLDFAST_CORPUS", HOLDFAST_SOURCE_CORPUS);
  CLI::App *Sub = App.add_subcommand(
      "replay", "run a real driver under a lockdep engine and a deterministic scheduler");
  addWhat(*Sub, *O);
  addHow(*Sub, *O, *Points);
  Sub->add_option("--format", O->Format)
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  Sub->add_option("-o,--output", O->Output,
                  "report; FILE.svg: a plot of faults by stage");
  Sub->add_option("-j,--jobs", O->Jobs, "compilers at a time (0: one a core)");
  Sub->add_flag("--table", O->Table, "one row a kernel instead of reports");
  Sub->add_flag("-q,--quiet", O->Quiet, "no progress on stderr");
  Sub->callback([O, Points, &ExitCode] {
    O->Run.Harness = findHarness();
    O->Run.MemoryPoints = *Points == "memory";
    ExitCode = runReplay(*O);
  });
}

} // namespace holdfast
