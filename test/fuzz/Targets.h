// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_TEST_FUZZ_TARGETS_H
#define HOLDFAST_TEST_FUZZ_TARGETS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

/// \file
/// The readers of what others wrote: files of a store that somebody damaged, mails,
/// patches, compile databases, rules, baselines. Each takes any bytes; what it cannot
/// make sense of it refuses. `./dev fuzz` runs them under libFuzzer (Fuzz.cpp), and the
/// unit tests run them over their seeds and a bounded number of damaged copies
/// (test/unit/FuzzTest.cpp).
namespace holdfast {

/// One reader, or a few that read the same bytes.
struct FuzzTarget {
  const char *Name;
  /// Reads \p Data and ends the program where a promise of the reader is broken.
  void (*Run)(llvm::StringRef Data);
  /// Inputs to begin with: what the reader is for, and what once broke it.
  std::vector<std::string> (*Seeds)();
  /// How often the unit tests run it: fewer where it starts other programs.
  unsigned Rounds;
};

/// All of them, each name once.
llvm::ArrayRef<FuzzTarget> fuzzTargets();

/// Ends the program with \p What if \p Kept is false.
void promise(bool Kept, const char *What);

/// Writes \p Data to a file of this process and returns its path.
std::string fuzzFile(llvm::StringRef Data);

// Of each file of targets, for fuzzTargets().
void addStoreTargets(std::vector<FuzzTarget> &Out);
void addPatchTargets(std::vector<FuzzTarget> &Out);
void addBuildTargets(std::vector<FuzzTarget> &Out);
void addFilterTargets(std::vector<FuzzTarget> &Out);
void addRuleTargets(std::vector<FuzzTarget> &Out);
void addTraceTargets(std::vector<FuzzTarget> &Out);

} // namespace holdfast

#endif
