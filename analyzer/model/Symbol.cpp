// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/Symbol.h"
#include <array>
#include <mutex>
#include <unordered_set>

using namespace holdfast;

namespace {
/// Sixteen tables with a lock each: parsing threads intern all the time.
struct Shard {
  std::mutex Lock;
  std::unordered_set<std::string> Texts;
};
std::array<Shard, 16> Shards;
} // namespace

const std::string *Symbol::emptyText() {
  static const std::string Empty;
  return &Empty;
}

Symbol Symbol::get(std::string_view Text) {
  if (Text.empty())
    return Symbol();
  Shard &S = Shards[std::hash<std::string_view>()(Text) % Shards.size()];
  std::lock_guard<std::mutex> Guard(S.Lock);
  return Symbol(&*S.Texts.emplace(Text).first);
}
