// SPDX-License-Identifier: GPL-2.0-or-later
/// \file Stacks, each kept once.
#pragma once

#include "lockdep/Table.h"
#include "lockdep/Types.h"

#include <algorithm>

namespace holdfast {

class Stacks {
public:
  /// 0 for the empty stack. Two equal stacks have one id.
  uint32_t intern(const Stack &Where) {
    if (Where.empty())
      return 0;
    uint64_t Hash = 0xcbf29ce484222325ull;
    for (Location L : Where)
      Hash = ((Hash ^ L) * 0x100000001b3ull) ^ (Hash >> 29);
    for (;; ++Hash) { // the next one, should two stacks collide
      const uint32_t *Id = Known.find(Hash);
      if (!Id)
        break;
      if (same(*Id, Where))
        return *Id;
    }
    Pool.insert(Pool.end(), Where.begin(), Where.end());
    Ends.push_back(Pool.size());
    Known.set(Hash, static_cast<uint32_t>(Ends.size()));
    return static_cast<uint32_t>(Ends.size());
  }

  Stack get(uint32_t Id) const {
    if (Id == 0)
      return {};
    return Stack(Pool.begin() + static_cast<ptrdiff_t>(begin(Id)),
                 Pool.begin() + static_cast<ptrdiff_t>(Ends[Id - 1]));
  }

  void clear() {
    Pool.clear();
    Ends.clear();
    Known.clear();
  }

private:
  size_t begin(uint32_t Id) const { return Id == 1 ? 0 : Ends[Id - 2]; }
  bool same(uint32_t Id, const Stack &Where) const {
    return Ends[Id - 1] - begin(Id) == Where.size() &&
           std::equal(Where.begin(), Where.end(),
                      Pool.begin() + static_cast<ptrdiff_t>(begin(Id)));
  }

  std::vector<Location> Pool;
  std::vector<size_t> Ends; ///< of stack Id - 1
  Table<uint32_t> Known;
};

} // namespace holdfast
