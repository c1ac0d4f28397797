// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a run of the machine tells.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace holdfast {

/// Something is wrong with the driver (or, Incomplete, with what we know of it).
struct Finding {
  std::string Kind;  ///< "warn", "bug", "circular", "property", "crash", ...
  std::string Rule;  ///< the property or contract, where there is one
  std::string Title; ///< one line
  std::string Text;  ///< the whole report; may be empty
  std::string File;  ///< of a WARN or BUG: as the tree's table says
  unsigned Line = 0;
  std::string Function; ///< the innermost function that is not a lock's
  std::string Task;
  std::vector<std::string> Stack; ///< innermost first
  std::vector<std::string> Held;  ///< by the task, outermost first
  bool Later = false;             ///< a contract of later releases; this one is silent
  bool Ordered = false;           ///< of the order of locks, or their use in interrupts
  std::vector<std::string> Plays; ///< it took executions of all these to show it
  bool Incomplete = false;
  bool Fatal = false;       ///< the run could not go on
  std::string Trace, Steps; ///< the decisions that led here, and readably

  /// Of two equal ones only the first is told.
  std::string key() const { return Kind + "|" + Rule + "|" + Title; }
};

/// How much was done.
struct Tally {
  uint64_t Executions = 0, Pruned = 0, Points = 0, Faults = 0;
  bool Complete = false;
  double Seconds = 0;
  std::map<std::string, uint64_t> Checked; ///< property -> times it was checked
  std::map<std::string, std::map<uint64_t, uint64_t>> Measured;
  std::vector<std::string> Classes, Edges;
};

} // namespace holdfast
