// SPDX-License-Identifier: GPL-2.0-or-later
/// \file Lock classes and the order between them, with the search for strong
/// paths. Stands alone: the analyzer fills one with static edges and asks for
/// its cycles; the engine fills one with what it sees.
#pragma once

#include "lockdep/Report.h"
#include "lockdep/Table.h"
#include "lockdep/Types.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace holdfast {

/// Which kinds of one dependency were seen. The first letter is the lock that
/// is held: E(xclusive) or S(hared); the second the one acquired: R(ecursive
/// read) or N(ot). A path through (*R)(S*) is not one that can deadlock.
enum DepBit : uint8_t { DepSR = 1, DepER = 2, DepSN = 4, DepEN = 8 };
inline constexpr uint8_t DepAnyN = DepSN | DepEN;
inline constexpr uint8_t DepAnyE = DepER | DepEN;

constexpr uint8_t depBit(ReadMode From, ReadMode To) {
  return static_cast<uint8_t>(
      1u << ((From == ReadMode::Write ? 1 : 0) + (To != ReadMode::Recursive ? 2 : 0)));
}

/// Index into an interner of stacks; 0 is the empty stack.
using StackId = uint32_t;

struct LockClass {
  uint32_t Name = 0; ///< see Graph::string()
  Key SubKey = 0;    ///< key + subclass; 0: made by name, or zapped
  uint32_t Version = 1;
  uint8_t Subclass = 0;
  WaitType Inner = WaitType::Inv, Outer = WaitType::Inv;
  LockType Type = LockType::Normal;
  bool Dead = false;
  UsageMask Mask = 0;    ///< usage that is recorded
  UsageMask Refused = 0; ///< usage that was reported, hence not recorded
  int (*Compare)(Address, Address) = nullptr;
  StackId UsageStacks[UsageCount] = {};
  std::vector<EdgeId> After, Before;
};

/// One pair of classes. Per kind of dependency (bit number of DepBit) it keeps
/// the first witness.
struct Edge {
  ClassId From = NoId, To = NoId;
  uint8_t Deps = 0;
  TaskId Task = 0;
  StackId FromStack = 0, ToStack = 0;
  uint64_t Witness[4] = {};
  ReadMode FromMode[4] = {}, ToMode[4] = {};
};

/// One leg of a cycle.
struct CycleLeg {
  EdgeId Edge = NoId;
  ClassId From = NoId, To = NoId;
  ReadMode FromMode = ReadMode::Write, ToMode = ReadMode::Write;
  uint64_t Witness = 0;
};
/// A strong cycle, turned so that its smallest class comes first. A cycle of one
/// leg is a class that is acquired while it is held.
using Cycle = std::vector<CycleLeg>;

struct CycleLimits {
  size_t MaxLength = 8;         ///< legs
  size_t MaxCount = 10000;      ///< cycles
  size_t MaxSteps = 10'000'000; ///< of the search
};

class Graph {
public:
  /// A class by its name alone: the same name gives the same class.
  ClassId addClass(std::string_view Name);
  /// The class of a key; makes it on first use. \p SubKey is key + subclass.
  ClassId addClass(std::string_view Name, Key SubKey, unsigned Subclass);
  /// NoId if there is none.
  ClassId find(Key SubKey) const;
  ClassId find(std::string_view Name) const;

  /// Records that \p To was acquired as \p ToMode with \p From held as
  /// \p FromMode. Checks nothing. The first witness of each kind is kept.
  EdgeId addEdge(ClassId From, ClassId To, ReadMode FromMode, ReadMode ToMode,
                 uint64_t Witness = 0);
  /// NoId if there is none.
  EdgeId findEdge(ClassId From, ClassId To) const;

  /// Every elementary strong cycle within the limits, in a stable order (by
  /// class ids, shorter first). \p Truncated: MaxCount or MaxSteps was hit.
  std::vector<Cycle> cycles(const CycleLimits &Limits = {},
                            bool *Truncated = nullptr) const;

  size_t classCount() const { return ClassCount; }
  size_t edgeCount() const { return Edges.size(); }
  const LockClass &lockClass(ClassId C) const { return Classes[C]; }
  LockClass &lockClass(ClassId C) { return Classes[C]; }
  const Edge &edge(EdgeId E) const { return Edges[E]; }
  Edge &edge(EdgeId E) { return Edges[E]; }

  /// "name", "name#2", "name/1".
  std::string name(ClassId C) const;
  /// "....": hardirq write, hardirq read, softirq write, softirq read.
  std::string usage(ClassId C) const;
  ClassInfo info(ClassId C) const;

  uint32_t intern(std::string_view Text);
  const std::string &string(uint32_t Id) const { return *Strings[Id]; }

  /// Removes a class with its edges; its id is not used again before clear().
  void zap(ClassId C);
  /// Forgets classes and edges; keeps memory and interned strings.
  void clear();

private:
  ClassId make(uint32_t Name, Key SubKey, unsigned Subclass);
  uint32_t versionFor(uint32_t Name, Key SubKey, unsigned Subclass) const;

  std::vector<LockClass> Classes; ///< the first ClassCount are in use
  size_t ClassCount = 0;
  std::vector<Edge> Edges;
  Table<uint32_t> ByKey, ByPair, ByName;
  std::vector<const std::string *> Strings;
  std::unordered_map<std::string, uint32_t> StringIds;
};

} // namespace holdfast
