// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter/Baseline.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include <algorithm>

using namespace holdfast;

static const char *const Head =
    "# Holdfast's baseline: findings that are known and stay for now.\n"
    "# fingerprint, check, function, file # why it stays\n";

static const char *const NoReason = "TODO: say why it stays";

llvm::Error Baseline::readLine(llvm::StringRef Text, unsigned Line) {
  auto [Names, Reason] = Text.split('#');
  llvm::SmallVector<llvm::StringRef, 4> Words;
  llvm::SplitString(Names, Words);
  auto wrong = [&](const char *Expected) {
    return llvm::createStringError(std::errc::invalid_argument,
                                   "%s:%u: expected %s, found '%s'", Path.c_str(), Line,
                                   Expected, Text.str().c_str());
  };
  if (Words.size() != 4)
    return wrong("a fingerprint, a check, a function and a file");
  if (Words[0].size() != 16 || !llvm::all_of(Words[0], llvm::isHexDigit))
    return wrong("a fingerprint of 16 hexadecimal digits first");
  if (Reason.trim().empty())
    return wrong("'# why it stays' at the end");
  Entries.push_back({Words[0].lower(), Words[1].str(), Words[2].str(), Words[3].str(),
                     Reason.trim().str(), Line});
  return llvm::Error::success();
}

llvm::Expected<Baseline> Baseline::load(const std::string &Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!Buffer)
    return llvm::createStringError(Buffer.getError(),
                                   "%s: the baseline cannot be read: %s; "
                                   "--write-baseline makes one",
                                   Path.c_str(), Buffer.getError().message().c_str());
  Baseline B;
  B.Path = Path;
  for (llvm::line_iterator It(**Buffer); !It.is_at_eof(); ++It)
    if (llvm::StringRef Text = It->trim(); !Text.empty() && Text.front() != '#')
      if (llvm::Error E = B.readLine(Text, unsigned(It.line_number())))
        return E;
  return B;
}

bool Baseline::covers(const Finding &F) {
  for (Entry &E : Entries)
    if (!E.Used && E.Fingerprint == F.Fingerprint)
      return E.Used = true;
  return false;
}

/// \p Name as one word of a line, whatever is in it.
static std::string word(std::string Name) {
  for (char &C : Name)
    if (C == '#' || llvm::isSpace(C))
      C = '?';
  return Name.empty() ? "?" : Name;
}

void Baseline::add(const Finding &F) {
  Entries.push_back({F.Fingerprint, F.Rule, word(F.Function), word(F.Loc.File.str()),
                     NoReason, 0, /*Used=*/true});
}

std::vector<Filtered::Unused>
Baseline::unused(const std::string &Shown,
                 const std::function<bool(const std::string &)> &Judged) const {
  std::vector<Filtered::Unused> Out;
  for (const Entry &E : Entries)
    if (!E.Used && Judged(E.File))
      Out.push_back({Shown, E.Line,
                     "unused baseline entry " + E.Fingerprint + " (" + E.Rule + " in " +
                         E.Function + "): there is no such finding"});
  return Out;
}

std::string Baseline::text(bool KeepUnused) const {
  std::vector<std::pair<std::string, std::string>> Lines;
  for (const Entry &E : Entries)
    if (E.Used || KeepUnused)
      Lines.push_back({E.File, E.Fingerprint + " " + E.Rule + " " + E.Function + " " +
                                   E.File + " # " + E.Reason + "\n"});
  std::sort(Lines.begin(), Lines.end());
  std::string Text = Head;
  for (const auto &[File, Line] : Lines)
    Text += Line;
  return Text;
}
