// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/Progress.h"
#include "llvm/Support/raw_ostream.h"

using llvm::StringRef;

namespace holdfast {

CountProgress::CountProgress(StringRef Command, StringRef Unit)
    : Command(Command.str()), Unit(Unit.str()),
      IsTerminal(llvm::errs().is_displayed()) {}

void CountProgress::phase(StringRef What) {
  finish();
  llvm::errs() << Command << ": " << What << '\n';
}

void CountProgress::update(size_t Count) {
  constexpr size_t LineEvery = 300; // a tenth of an x86 defconfig
  constexpr std::chrono::milliseconds RedrawEvery(100);
  Clock::time_point Now = Clock::now();
  if (IsTerminal ? Now - LastShown < RedrawEvery : Count < Shown + LineEvery)
    return;
  LastShown = Now;
  Shown = IsTerminal ? Count : Count - Count % LineEvery;
  llvm::errs() << (IsTerminal ? "\r" : "") << Command << ": " << Shown << ' '
               << Unit << (IsTerminal ? "" : "\n");
  IsLineOpen = IsTerminal;
}

void CountProgress::finish() {
  if (IsLineOpen)
    llvm::errs() << '\n';
  IsLineOpen = false;
}

} // namespace holdfast
