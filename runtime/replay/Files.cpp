// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Files.h"
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

namespace holdfast {

std::string lineAfter(const std::string &Text, const std::string &Start) {
  std::istringstream In(Text);
  for (std::string Line; std::getline(In, Line);)
    if (Line.rfind(Start, 0) == 0)
      return Line.substr(Start.size());
  return "";
}

std::vector<std::string> shellWords(const std::string &Text) {
  std::vector<std::string> Words;
  std::string Word;
  bool In = false;
  char Quote = 0;
  for (size_t I = 0; I < Text.size(); ++I) {
    char C = Text[I];
    if (Quote) {
      if (C == Quote)
        Quote = 0;
      else
        Word += C;
    } else if (C == '\'' || C == '"') {
      Quote = C;
      In = true;
    } else if (C == '\\' && I + 1 < Text.size()) {
      Word += Text[++I];
      In = true;
    } else if (C == ' ' || C == '\t') {
      if (In)
        Words.push_back(Word);
      Word.clear();
      In = false;
    } else {
      Word += C;
      In = true;
    }
  }
  if (In)
    Words.push_back(Word);
  return Words;
}

std::string readFile(const std::string &Path) {
  std::ifstream In(Path, std::ios::binary);
  return {std::istreambuf_iterator<char>(In), {}};
}

void writeFile(const std::string &Path, const std::string &Text) {
  std::ofstream Out(Path, std::ios::binary | std::ios::trunc);
  Out << Text;
  if (!Out.flush())
    throw ReplayError{"cannot write " + Path + ": " + std::strerror(errno)};
}

std::string digestOf(const std::string &Text) {
  uint64_t Hash = 0xcbf29ce484222325;
  for (unsigned char C : Text)
    Hash = (Hash ^ C) * 0x100000001b3;
  char Digits[17];
  std::snprintf(Digits, sizeof Digits, "%016llx", static_cast<unsigned long long>(Hash));
  return Digits;
}

std::string cacheFolder() {
  const char *Xdg = std::getenv("XDG_CACHE_HOME"), *Home = std::getenv("HOME");
  if (Xdg && *Xdg)
    return std::string(Xdg) + "/holdfast";
  if (!Home || !*Home)
    throw ReplayError{"neither XDG_CACHE_HOME nor HOME is set; give --build"};
  return std::string(Home) + "/.cache/holdfast";
}

} // namespace holdfast
