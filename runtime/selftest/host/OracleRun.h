// SPDX-License-Identifier: GPL-2.0-or-later
/// \file One sequence through the tree's lockdep.c and through the engine.
#pragma once

#include "host/OracleSequence.h"

#include <string>

namespace holdfast::selftest {

/// What one of them said: the first event that it objected to, and how; and what
/// it answered on the way (is-held, depths).
struct Verdict {
  int At = -1; ///< -1: nothing to object to
  std::string What;
  uint64_t Answers = 0; ///< hash of the answers up to there
  bool operator==(const Verdict &) const = default;
  std::string text() const;
};

/// Classes that a sequence may make; keys that it uses.
inline constexpr unsigned KeysPerSequence = 8;

/// Verdict::What of lockdep.c if it finds a lock folded onto one that was taken
/// without a nest lock: it says that its state is messed up, and gives up. The
/// engine copes, and has no such report.
inline constexpr const char *MixedNest = "mixed-nest";

/// \p FirstKey: the keys must not have been used in this process.
Verdict runKernel(const Sequence &S, unsigned FirstKey);
/// The two ways in which lockdep.c misses something, see Options.
Verdict runEngine(const Sequence &S, bool KernelSearch, bool KernelCache);

} // namespace holdfast::selftest
