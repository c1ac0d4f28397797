// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_TEST_FUZZ_DAMAGE_H
#define HOLDFAST_TEST_FUZZ_DAMAGE_H

#include <random>
#include <string>

namespace holdfast {

/// \p Text cut short, with a bit flipped, or with some bytes or a number replaced.
inline std::string damaged(std::string Text, std::mt19937 &Random) {
  auto upTo = [&](size_t N) { return N ? Random() % N : 0; };
  if (Text.empty())
    return std::string(1, char(Random()));
  switch (Random() % 4) {
  case 0:
    return Text.substr(0, upTo(Text.size()));
  case 1: // a bit
    Text[upTo(Text.size())] ^= char(1 << Random() % 8);
    return Text;
  case 2: // a few bytes
    for (unsigned I = 0; I < 1 + Random() % 8; ++I)
      Text[upTo(Text.size())] = char(Random());
    return Text;
  default: // a number somewhere
    for (size_t At = upTo(Text.size()), I = 0; I < 4 && At + I < Text.size(); ++I)
      Text[At + I] = char(Random() % 3 ? 0xff : 0);
    return Text;
  }
}

} // namespace holdfast

#endif
