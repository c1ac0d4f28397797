// SPDX-License-Identifier: GPL-2.0-or-later
/// \file The vocabulary of the lockdep engine: plain values, no behaviour.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace holdfast {

/// Address of a lock instance's map (the kernel's `struct lockdep_map *`). The
/// engine never dereferences it.
using Address = uintptr_t;
/// Identity of a lock class, before the subclass (`struct lock_class_key *`). A
/// key owns the MaxSubclasses addresses that start at it, as in the kernel.
using Key = uintptr_t;
/// Small and dense: tasks are kept in an array indexed by it.
using TaskId = uint32_t;
/// A place in the code, opaque to the engine (an instruction address, or an
/// interned id). 0 means unknown.
using Location = uint64_t;
/// Innermost first.
using Stack = std::vector<Location>;
/// Index into Graph's classes.
using ClassId = uint32_t;
/// Index into Graph's edges.
using EdgeId = uint32_t;
inline constexpr uint32_t NoId = ~0u;
inline constexpr unsigned MaxSubclasses = 8;

/// The `read` argument of lock_acquire().
enum class ReadMode : uint8_t {
  Write = 0,     ///< exclusive
  Read = 1,      ///< shared, but queues behind a waiting writer
  Recursive = 2, ///< shared, and passes a waiting writer
};

/// How a lock waits (`enum lockdep_wait_type`). Config is a spinlock_t, that
/// PREEMPT_RT turns into a sleeping lock.
enum class WaitType : uint8_t { Inv = 0, Free, Spin, Config, Sleep, Max };

/// `enum lockdep_lock_type`. Only Normal locks take part in irq inversion.
enum class LockType : uint8_t { Normal = 0, Percpu, WaitOverride };

/// Bit numbers of a class's usage mask. Bit 0: read; bit 1: irqs were enabled
/// (otherwise: used inside that interrupt); then hardirq or softirq.
enum class Usage : uint8_t {
  InHardirq,
  InHardirqRead,
  HardirqOn,
  HardirqOnRead,
  InSoftirq,
  InSoftirqRead,
  SoftirqOn,
  SoftirqOnRead,
  Used,
  UsedRead,
};
inline constexpr unsigned UsageCount = 10;
using UsageMask = uint16_t;

constexpr UsageMask bit(Usage U) {
  return static_cast<UsageMask>(1u << static_cast<unsigned>(U));
}
constexpr Usage asRead(Usage U) {
  return static_cast<Usage>(static_cast<unsigned>(U) | 1u);
}

/// As reports word it: "IN-HARDIRQ-W", "SOFTIRQ-ON-R", "INITIAL USE", ...
std::string_view usageName(Usage U);
/// "HARDIRQ" or "HARDIRQ-READ" of InHardirq, InHardirqRead, ...
std::string_view usageState(Usage U);

} // namespace holdfast
