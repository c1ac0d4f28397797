// SPDX-License-Identifier: GPL-2.0-or-later
/// \file A small language for lockdep tests: named locks, one line an event.
#pragma once

#include "lockdep/Engine.h"

#include <gtest/gtest.h>
#include <map>
#include <string>

namespace holdfast::test {

struct Fixture : Collector, ::testing::Test {
  explicit Fixture(Options O = {}) : E(O, *this) {}

  /// A lock of a class of its own, unless it was made before.
  Address map(const std::string &Name) {
    auto [It, New] = Known.try_emplace(Name, 0x1000 + 0x100 * Known.size());
    if (New)
      E.initMap(It->second, Name, It->second);
    return It->second;
  }
  Address make(const std::string &Name, WaitType Inner, WaitType Outer = WaitType::Inv,
               LockType Type = LockType::Normal) {
    Address M = map(Name);
    E.initMap(M, Name, M, 0, Inner, Outer, Type);
    return M;
  }
  /// Another instance of the class of \p Of.
  Address instance(const std::string &Name, const std::string &Of) {
    Address M = map(Name);
    E.initMap(M, Of, map(Of));
    return M;
  }

  bool lock(const std::string &Name, ReadMode Mode = ReadMode::Write, TaskId T = 1) {
    return E.acquire(T, map(Name), 0, false, Mode, true, 0, ++Ip);
  }
  bool read(const std::string &Name, TaskId T = 1) {
    return lock(Name, ReadMode::Read, T);
  }
  bool recursive(const std::string &Name, TaskId T = 1) {
    return lock(Name, ReadMode::Recursive, T);
  }
  bool tryLock(const std::string &Name, TaskId T = 1) {
    return E.acquire(T, map(Name), 0, true, ReadMode::Write, true, 0, ++Ip);
  }
  bool nested(const std::string &Name, const std::string &Nest, TaskId T = 1) {
    return E.acquire(T, map(Name), 0, false, ReadMode::Write, true, map(Nest), ++Ip);
  }
  bool subclass(const std::string &Name, unsigned Subclass, TaskId T = 1) {
    return E.acquire(T, map(Name), Subclass, false, ReadMode::Write, true, 0, ++Ip);
  }
  bool unlock(const std::string &Name, TaskId T = 1) {
    return E.release(T, map(Name), ++Ip);
  }
  /// "A B" acquires both for write, in that order, and releases them.
  bool order(const std::string &First, const std::string &Second, TaskId T = 1) {
    bool Fine = lock(First, ReadMode::Write, T);
    Fine &= lock(Second, ReadMode::Write, T);
    unlock(Second, T);
    unlock(First, T);
    return Fine;
  }
  void hardirq(TaskId T = 1) {
    E.hardirqsOff(T, ++Ip);
    E.enterHardirq(T);
  }
  void hardirqEnd(TaskId T = 1) {
    E.leaveHardirq(T);
    E.hardirqsOn(T, ++Ip);
  }

  std::vector<ReportKind> kinds() const {
    std::vector<ReportKind> Kinds;
    for (const Report &R : Reports)
      Kinds.push_back(R.Kind);
    return Kinds;
  }
  bool only(ReportKind K) const { return Reports.size() == 1 && Reports[0].Kind == K; }

  std::map<std::string, Address> Known;
  Location Ip = 0x100;
  Engine E;
};

inline bool contains(const std::string &Text, const std::string &Part) {
  return Text.find(Part) != std::string::npos;
}

} // namespace holdfast::test
