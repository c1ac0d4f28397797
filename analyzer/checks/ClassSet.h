// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_CLASSSET_H
#define HOLDFAST_CHECKS_CLASSSET_H

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace holdfast {

/// A number for a lock class, in the order of their names.
using ClassId = uint32_t;

/// A set of lock classes, as plain words: a kernel has some thousand classes, and
/// the union of two sets is what is asked for all the time. It grows on demand;
/// the empty set has no words.
class ClassSet {
public:
  void set(ClassId C) {
    if (C / 64 >= Words.size())
      Words.resize(C / 64 + 1);
    Words[C / 64] |= bit(C);
  }
  void reset(ClassId C) {
    if (C / 64 < Words.size())
      Words[C / 64] &= ~bit(C);
  }
  bool test(ClassId C) const {
    return C / 64 < Words.size() && (Words[C / 64] & bit(C)) != 0;
  }
  bool empty() const {
    for (uint64_t W : Words)
      if (W)
        return false;
    return true;
  }
  /// True: something was added.
  bool add(const ClassSet &More) {
    if (More.Words.size() > Words.size())
      Words.resize(More.Words.size());
    uint64_t New = 0;
    for (size_t I = 0; I < More.Words.size(); ++I) {
      New |= More.Words[I] & ~Words[I];
      Words[I] |= More.Words[I];
    }
    return New != 0;
  }
  /// Do(class), in ascending order.
  template <typename F> void each(F Do) const {
    for (size_t I = 0; I < Words.size(); ++I)
      for (uint64_t Rest = Words[I]; Rest; Rest &= Rest - 1)
        Do(ClassId(I * 64 + size_t(std::countr_zero(Rest))));
  }

private:
  static uint64_t bit(ClassId C) { return uint64_t(1) << (C % 64); }
  std::vector<uint64_t> Words;
};

} // namespace holdfast

#endif
