// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_FINDING_H
#define HOLDFAST_MODEL_FINDING_H

#include "model/CheckInfo.h"
#include "model/Location.h"
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// One step of the path from where the context comes from to what breaks it.
struct Step {
  Location Loc;
  std::string Function;
  std::string Message;
};

/// Text to put in before \p At.
struct Edit {
  Location At;
  std::string Insert;
};

/// What would mend a finding. All edits together, or none.
struct Fix {
  std::string Message;
  std::vector<Edit> Edits; ///< in order of place
};

struct Finding {
  std::string Rule;
  Level Severity = Level::Warning;
  Confidence Sure = Confidence::Certain;
  std::string Function;
  Location Loc;
  std::string Message;
  std::string LockClass;
  std::string Required;
  std::string Held;
  std::vector<Step> Steps;
  std::string Advice;
  std::optional<Fix> Mend;
  unsigned Rank = 0;       ///< of notes: those with more come first
  std::string Fingerprint; ///< survives line moves
};

/// How much there was in a program, and what of it was not understood.
struct ProgramCoverage {
  unsigned Functions = 0;
  unsigned IndirectResolved = 0;
  unsigned IndirectUnresolved = 0;
  std::vector<std::string> Imprecise; ///< functions where a bound was hit
};

/// What was and was not looked at. Never "clean" when something was skipped.
struct Coverage : ProgramCoverage {
  struct Failure {
    std::string File;
    std::string Why;
  };
  unsigned Files = 0;
  std::vector<Failure> Failed;
  bool Interrupted = false;
};

/// What suppressions and a baseline took out of a report.
struct Filtered {
  /// An entry that took out nothing.
  struct Unused {
    std::string File; ///< relative to the tree, or as it was named
    unsigned Line = 0;
    std::string Message;
  };
  bool Asked = false; ///< there was a suppression file or a baseline
  unsigned Suppressed = 0;
  unsigned Baselined = 0;
  std::vector<Unused> Idle;
};

/// All that a report sink is fed.
struct Report {
  std::string ToolVersion;
  std::string Kernel;
  Coverage Cover;
  std::vector<CheckInfo> Checks; ///< those that were asked for, sorted by id
  Filtered Left;
  std::vector<Finding> Findings;
};

} // namespace holdfast

#endif
