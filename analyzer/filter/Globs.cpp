// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter/Globs.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/GlobPattern.h"
#include <algorithm>

using namespace holdfast;

static llvm::Error wrong(llvm::StringRef Glob, const std::string &Why) {
  return llvm::createStringError(std::errc::invalid_argument, "'%s': %s",
                                 Glob.str().c_str(), Why.c_str());
}

llvm::Expected<CheckGlobs> CheckGlobs::parse(llvm::StringRef Text,
                                             const std::vector<CheckInfo> &Checks) {
  CheckGlobs Out;
  llvm::SmallVector<llvm::StringRef> Parts;
  llvm::SplitString(Text, Parts, ",\n");
  for (llvm::StringRef Part : Parts) {
    llvm::StringRef Plain = Part.trim();
    if (Plain.empty())
      continue;
    bool Yes = !Plain.consume_front("-");
    llvm::Expected<llvm::GlobPattern> Pattern = llvm::GlobPattern::create(Plain);
    if (!Pattern)
      return wrong(Part.trim(), llvm::toString(Pattern.takeError()));
    if (std::none_of(Checks.begin(), Checks.end(),
                     [&](const CheckInfo &C) { return Pattern->match(C.Id); }))
      return wrong(Part.trim(), "expected the id of a check or a glob that matches one; "
                                "'holdfast rules' lists them");
    Out.Globs.push_back({Plain.str(), Yes});
  }
  return Out;
}

bool CheckGlobs::matches(llvm::StringRef Id, bool Otherwise) const {
  for (auto It = Globs.rbegin(); It != Globs.rend(); ++It)
    if (llvm::cantFail(llvm::GlobPattern::create(It->Text)).match(Id))
      return It->Yes;
  return Otherwise;
}
