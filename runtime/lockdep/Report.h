// SPDX-License-Identifier: GPL-2.0-or-later
/// \file What the engine says when a rule is broken: data first, text from it.
#pragma once

#include "lockdep/Types.h"

#include <functional>
#include <string>
#include <vector>

namespace holdfast {

enum class ReportKind : uint8_t {
  Circular,           ///< A -> B and B -> ... -> A
  Recursive,          ///< a class is acquired that the task holds already
  IrqDependency,      ///< a new edge joins an irq-safe to an irq-unsafe class
  IrqInversion,       ///< a new usage makes such a pair out of existing edges
  InconsistentState,  ///< one class: used in an interrupt and with irqs on
  InvalidWaitContext, ///< e.g. a mutex under a spinlock
  NestLockNotHeld,
  BadUnlock,
  HeldLockFreed,
  HeldAtExit,
  HeldInUserSpace,
  NotHeld,       ///< a lockdep_assert_held*() failed
  WronglyHeld,   ///< lockdep_assert_not_held() failed
  SleepInAtomic, ///< might_sleep() under a spinlock, RCU, irqs off, ...
  SuspiciousRcu, ///< lockdep_rcu_suspicious()
  UnknownKey,    ///< a map that nobody initialised
  KeyNameClash,  ///< one key, two names
  InvalidSubclass,
  TooManyHeld,  ///< deeper than Options::MaxDepth
  BadPin,       ///< pin/unpin of what is not held, release of what is pinned
  BadDowngrade, ///< downgrade of a lock held for read
  BadIrqState,  ///< e.g. irqs enabled inside a hardirq
};

/// Stable lower-case-with-dashes name, for JSON and tests: "circular", ...
std::string_view kindName(ReportKind Kind);

/// A class as it stood when the report was made.
struct ClassInfo {
  ClassId Id = NoId;
  std::string Name;               ///< with "#2" and "/1", as lockdep prints it
  std::string Usage;              ///< "....", "+.+.", ...
  WaitType Outer = WaitType::Inv; ///< Inner where none was given
  WaitType Inner = WaitType::Inv;
  Key ClassKey = 0; ///< 0 for a class that was made by name
};

/// One lock on a task's stack of held locks.
struct HeldInfo {
  Address Map = 0;
  ClassInfo Class;
  ReadMode Mode = ReadMode::Write;
  bool Try = false;
  bool Sync = false;
  Location Ip = 0; ///< the caller of the lock function
  Stack Where;     ///< the whole stack of that acquisition, or just Ip
};

/// `To` was acquired while `From` was held.
struct EdgeInfo {
  ClassInfo From, To;
  ReadMode FromMode = ReadMode::Write, ToMode = ReadMode::Write;
  TaskId Task = 0;
  Stack FromWhere;      ///< where From, still held, had been acquired
  Stack ToWhere;        ///< where To was acquired
  uint64_t Witness = 0; ///< of a static edge: what addEdge() was given
};

/// Where a class first got a usage bit.
struct UsageInfo {
  ClassInfo Class;
  holdfast::Usage State = holdfast::Usage::Used;
  Stack Where;
};

/// The interrupt state of a task, "[HC0[0]:SC0[0]:HE1:SE1]".
struct IrqInfo {
  bool InHardirq = false, InSoftirq = false;
  bool HardirqsOn = true, SoftirqsOn = true;
};

/// Turns a location into "function+0x12/0x34" or "file.c:12". May be empty:
/// locations are then printed as hexadecimal numbers.
using Symbolizer = std::function<std::string(Location)>;

/// One broken rule. Fields that a kind does not use stay empty.
struct Report {
  ReportKind Kind = ReportKind::Circular;
  /// "WARNING: possible circular locking dependency detected"
  std::string Title;
  TaskId Task = 0;
  std::string TaskName; ///< "name/id"
  IrqInfo Irq;
  WaitType Context = WaitType::Max; ///< strictest wait the irq context allows

  HeldInfo Subject;           ///< the lock this is about: acquired, freed, ...
  HeldInfo Other;             ///< the held lock that conflicts with it
  std::vector<HeldInfo> Held; ///< all that the task holds, outermost first

  /// Circular: the existing path Subject -> ... -> Other; the new edge
  /// Other -> Subject closes it. IrqInversion: the path between the two locks.
  /// IrqDependency: the path from the unsafe lock's side, Subject -> ... -> Unsafe.
  std::vector<EdgeInfo> Chain;
  /// Circular, IrqDependency: the edge that was refused, with both stacks.
  std::vector<EdgeInfo> NewEdge;
  /// IrqDependency: the path Safe -> ... -> Other.
  std::vector<EdgeInfo> SafeChain;

  /// InconsistentState: the old state [0] and the new one [1]. IrqDependency,
  /// IrqInversion: the irq-safe class [0] and the irq-unsafe class [1].
  std::vector<UsageInfo> States;
  /// IrqInversion: the subject became irq-safe (so an unsafe lock is after it);
  /// otherwise it became irq-unsafe (a safe lock is before it).
  bool Forwards = false;

  /// Kinds with a text of their own (assertions, RCU, freed range, pins...).
  std::string Message;
  /// HeldLockFreed: the range.
  Address RangeFrom = 0, RangeTo = 0;
  /// Where the event that broke the rule happened.
  Location Ip = 0;
  Stack Backtrace;

  /// The same broken rule has the same fingerprint, whatever the order of
  /// events, as far as class names (and for kinds without a class, locations)
  /// are the same. Two reports with one fingerprint are given only once.
  uint64_t Fingerprint = 0;

  /// As the kernel's log would show it (no timestamps), ending in a newline.
  std::string text(const Symbolizer &Name = {}) const;
};

} // namespace holdfast
