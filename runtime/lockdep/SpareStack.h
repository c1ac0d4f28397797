// SPDX-License-Identifier: GPL-2.0-or-later
/// \file A stack with a free slot on top.
///
/// The next element is built in the place where it will stay, while the checks
/// look at the elements below it, and counts from push() on. Building it elsewhere
/// and copying costs more than all the checks together: the copy reads in wide
/// words what was just written in narrow ones, and has to wait for each.
#pragma once

#include <cstddef>
#include <vector>

namespace holdfast {

template <typename T> class SpareStack {
public:
  /// The slot above the top, as a default T. Invalidates references.
  T &spare() {
    if (Count == Slots.size())
      Slots.resize(Count ? Count * 2 : 8);
    return Slots[Count] = T();
  }
  /// Counts what was built in spare().
  void push() { ++Count; }
  void pop() { --Count; }
  void shrink(size_t Size) { Count = Size; }
  void clear() { Count = 0; }

  size_t size() const { return Count; }
  bool empty() const { return Count == 0; }
  T &operator[](size_t I) { return Slots[I]; }
  const T &operator[](size_t I) const { return Slots[I]; }
  T &back() { return Slots[Count - 1]; }
  const T &back() const { return Slots[Count - 1]; }
  const T *begin() const { return Slots.data(); }
  const T *end() const { return Slots.data() + Count; }

private:
  std::vector<T> Slots;
  size_t Count = 0;
};

} // namespace holdfast
