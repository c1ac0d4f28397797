// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter/Mailbox.h"
#include "filter/Git.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <algorithm>

using namespace holdfast;
using llvm::StringRef;

/// "3/7" of the words in the brackets that begin a subject.
SeriesPlace holdfast::placeOf(StringRef Subject) {
  Subject = Subject.ltrim();
  while (Subject.consume_front("[")) {
    auto [Tag, Rest] = Subject.split(']');
    llvm::SmallVector<StringRef, 4> Words;
    Tag.split(Words, ' ', -1, /*KeepEmpty=*/false);
    for (StringRef Word : Words) {
      SeriesPlace P;
      auto [Number, Total] = Word.split('/');
      if (!Number.getAsInteger(10, P.Number) && !Total.getAsInteger(10, P.Total))
        return P;
    }
    Subject = Rest.ltrim();
  }
  return {};
}

std::string holdfast::withoutTags(StringRef Subject) {
  Subject = Subject.trim();
  while (Subject.starts_with("[") && Subject.contains(']'))
    Subject = Subject.split(']').second.ltrim();
  return Subject.str();
}

bool holdfast::looksLikeMail(StringRef Text) {
  if (Text.starts_with("From "))
    return true;
  bool Known = false, First = true;
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    Text = Rest;
    Line = Line.rtrim('\r');
    if (Line.empty())
      break;
    bool Folded = !First && (Line[0] == ' ' || Line[0] == '\t');
    StringRef Name = Line.take_while([](char C) { return llvm::isAlnum(C) || C == '-'; });
    if (!Folded && (Name.empty() || !Line.drop_front(Name.size()).starts_with(":")))
      return false;
    Known |= Name.equals_insensitive("from") || Name.equals_insensitive("subject");
    First = false;
  }
  return Known;
}

bool holdfast::hasDiff(StringRef Text) {
  bool Minus = false;
  while (!Text.empty()) {
    auto [Line, Rest] = Text.split('\n');
    if (Line.starts_with("diff --git ") || (Minus && Line.starts_with("+++ ")))
      return true;
    Minus = Line.starts_with("--- ");
    Text = Rest;
  }
  return false;
}

namespace {

struct Mail {
  SeriesPlace Place;
  Patch Content;
  bool Reply = false;
};

/// What `git mailinfo` makes of the mail in file \p Path of folder \p Folder.
llvm::Expected<Mail> readMail(const std::string &Folder, const std::string &Path) {
  llvm::Expected<GitResult> R =
      runGit(Folder, {"mailinfo", "-k", "message", "patch"}, readText(Path),
             /*Alone=*/true);
  if (!R)
    return R.takeError();
  if (R->Code != 0)
    return changeError("git cannot read that mail:\n  " + R->complaint());
  std::string Subject;
  llvm::SmallVector<StringRef, 8> Lines;
  StringRef(R->Out).split(Lines, '\n');
  for (StringRef Line : Lines)
    if (Line.consume_front("Subject: "))
      Subject = Line.str();
  return Mail{placeOf(Subject),
              {withoutTags(Subject), readText(Folder + "/patch")},
              StringRef(Subject).ltrim().starts_with_insensitive("re:")};
}

llvm::Expected<std::vector<Mail>> splitMails(const std::string &Name, StringRef Text) {
  llvm::Expected<ScratchFolder> Scratch = ScratchFolder::make();
  if (!Scratch)
    return Scratch.takeError();
  const std::string &Folder = Scratch->path();
  if (llvm::Error E = writeAtomically(Folder + "/all", Text))
    return std::move(E);
  llvm::Expected<GitResult> R =
      runGit(Folder, {"mailsplit", "-b", "-o" + Folder, "all"}, "", /*Alone=*/true);
  if (!R)
    return R.takeError();
  unsigned Count = 0;
  if (R->Code != 0 || StringRef(R->Out).trim().getAsInteger(10, Count))
    return changeError(Name + ": git cannot split it into mails:\n  " + R->complaint());
  std::vector<Mail> Mails;
  for (unsigned I = 1; I <= Count; ++I) {
    std::string Number = std::to_string(I);
    std::string File = std::string(4 - std::min<size_t>(4, Number.size()), '0') + Number;
    llvm::Expected<Mail> M = readMail(Folder, Folder + "/" + File);
    if (!M)
      return changeError(Name + ": mail " + Number + ": " +
                         llvm::toString(M.takeError()));
    Mails.push_back(std::move(*M));
  }
  return Mails;
}

/// A series is whole or it is one patch of a series.
llvm::Error checkNumbers(const std::string &Name, const std::vector<Mail> &Mails) {
  if (Mails.size() < 2)
    return llvm::Error::success();
  unsigned Total = Mails.front().Place.Total;
  for (const Mail &M : Mails)
    if (M.Place.Total != Total)
      return changeError(Name + " holds patches of more than one series",
                         "keep the mails of one, or give each patch by itself");
  std::vector<unsigned> Seen(Total + 1);
  for (const Mail &M : Mails)
    if (Total && (M.Place.Number > Total || ++Seen[M.Place.Number] > 1))
      return changeError(Name + " holds patch " + std::to_string(M.Place.Number) + "/" +
                             std::to_string(Total) + " more than once",
                         "keep the mails of one version of the series");
  for (unsigned I = 1; I <= Total; ++I)
    if (!Seen[I])
      return changeError(Name + ": patch " + std::to_string(I) + "/" +
                             std::to_string(Total) + " is missing",
                         "is the mbox truncated? Fetch the whole series again");
  return llvm::Error::success();
}

/// What somebody answers with, "how about this", is no part of the series.
void dropReplies(const std::string &Name, std::vector<Mail> &Mails,
                 std::vector<std::string> &Notes) {
  if (llvm::all_of(Mails, [](const Mail &M) { return M.Reply; }))
    return;
  llvm::erase_if(Mails, [&](const Mail &M) {
    if (M.Reply)
      Notes.push_back(Name + ": the patch in the reply '" + M.Content.Title +
                      "' is left out");
    return M.Reply;
  });
}

} // namespace

llvm::Expected<std::vector<Patch>>
holdfast::readMailbox(const std::string &Name, const std::string &Text,
                      std::vector<std::string> &Notes) {
  if (StringRef(Text).trim().empty())
    return changeError(Name + " is empty", "a patch or an mbox is expected");
  if (StringRef(Text).contains('\0'))
    return changeError(Name + " is binary: it is no patch and no mbox",
                       "unpack it first if it is compressed");
  if (!looksLikeMail(Text)) {
    if (!hasDiff(Text))
      return changeError(Name + " holds no patch", "is it truncated?");
    return std::vector<Patch>{{llvm::sys::path::filename(Name).str(), Text, true}};
  }
  llvm::Expected<std::vector<Mail>> Mails = splitMails(Name, Text);
  if (!Mails)
    return Mails.takeError();
  llvm::erase_if(*Mails, [](const Mail &M) { return !hasDiff(M.Content.Text); });
  if (Mails->empty())
    return changeError(Name + " holds no patch", "is it truncated?");
  dropReplies(Name, *Mails, Notes);
  if (llvm::Error E = checkNumbers(Name, *Mails))
    return std::move(E);
  auto before = [](const Mail &A, const Mail &B) {
    return A.Place.Number < B.Place.Number;
  };
  if (!llvm::is_sorted(*Mails, before)) {
    std::sort(Mails->begin(), Mails->end(), before);
    Notes.push_back(Name + " has its mails in another order than their numbers; "
                           "they are applied by number");
  }
  std::vector<Patch> Out;
  for (Mail &M : *Mails)
    Out.push_back(std::move(M.Content));
  return Out;
}
