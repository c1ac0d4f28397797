// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_HEADERBODY_H
#define HOLDFAST_MODEL_HEADERBODY_H

#include "model/Symbol.h"
#include <cstdint>

namespace holdfast {

/// Where a header body starts.
struct BodyKey {
  Symbol File;
  uint32_t Offset = 0;
  friend bool operator==(const BodyKey &A, const BodyKey &B) {
    return A.File == B.File && A.Offset == B.Offset;
  }
};

/// A function of a unit whose body is a header's, and may be shared with every
/// unit that sees the same there.
struct HeaderBody {
  uint32_t Function = 0; ///< index in TranslationUnit::Functions
  BodyKey Key;
  uint64_t Variant = 0; ///< hash of all that the unit's context makes of it
  /// Some of the unit's slots and constants are those of its static variables.
  bool HasTables = false;
};

} // namespace holdfast

template <> struct std::hash<holdfast::BodyKey> {
  size_t operator()(const holdfast::BodyKey &K) const {
    return std::hash<holdfast::Symbol>()(K.File) * 31 + K.Offset;
  }
};

#endif
