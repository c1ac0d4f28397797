// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/ValueRange.h"
#include <algorithm>
#include <bit>

using namespace holdfast;

ValueRange ValueRange::normalized() const {
  ValueRange R = *this;
  if (R.NonZero && R.Lo == 0)
    R.Lo = 1;
  if (R.NonZero && R.Hi == 0)
    R.Hi = -1;
  if (R.Lo > 0 || R.Hi < 0 || R.Ones)
    R.NonZero = true;
  if (R.Zeros >> 63) { // not negative: the bits bound it
    R.Lo = std::max<int64_t>(R.Lo, int64_t(R.Ones));
    R.Hi = std::min<int64_t>(R.Hi, int64_t(~R.Zeros));
  }
  if (R.Lo >= 0 && R.Hi >= R.Lo) // what exceeds the bound has higher bits
    R.Zeros |= ~(std::bit_ceil(uint64_t(R.Hi) + 1) - 1);
  if (R.Lo == R.Hi) {
    R.Ones |= uint64_t(R.Lo);
    R.Zeros |= ~uint64_t(R.Lo);
  }
  return R;
}

ValueRange ValueRange::meet(const ValueRange &O) const {
  return ValueRange{std::max(Lo, O.Lo), std::min(Hi, O.Hi), Ones | O.Ones,
                    Zeros | O.Zeros, NonZero || O.NonZero}
      .normalized();
}

ValueRange ValueRange::join(const ValueRange &O) const {
  if (isEmpty())
    return O;
  if (O.isEmpty())
    return *this;
  return ValueRange{std::min(Lo, O.Lo), std::max(Hi, O.Hi), Ones & O.Ones,
                    Zeros & O.Zeros, excludesZero() && O.excludesZero()}
      .normalized();
}

ValueRange ValueRange::widen(const ValueRange &Next) const {
  ValueRange R = join(Next);
  if (R.Lo < Lo)
    R.Lo = R.Lo < 0 ? Min : 0;
  if (R.Hi > Hi)
    R.Hi = R.Hi > 0 ? Max : 0;
  return R;
}

std::string ValueRange::str() const {
  if (isEmpty())
    return "impossible";
  if (isConstant())
    return "== " + std::to_string(Lo);
  std::string S;
  auto add = [&](const std::string &T) { S += (S.empty() ? "" : ", ") + T; };
  if (Lo != Min)
    add(">= " + std::to_string(Lo));
  if (Hi != Max)
    add("<= " + std::to_string(Hi));
  if (Ones)
    add("has bits " + std::to_string(Ones));
  if (Zeros)
    add("lacks bits " + std::to_string(Zeros));
  if (NonZero && !(Lo > 0 || Hi < 0 || Ones))
    add("!= 0");
  return S;
}
