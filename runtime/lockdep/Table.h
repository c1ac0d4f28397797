// SPDX-License-Identifier: GPL-2.0-or-later
/// \file A hash table whose clear() costs nothing.
///
/// Each slot carries the epoch in which it was written; a slot of an older epoch
/// is free. The engine is reset after every simulated run, thousands of times a
/// second, and most runs touch few of the slots: counting up one number beats
/// wiping the memory. Linear probing, since a hit is nearly always the first
/// slot and the next one shares its cache line. There is no erase: nothing here
/// needs one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace holdfast {

template <typename Value> class Table {
public:
  const Value *find(uint64_t Key) const {
    if (Slots.empty())
      return nullptr;
    for (size_t I = slotOf(Key);; I = (I + 1) & Mask) {
      const Slot &S = Slots[I];
      if (S.Epoch != Epoch)
        return nullptr;
      if (S.Key == Key)
        return &S.Content;
    }
  }
  Value *find(uint64_t Key) {
    return const_cast<Value *>(static_cast<const Table *>(this)->find(Key));
  }

  /// Sets what \p Key stands for. True: it was not there.
  bool set(uint64_t Key, Value Content) {
    if (Value *Old = find(Key)) {
      *Old = Content;
      return false;
    }
    if ((Count + 1) * 2 > Slots.size())
      grow();
    place(Key, Content);
    ++Count;
    return true;
  }

  size_t size() const { return Count; }

  void clear() {
    Count = 0;
    if (++Epoch != 0)
      return;
    Slots.assign(Slots.size(), Slot()); // once in 2^32 times
    Epoch = 1;
  }

private:
  struct Slot {
    uint64_t Key = 0;
    uint32_t Epoch = 0;
    Value Content{};
  };

  size_t slotOf(uint64_t Key) const {
    return static_cast<size_t>((Key * 0x9E3779B97F4A7C15ull) >> Shift);
  }

  void place(uint64_t Key, Value Content) {
    size_t I = slotOf(Key);
    while (Slots[I].Epoch == Epoch)
      I = (I + 1) & Mask;
    Slots[I] = {Key, Epoch, Content};
  }

  void grow() {
    std::vector<Slot> Old = std::move(Slots);
    size_t Size = Old.empty() ? 64 : Old.size() * 2;
    Slots = std::vector<Slot>(Size);
    Mask = Size - 1;
    Shift = 64 - static_cast<unsigned>(__builtin_ctzll(Size));
    for (const Slot &S : Old)
      if (S.Epoch == Epoch)
        place(S.Key, S.Content);
  }

  std::vector<Slot> Slots;
  size_t Mask = 0, Count = 0;
  unsigned Shift = 63;
  uint32_t Epoch = 1;
};

} // namespace holdfast
