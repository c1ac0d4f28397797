// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_VALUERANGE_H
#define HOLDFAST_MODEL_VALUERANGE_H

#include <cstdint>
#include <limits>
#include <string>

namespace holdfast {

/// What is known of an integer or pointer: an interval, bits known to be set
/// and to be clear, and whether zero is excluded. Pointers count as integers
/// in which [-4095,-1] are the error pointers (include/linux/err.h), 0 is
/// NULL, and every other pointer is positive. A reduced product kept small on
/// purpose: it must be cheap to copy into each state.
struct ValueRange {
  static constexpr int64_t Min = std::numeric_limits<int64_t>::min();
  static constexpr int64_t Max = std::numeric_limits<int64_t>::max();

  int64_t Lo = Min;
  int64_t Hi = Max;
  uint64_t Ones = 0;  ///< bits known to be 1
  uint64_t Zeros = 0; ///< bits known to be 0
  bool NonZero = false;

  static ValueRange top() { return {}; }
  static ValueRange constant(int64_t V) {
    return {V, V, uint64_t(V), ~uint64_t(V), V != 0};
  }
  static ValueRange zero() { return constant(0); }
  static ValueRange nonZero() { return {Min, Max, 0, 0, true}; }
  static ValueRange interval(int64_t Lo, int64_t Hi) {
    return ValueRange{Lo, Hi, 0, 0, false}.normalized();
  }
  static ValueRange bits(uint64_t Ones, uint64_t Zeros) {
    return ValueRange{Min, Max, Ones, Zeros, false}.normalized();
  }

  bool isTop() const { return *this == ValueRange(); }
  bool isEmpty() const {
    return Lo > Hi || (Ones & Zeros) || (NonZero && Lo == 0 && Hi == 0);
  }
  bool isConstant() const { return Lo == Hi; }
  bool isZero() const { return Lo == 0 && Hi == 0; }
  bool excludesZero() const { return NonZero || Lo > 0 || Hi < 0 || Ones; }

  /// Both are true of the value (empty when they contradict each other).
  ValueRange meet(const ValueRange &O) const;
  /// At least one is true of the value.
  ValueRange join(const ValueRange &O) const;
  /// Join that gives up on a bound that moved, so that chains are finite.
  ValueRange widen(const ValueRange &Next) const;
  /// Is every value of this in \p O?
  bool within(const ValueRange &O) const { return meet(O) == normalized(); }
  /// Draws what each component implies for the others.
  ValueRange normalized() const;
  std::string str() const;

  friend bool operator==(const ValueRange &A, const ValueRange &B) {
    return A.Lo == B.Lo && A.Hi == B.Hi && A.Ones == B.Ones &&
           A.Zeros == B.Zeros && A.NonZero == B.NonZero;
  }
};

} // namespace holdfast

#endif
