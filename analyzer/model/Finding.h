// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_FINDING_H
#define HOLDFAST_MODEL_FINDING_H

#include "model/Location.h"
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// How sure: certain when every link is a direct call or a resolved ops table
/// and the mode is known wrong; each guess takes one away.
enum class Confidence : uint8_t { Possible, Likely, Certain };
enum class Level : uint8_t { Note, Warning, Error };

const char *name(Confidence C);
const char *name(Level L);

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
  std::string Fingerprint; ///< survives line moves
};

/// What was and was not looked at. Never "clean" when something was skipped.
struct Coverage {
  struct Failure {
    std::string File;
    std::string Why;
  };
  unsigned Files = 0;
  std::vector<Failure> Failed;
  unsigned Functions = 0;
  unsigned IndirectResolved = 0;
  unsigned IndirectUnresolved = 0;
  std::vector<std::string> Imprecise; ///< functions where a bound was hit
  bool Interrupted = false;
};

/// All that a report sink is fed.
struct Report {
  std::string ToolVersion;
  std::string Kernel;
  Coverage Cover;
  std::vector<Finding> Findings;
};

} // namespace holdfast

#endif
