// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_STORE_UPKEEP_H
#define HOLDFAST_STORE_UPKEEP_H

#include "llvm/Support/Error.h"
#include <array>
#include <cstdint>
#include <string>

/// \file
/// A store as a whole: how large it is, how large it may be, what the last run
/// had of it. Any number of processes may do this at once.
namespace holdfast {

/// What is kept in the store's `state` file.
struct StoreState {
  uint64_t Limit = 5ull << 30; ///< bytes on disk
  uint64_t Bytes = 0;          ///< on disk, when last counted, plus what came since
  uint64_t Hits = 0;           ///< units of the last run that were there
  uint64_t Misses = 0;         ///< units of the last run that were not
  uint64_t Damaged = 0;        ///< entries that the last run dropped
};

/// What is there.
struct StoreUsage {
  std::array<uint64_t, 5> Entries{}; ///< by EntryKind
  uint64_t Bytes = 0;                ///< on disk
};

/// The state of the store at \p Root; what was never recorded is as at first.
StoreState readState(const std::string &Root);

/// After a run that added \p Added bytes: records them, and prunes a store that
/// has outgrown its limit. Fails silently: nothing depends on it.
void recordRun(const std::string &Root, uint64_t Added, uint64_t Hits, uint64_t Misses,
               uint64_t Damaged);

StoreUsage measure(const std::string &Root);

/// Sets the limit.
llvm::Error setLimit(const std::string &Root, uint64_t Limit);

/// Drops what was not used for longest until the rest takes at most \p Limit
/// bytes. Returns what is left.
StoreUsage prune(const std::string &Root, uint64_t Limit);

/// Drops every entry; leaves what is not the store's.
llvm::Error clearStore(const std::string &Root);

/// $HOLDFAST_STORE, else ${XDG_CACHE_HOME:-~/.cache}/holdfast/store; empty where
/// there is no home.
std::string defaultStore();

} // namespace holdfast

#endif
