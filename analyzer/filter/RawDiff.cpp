// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter/RawDiff.h"
#include "llvm/ADT/SmallVector.h"

using namespace holdfast;
using llvm::StringRef;

static bool isFile(StringRef Mode) { return Mode.starts_with("100"); }

/// `:MODE MODE BLOB BLOB STATUS` NUL PATH NUL [PATH NUL]. A link is not followed: it
/// is as if it were not there.
std::vector<RawRow> holdfast::parseRawDiff(StringRef Text) {
  std::vector<RawRow> Rows;
  auto next = [&] {
    auto [Word, Rest] = Text.split('\0');
    Text = Rest;
    return Word;
  };
  while (Text.consume_front(":")) {
    llvm::SmallVector<StringRef, 5> Words;
    next().split(Words, ' ');
    if (Words.size() != 5)
      break;
    RawRow R{isFile(Words[0]), isFile(Words[1]), Words[2].str(), Words[3].str(), {}};
    std::string First = next().str();
    std::string Second =
        Words[4].starts_with("R") || Words[4].starts_with("C") ? next().str() : First;
    if (R.OldFile && !Words[4].starts_with("C"))
      R.Paths.Old = First;
    if (R.NewFile)
      R.Paths.New = Second;
    if (R.OldFile || R.NewFile)
      Rows.push_back(std::move(R));
  }
  return Rows;
}
