// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Places are lines and columns of the files as they were parsed. All edits are
/// placed in these texts first and put in from the end backwards, so that none
/// moves another.
#include "report/Fixes.h"
#include <algorithm>
#include <set>

using namespace holdfast;

llvm::Expected<size_t> holdfast::offsetOf(llvm::StringRef Text, const Location &At) {
  size_t Line = 0;
  for (uint32_t N = 1; N < At.Line && Line != llvm::StringRef::npos; ++N) {
    Line = Text.find('\n', Line);
    Line += Line != llvm::StringRef::npos;
  }
  size_t End = Line == llvm::StringRef::npos ? Line : Text.find('\n', Line);
  size_t Length = std::min(End, Text.size()) - Line;
  if (!At || !At.Column || Line == llvm::StringRef::npos || At.Column - 1 > Length)
    return llvm::createStringError(std::errc::invalid_argument,
                                   "%s:%u:%u: there is no such place any more",
                                   At.File.str().c_str(), At.Line, At.Column);
  return Line + At.Column - 1;
}

namespace {

/// A place and what to put in there; ordered by place, then as first asked for.
struct Insertion {
  size_t Offset;
  std::string Text;
};

class Applier {
public:
  explicit Applier(const SourceReader &Read) : Read(Read) {}
  llvm::Error add(const Fix &Mend);
  std::map<std::string, std::string> texts() const;

private:
  llvm::Expected<const std::string *> text(const std::string &File);

  const SourceReader &Read;
  std::map<std::string, std::string> Texts;
  std::map<std::string, std::multimap<size_t, std::string>> Insertions;
};

llvm::Expected<const std::string *> Applier::text(const std::string &File) {
  auto It = Texts.find(File);
  if (It == Texts.end()) {
    llvm::Expected<std::string> Text = Read(File);
    if (!Text)
      return Text.takeError();
    It = Texts.emplace(File, std::move(*Text)).first;
  }
  return &It->second;
}

llvm::Error Applier::add(const Fix &Mend) {
  std::vector<std::pair<std::string, Insertion>> Placed;
  for (const Edit &E : Mend.Edits) {
    llvm::Expected<const std::string *> Text = text(E.At.File.str());
    if (!Text)
      return Text.takeError();
    llvm::Expected<size_t> Offset = offsetOf(**Text, E.At);
    if (!Offset)
      return Offset.takeError();
    Placed.push_back({E.At.File.str(), {*Offset, E.Insert}});
  }
  for (auto &[File, I] : Placed) {
    auto &Of = Insertions[File];
    auto [First, Last] = Of.equal_range(I.Offset);
    if (std::none_of(First, Last, [&](const auto &X) { return X.second == I.Text; }))
      Of.emplace_hint(Last, I.Offset, I.Text);
  }
  return llvm::Error::success();
}

std::map<std::string, std::string> Applier::texts() const {
  std::map<std::string, std::string> Out;
  for (const auto &[File, Of] : Insertions) {
    std::string &Text = Out[File] = Texts.at(File);
    for (auto It = Of.rbegin(); It != Of.rend(); ++It)
      Text.insert(It->first, It->second);
  }
  return Out;
}

} // namespace

FixOutcome holdfast::applyFixes(const std::vector<Finding> &Findings,
                                const SourceReader &Read) {
  FixOutcome Out;
  Applier A(Read);
  std::set<std::string> Refused;
  for (const Finding &F : Findings) {
    if (!F.Mend || F.Mend->Edits.empty())
      continue;
    if (llvm::Error E = A.add(*F.Mend))
      Refused.insert(llvm::toString(std::move(E)));
    else
      ++Out.Applied;
  }
  Out.Files = A.texts();
  Out.Refused.assign(Refused.begin(), Refused.end());
  return Out;
}
