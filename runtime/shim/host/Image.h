// SPDX-License-Identifier: GPL-2.0-or-later
//
// A linked kernel image in this process: its segments where it wants them, its
// symbols, and its writable memory as it was, to start each run from.
#pragma once
#include "shim/abi.h"
#include <cstdint>
#include <elf.h>
#include <map>
#include <string>
#include <vector>

namespace holdfast {

/// Where the linker puts images, and where it puts what nobody defines: names in
/// an inaccessible region, one page each, so that a touch tells the name.
inline constexpr uint64_t ImageBase = 0x20000000;
inline constexpr uint64_t StubBase = 0x60000000, StubLimit = 0x70000000;
inline constexpr uint64_t StubStride = 4096;

class Image {
public:
  /// Maps the file; false, and Error says why, if it is no image of this ABI.
  /// One image a process: the addresses are fixed.
  bool load(const std::string &Path, std::string &Error);

  const hf_image &entry() const { return *Entry; }
  /// Writable memory as it was after load().
  void restore();
  /// 0 if there is no such symbol.
  uint64_t find(const std::string &Name) const;
  /// The n-th data object of Size bytes, by address; 0 if there are fewer.
  uint64_t objectOfSize(uint64_t Size, unsigned N) const;
  /// "function+0x12/0x34"; an empty string outside of the image.
  std::string symbolize(uint64_t Address) const;
  /// The function that Address is in, without offsets.
  std::string functionAt(uint64_t Address) const;
  /// "variable" or "variable+0x8"; an empty string outside of the image's data.
  std::string dataAt(uint64_t Address) const;
  /// Data that the image may change.
  bool isWritable(uint64_t Address) const;
  bool isText(uint64_t Address) const;
  /// Code of the lock functions themselves: not worth showing in a stack.
  bool isLockText(uint64_t Address) const;
  /// The name of what nobody defines and Address lies in, or null.
  const std::string *stubAt(uint64_t Address) const;

private:
  struct Symbol {
    uint64_t Size;
    std::string Name;
  };
  struct Segment {
    uint64_t Start, Size;
    std::vector<char> Original;
  };
  void addFunction(uint64_t Address, uint64_t Size, const std::string &Name);
  bool loadSegment(const std::vector<char> &File, const Elf64_Phdr &P);
  void addSymbol(const Elf64_Sym &Y, const std::string &Name);
  bool parse(const std::vector<char> &File, std::string &Error);

  const hf_image *Entry = nullptr;
  std::map<uint64_t, Symbol> Functions; ///< by address, as the next
  std::map<uint64_t, Symbol> Objects;
  std::map<std::string, uint64_t> Names;
  std::vector<std::string> Stubs; ///< by page of the stub region
  std::vector<Segment> Writable;
  uint64_t TextStart = 0, TextEnd = 0, LocksEnd = 0;
  uint64_t SpinStart = ~uint64_t(0), SpinEnd = 0; ///< a section of its own
};

} // namespace holdfast
