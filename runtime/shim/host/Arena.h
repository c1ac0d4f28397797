// SPDX-License-Identifier: GPL-2.0-or-later
//
// The kernel half's memory. It only grows during a run, so what was freed stays
// poisoned and recognisable; the next run starts over at the same addresses,
// which is part of why a run can be replayed exactly.
#pragma once
#include <cstdint>
#include <string>

namespace holdfast {

class Arena {
public:
  explicit Arena(uint64_t Bytes = uint64_t(1) << 30);
  ~Arena();
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;

  /// Contents are poison, as from a kernel that poisons. Null: exhausted.
  void *alloc(uint64_t Size, uint64_t Align, uint64_t Where);
  /// An empty string, or what is wrong: a double free, an overrun, no such block.
  std::string free(const void *Memory);
  uint64_t sizeOf(const void *Memory) const;
  bool owns(const void *Address) const;
  const void *start() const { return Base; }
  uint64_t size() const { return Bytes; }
  /// Address lies in memory that was freed.
  bool isFreed(const void *Address) const;
  unsigned live() const { return Live; }
  void reset();

private:
  struct Header;
  static Header *headerOf(const void *Memory);

  char *Base;
  uint64_t Bytes, Used = 0;
  unsigned Live = 0;
};

} // namespace holdfast
