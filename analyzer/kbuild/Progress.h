// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_PROGRESS_H
#define HOLDFAST_KBUILD_PROGRESS_H

#include "llvm/ADT/StringRef.h"
#include <chrono>
#include <string>

namespace holdfast {

/// Says on stderr how far a count has come: on a terminal one line that
/// changes, elsewhere a line every few hundred.
class CountProgress {
public:
  CountProgress(llvm::StringRef Command, llvm::StringRef Unit);
  ~CountProgress() { finish(); }

  /// A line of its own: what happens now.
  void phase(llvm::StringRef What);
  /// So many have been done.
  void update(size_t Count);
  /// Ends the line that changes, if there is one.
  void finish();

private:
  using Clock = std::chrono::steady_clock;
  std::string Command, Unit;
  bool IsTerminal;
  bool IsLineOpen = false;
  size_t Shown = 0;
  Clock::time_point LastShown;
};

} // namespace holdfast

#endif
