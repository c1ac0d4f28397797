// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_CHECKINFO_H
#define HOLDFAST_MODEL_CHECKINFO_H

#include <cstdint>
#include <string>

namespace holdfast {

/// How sure: certain when every link is a direct call or a resolved ops table
/// and the mode is known wrong; each guess takes one away.
enum class Confidence : uint8_t { Possible, Likely, Certain };
enum class Level : uint8_t { Note, Warning, Error };

const char *name(Confidence C);
const char *name(Level L);

/// What rules/checks.json says of one check.
struct CheckInfo {
  std::string Id;
  Level Severity = Level::Warning;       ///< of its findings
  Confidence Most = Confidence::Certain; ///< none of its findings is surer
  std::string Help;                      ///< one line, without a full stop
  std::string HelpUri;
  std::string Page; ///< Markdown: the bug, the fix, how to silence it
};

} // namespace holdfast

#endif
