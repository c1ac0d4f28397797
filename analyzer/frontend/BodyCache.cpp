// SPDX-License-Identifier: GPL-2.0-or-later
#include "frontend/BodyCache.h"

using namespace holdfast;

BodyCache::BodyCache(const BodyCache &Other) {
  std::lock_guard<std::mutex> Guard(Other.Lock);
  Bodies = Other.Bodies;
}

bool BodyCache::known(const BodyKey &K) const {
  std::lock_guard<std::mutex> Guard(Lock);
  return Bodies.count(K);
}

HeaderFunction BodyCache::find(const BodyKey &K, uint64_t Hash) const {
  std::lock_guard<std::mutex> Guard(Lock);
  auto It = Bodies.find(K);
  if (It == Bodies.end())
    return {};
  auto V = It->second.find(Hash);
  return V == It->second.end() ? HeaderFunction() : V->second;
}

HeaderFunction BodyCache::insert(const BodyKey &K, uint64_t Hash, HeaderFunction F) {
  std::lock_guard<std::mutex> Guard(Lock);
  return Bodies[K].try_emplace(Hash, std::move(F)).first->second;
}
