// SPDX-License-Identifier: GPL-2.0-or-later
//
// What is mapped where, in every address space of a run.
#pragma once
#include "shim/abi.h"
#include <cstdint>
#include <map>
#include <set>

namespace holdfast {

class PageTables {
public:
  using Mm = const void *;
  /// False, and nothing changes, if a part of it is mapped already.
  bool set(Mm M, const hf_pte &Entry);
  bool get(Mm M, uint64_t Address, hf_pte &Entry) const;
  /// Removes what overlaps [Start, End). Part of a huge page goes by splitting
  /// it, as the kernel does.
  uint64_t clear(Mm M, uint64_t Start, uint64_t End);
  uint64_t count(Mm M, uint64_t Start, uint64_t End) const;
  uint64_t copy(Mm From, Mm To, uint64_t Start, uint64_t End, int64_t Offset);
  /// Entries of all used address spaces that map a frame of [First, Last].
  uint64_t mapping(uint64_t First, uint64_t Last, Mm &Where, hf_pte &One) const;
  /// Its entries no longer count in mapping(): no task is left to use them.
  void unused(Mm M) { Unused.insert(M); }
  void reset() {
    Tables.clear();
    Unused.clear();
  }

private:
  /// By address; entries never overlap.
  using Table = std::map<uint64_t, hf_pte>;
  static Table::const_iterator firstFrom(const Table &T, uint64_t Address);
  std::map<Mm, Table> Tables;
  std::set<Mm> Unused;
};

} // namespace holdfast
