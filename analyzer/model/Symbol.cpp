// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/Symbol.h"
#include <array>
#include <mutex>
#include <unordered_set>

using namespace holdfast;

namespace {
/// Finds what is kept of a text by the text alone.
struct ByText {
  using is_transparent = void;
  size_t operator()(std::string_view Text) const {
    return std::hash<std::string_view>()(Text);
  }
  size_t operator()(const Symbol::Interned &E) const { return E.Hash; }
  bool operator()(const Symbol::Interned &A, const Symbol::Interned &B) const {
    return A.Text == B.Text;
  }
  bool operator()(std::string_view A, const Symbol::Interned &B) const {
    return A == B.Text;
  }
  bool operator()(const Symbol::Interned &A, std::string_view B) const {
    return A.Text == B;
  }
};

/// Sixteen tables with a lock each: parsing threads intern all the time.
struct Shard {
  std::mutex Lock;
  std::unordered_set<Symbol::Interned, ByText, ByText> Texts;
};
std::array<Shard, 16> Shards;
} // namespace

const Symbol::Interned *Symbol::none() {
  static const Interned Empty{"", 0};
  return &Empty;
}

Symbol Symbol::get(std::string_view Text) {
  if (Text.empty())
    return Symbol();
  uint64_t Hash = ByText()(Text);
  Shard &S = Shards[Hash % Shards.size()];
  std::lock_guard<std::mutex> Guard(S.Lock);
  auto It = S.Texts.find(Text);
  if (It == S.Texts.end())
    It = S.Texts.insert({std::string(Text), Hash}).first;
  return Symbol(&*It);
}
