// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// LLVM's list does the matching. It takes any prefix and any section, so that
/// what is misspelt would silently match nothing: each line is looked at here
/// first, which is also how the entries are known that match nothing.
#include "filter/Suppressions.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include <algorithm>

using namespace holdfast;

static llvm::Error wrong(const std::string &Path, unsigned Line,
                         const std::string &What) {
  return llvm::createStringError(std::errc::invalid_argument, "%s:%u: %s", Path.c_str(),
                                 Line, What.c_str());
}

llvm::Error Suppressions::readLine(llvm::StringRef Text, unsigned Line,
                                   const std::vector<CheckInfo> &Checks) {
  bool Section = Text.consume_front("[");
  if (Section && !Text.consume_back("]"))
    return wrong(Path, Line, "expected ']' at the end of a section");
  auto [Kind, Rest] = Text.split(':');
  if (!Section && Kind != "fun" && Kind != "src")
    return wrong(Path, Line,
                 "expected [CHECK], fun:GLOB or src:GLOB, found '" + Text.str() + "'");
  llvm::StringRef Pattern = Section ? Text : Rest;
  if (Pattern.empty() || (!Section && Pattern.contains('=')))
    return wrong(Path, Line,
                 "expected a glob" + std::string(Section ? "" : " without a category") +
                     ", found '" + Text.str() + "'");
  auto Glob = llvm::GlobPattern::create(Pattern, /*MaxSubPatterns=*/1024);
  if (!Glob)
    return wrong(Path, Line, "expected a glob: " + llvm::toString(Glob.takeError()));
  if (!Section)
    Entries.push_back({Line, Text.str()});
  else if (std::none_of(Checks.begin(), Checks.end(),
                        [&](const CheckInfo &C) { return Glob->match(C.Id); }))
    return wrong(Path, Line,
                 "expected the id of a check or a glob that matches one, "
                 "found '" +
                     Text.str() + "'; 'holdfast rules' lists them");
  return llvm::Error::success();
}

llvm::Expected<Suppressions> Suppressions::load(const std::string &Path,
                                                const std::vector<CheckInfo> &Checks) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!Buffer)
    return llvm::createStringError(Buffer.getError(),
                                   "%s: the suppressions cannot be read: %s",
                                   Path.c_str(), Buffer.getError().message().c_str());
  Suppressions S;
  S.Path = Path;
  for (llvm::line_iterator It(**Buffer, /*SkipBlanks=*/true, '#'); !It.is_at_eof(); ++It)
    if (llvm::StringRef Text = It->trim(); !Text.empty())
      if (llvm::Error E = S.readLine(Text, unsigned(It.line_number()), Checks))
        return E;
  std::string Why;
  S.List = llvm::SpecialCaseList::create(Buffer->get(), Why);
  if (!S.List)
    return llvm::createStringError(std::errc::invalid_argument, "%s: %s", Path.c_str(),
                                   Why.c_str());
  return S;
}

bool Suppressions::covers(const Finding &F) {
  bool Covered = false;
  auto ask = [&](const char *Kind, llvm::StringRef Query) {
    unsigned Line = List->inSectionBlame(F.Rule, Kind, Query).second;
    for (Entry &E : Entries)
      E.Used |= E.Line == Line;
    Covered |= Line != 0;
  };
  ask("fun", F.Function);
  ask("src", F.Loc.File.str());
  return Covered;
}

std::vector<Filtered::Unused> Suppressions::unused(const std::string &Shown) const {
  std::vector<Filtered::Unused> Out;
  for (const Entry &E : Entries)
    if (!E.Used)
      Out.push_back(
          {Shown, E.Line, "unused suppression '" + E.Text + "': no finding needs it"});
  return Out;
}
