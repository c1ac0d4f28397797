// SPDX-License-Identifier: GPL-2.0-or-later
/// \file What makes two reports the same.
#pragma once

#include "lockdep/Report.h"

#include <string_view>

namespace holdfast {

/// FNV-1a over words, each ended, so that "ab","c" is not "a","bc".
class Fingerprint {
public:
  explicit Fingerprint(ReportKind Kind) { add(static_cast<uint64_t>(Kind)); }

  Fingerprint &add(std::string_view Text) {
    for (char C : Text)
      byte(static_cast<unsigned char>(C));
    byte(0);
    return *this;
  }
  Fingerprint &add(uint64_t Number) {
    for (int I = 0; I < 8; ++I)
      byte(static_cast<unsigned char>(Number >> (8 * I)));
    return *this;
  }
  uint64_t value() const { return Hash; }

private:
  void byte(unsigned char B) { Hash = (Hash ^ B) * 0x100000001b3ull; }
  uint64_t Hash = 0xcbf29ce484222325ull;
};

} // namespace holdfast
