// SPDX-License-Identifier: GPL-2.0-or-later
/// \file Sequences of lock events: generated, printed, cut down.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::selftest {

enum class Do : uint8_t {
  Acquire,
  Sync,
  Release,
  Downgrade,
  SetSubclass,
  IsHeld,
  Pin,
  Unpin,
  FreeMap,
  SysExit,
  HardirqsOff,
  HardirqsOn,
  SoftirqsOff,
  SoftirqsOn,
  EnterHardirq,
  LeaveHardirq,
  EnterSoftirq,
  LeaveSoftirq,
  Threaded,
};

struct Event {
  Do What = Do::Acquire;
  uint8_t Task = 0, Map = 0, Subclass = 0, Read = 0;
  bool Try = false, Check = true;
  int Nest = -1;

  std::string text() const;
};

/// One lock: an instance of the class Key.
struct LockKind {
  const char *Name;
  uint8_t Inner, Outer, Type; ///< as the engine's enums
  uint8_t Read;               ///< 0: never read; otherwise the kind of read
};

struct LockMap {
  unsigned Key = 0;
  LockKind Kind{};
};

struct Sequence {
  std::vector<LockMap> Maps;
  std::vector<Event> Events;
  bool uses(size_t Map) const;
  std::string text() const;
};

/// The same seed gives the same sequence.
Sequence generate(uint64_t Seed);

} // namespace holdfast::selftest
