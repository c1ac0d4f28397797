// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FRONTEND_BODYCACHE_H
#define HOLDFAST_FRONTEND_BODYCACHE_H

#include "model/LockProgram.h"
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

/// \file
/// Most of what a kernel file costs is the bodies in its headers, and most
/// files include the same ones. Each header body is parsed once; in every later
/// unit the parser skips it. What a macro makes of a body may differ from unit
/// to unit, so a skipped body is known by where it is *and* by a hash of its
/// expanded tokens, which the parser still reads while skipping: a unit that
/// turns out to need a variant nobody has parsed is parsed again.
namespace holdfast {

/// Where a header body starts.
struct BodyKey {
  Symbol File;
  uint32_t Offset = 0;
  friend bool operator==(const BodyKey &A, const BodyKey &B) {
    return A.File == B.File && A.Offset == B.Offset;
  }
};

} // namespace holdfast

template <> struct std::hash<holdfast::BodyKey> {
  size_t operator()(const holdfast::BodyKey &K) const {
    return std::hash<holdfast::Symbol>()(K.File) * 31 + K.Offset;
  }
};

namespace holdfast {

/// The header bodies lowered so far, by place and token hash. Thread-safe.
class BodyCache {
public:
  using FunctionPtr = std::shared_ptr<const Function>;

  /// Has any variant of this body been lowered, so that it may be skipped?
  bool known(const BodyKey &K) const;
  /// The variant with this token hash, or null.
  FunctionPtr find(const BodyKey &K, uint64_t Hash) const;
  /// Adds a variant; returns the one that is kept (the first to arrive).
  FunctionPtr insert(const BodyKey &K, uint64_t Hash, FunctionPtr F);

private:
  mutable std::mutex Lock;
  std::unordered_map<BodyKey, std::map<uint64_t, FunctionPtr>> Bodies;
};

} // namespace holdfast

#endif
