// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FRONTEND_BODYCACHE_H
#define HOLDFAST_FRONTEND_BODYCACHE_H

#include "model/HeaderBody.h"
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

/// What a unit takes over with a header body.
struct HeaderFunction {
  std::shared_ptr<const Function> Body;
  /// The slots and constants of its static variables; null if it has none.
  std::shared_ptr<const TranslationUnit> Tables;
};

/// The header bodies lowered so far, by place and token hash. Thread-safe.
class BodyCache {
public:
  BodyCache() = default;
  /// What is added to the copy is not in \p Other: bodies of another version.
  BodyCache(const BodyCache &Other);

  /// Has any variant of this body been lowered, so that it may be skipped?
  bool known(const BodyKey &K) const;
  /// The variant with this token hash; its Body is null if there is none.
  HeaderFunction find(const BodyKey &K, uint64_t Hash) const;
  /// Adds a variant; returns the one that is kept (the first to arrive).
  HeaderFunction insert(const BodyKey &K, uint64_t Hash, HeaderFunction F);

private:
  mutable std::mutex Lock;
  std::unordered_map<BodyKey, std::map<uint64_t, HeaderFunction>> Bodies;
};

} // namespace holdfast

#endif
