// SPDX-License-Identifier: GPL-2.0-or-later
//
// One image in its child process, and what came of it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace holdfast {

struct RunOptions {
  std::string Harness; ///< the program
  std::vector<std::string> Plays;
  std::string Strategy = "exhaustive", Trace;
  unsigned Bound = 2, Depth = 3, StepLimit = 5000, Timeout = 600;
  uint64_t Seed = 1, Executions = 100'000;
  bool MemoryPoints = false, StopOnFinding = false;
  bool Describe = false; ///< what tasks hold at each step, from the start
};

struct RunResult {
  std::string Release;
  std::vector<nlohmann::json> Findings; ///< each with a "fingerprint"
  std::vector<nlohmann::json> Plays;    ///< the tallies, with "about"
  bool Incomplete = false;
  std::string WhyIncomplete; ///< when no finding says it

  /// 0 clean, 1 findings, 3 incomplete.
  int exitCode() const;
  std::string verdict() const;
  size_t realFindings() const;
};

/// Plays in child processes: one that dies is told, with its last words, and the
/// plays after the one that it died in go on in the next. Throws ReplayError if the
/// harness cannot be started or does not take the image.
RunResult runImage(const std::string &Image, const RunOptions &O);

/// The harness: beside the running program, or what $HOLDFAST_HARNESS names.
std::string findHarness();

} // namespace holdfast
