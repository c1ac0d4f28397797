// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Words.h"
#include "link/Program.h"

using namespace holdfast;

const char *holdfast::modeText(LockMode M) {
  switch (M) {
  case LockMode::None:
    return "none";
  case LockMode::Read:
    return "read";
  case LockMode::Write:
    return "write";
  case LockMode::Any:
    return "any";
  }
  return "";
}

std::string holdfast::heldFor(LockMode M) {
  return M == LockMode::Read    ? " held for read"
         : M == LockMode::Write ? " held for write"
                                : " held";
}

std::string holdfast::dotted(const std::string &Qualified) {
  std::string S = Qualified;
  if (size_t P = S.find("::"); P != std::string::npos)
    S.replace(P, 2, ".");
  return S;
}

std::string holdfast::lockName(const Rules &R, Symbol Class) {
  auto It = R.ClassNames.find(Class);
  if (It != R.ClassNames.end())
    return It->second;
  return Class ? dotted(plainName(Class)) : "a lock";
}

std::string holdfast::setHere(const std::string &Function, const SlotStore &Store) {
  return Function + " is " + dotted(Store.Slot.str()) +
         (Store.Table ? " of " + Store.Table.str() : "") + ", set here";
}

std::string holdfast::folderOf(Symbol File) {
  const std::string &S = File.str();
  return S.substr(0, S.rfind('/') == std::string::npos ? 0 : S.rfind('/'));
}
