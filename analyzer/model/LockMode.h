// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_LOCKMODE_H
#define HOLDFAST_MODEL_LOCKMODE_H

#include <cstdint>

namespace holdfast {

/// How a lock is held, or has to be. `Any` is only ever a requirement: either
/// mode will do. Exclusive locks (mutex, spinlock) are held for Write.
enum class LockMode : uint8_t { None, Read, Write, Any };

/// Does holding a lock in mode \p Held satisfy a demand for \p Needed?
inline bool satisfies(LockMode Held, LockMode Needed) {
  switch (Needed) {
  case LockMode::None:
    return true;
  case LockMode::Read:
  case LockMode::Any:
    return Held == LockMode::Read || Held == LockMode::Write;
  case LockMode::Write:
    return Held == LockMode::Write;
  }
  return false;
}

} // namespace holdfast

#endif
