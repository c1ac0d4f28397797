// SPDX-License-Identifier: GPL-2.0-or-later
//
// Two versions of a checkout, without touching it.
//
// A version is kept as the files in which it is unlike the disk, since the disk is
// where the compile database points to, and where everything lies that did not
// change. `git diff --raw` names them with the hashes of their contents, and one
// `git cat-file --batch` brings those. Of a range only the last commit is compared
// with the disk: each earlier version is the next one with its commit taken back.
#include "filter/GitChanges.h"
#include "filter/Git.h"
#include "filter/RawDiff.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Path.h"
#include <algorithm>

using namespace holdfast;
using llvm::StringRef;

namespace {

/// With \p Renames a row may have two paths.
std::vector<std::string> rawDiff(bool Renames, std::vector<std::string> What) {
  std::vector<std::string> Args{"diff",
                                "--raw",
                                "-z",
                                "--no-abbrev",
                                "--no-ext-diff",
                                "--no-textconv",
                                "--no-relative",
                                "--no-color",
                                "--ignore-submodules",
                                Renames ? "-M" : "--no-renames"};
  Args.insert(Args.end(), What.begin(), What.end());
  Args.push_back("--");
  return Args;
}

llvm::Expected<std::vector<RawRow>> rowsOf(const std::string &Root, bool Renames,
                                           std::vector<std::string> What) {
  llvm::Expected<std::string> Text = git(Root, rawDiff(Renames, std::move(What)));
  if (!Text)
    return Text.takeError();
  return parseRawDiff(*Text);
}

/// The contents of \p Blobs, by name.
llvm::Expected<llvm::StringMap<std::string>> contents(const std::string &Root,
                                                      std::vector<std::string> Blobs) {
  llvm::StringMap<std::string> Out;
  llvm::sort(Blobs);
  Blobs.erase(std::unique(Blobs.begin(), Blobs.end()), Blobs.end());
  if (Blobs.empty())
    return Out;
  llvm::Expected<std::string> Text =
      git(Root, {"cat-file", "--batch"}, llvm::join(Blobs, "\n") + "\n");
  if (!Text)
    return Text.takeError();
  for (StringRef Rest = *Text; !Rest.empty();) {
    auto [Head, Body] = Rest.split('\n');
    auto [Name, Kind] = Head.split(' ');
    size_t Size = 0;
    if (!Kind.consume_front("blob ") || Kind.getAsInteger(10, Size) ||
        Size >= Body.size())
      return changeError("git has no content for " + Name.str() + " in " + Root,
                         "'git fsck' tells what is wrong with the repository");
    Out[Name] = Body.take_front(Size).str();
    Rest = Body.drop_front(Size + 1);
  }
  return Out;
}

/// The old sides of \p Rows, as files that a version has or has not.
llvm::Expected<FileTexts> oldSides(const std::string &Root,
                                   const std::vector<RawRow> &Rows) {
  std::vector<std::string> Blobs;
  for (const RawRow &R : Rows)
    if (R.OldFile)
      Blobs.push_back(R.OldBlob);
  llvm::Expected<llvm::StringMap<std::string>> Texts = contents(Root, std::move(Blobs));
  if (!Texts)
    return Texts.takeError();
  FileTexts Files;
  for (const RawRow &R : Rows)
    if (R.NewFile)
      Files[R.Paths.New] = std::nullopt;
  for (const RawRow &R : Rows)
    if (R.OldFile)
      Files[R.Paths.Old] = (*Texts)[R.OldBlob];
  return Files;
}

std::vector<ChangedPath> pathsOf(const std::vector<RawRow> &Rows) {
  std::vector<ChangedPath> Out;
  for (const RawRow &R : Rows)
    Out.push_back(R.Paths);
  return Out;
}

/// HEAD, or the empty tree where nothing was committed yet.
llvm::Expected<std::string> headOf(const std::string &Root) {
  llvm::Expected<GitResult> R =
      runGit(Root, {"rev-parse", "--quiet", "--verify", "HEAD^{commit}"});
  if (!R)
    return R.takeError();
  llvm::Expected<std::string> Name =
      R->Code == 0 ? llvm::Expected<std::string>(R->Out)
                   : git(Root, {"hash-object", "-t", "tree", "--stdin"});
  if (!Name)
    return Name.takeError();
  return StringRef(*Name).trim().str();
}

/// New sources that git was not told of, and was not told to ignore.
llvm::Expected<std::vector<std::string>> untracked(const std::string &Root) {
  llvm::Expected<std::string> Text =
      git(Root, {"ls-files", "--others", "--exclude-standard", "-z", "--", "*.[ch]"});
  if (!Text)
    return Text.takeError();
  llvm::SmallVector<StringRef, 8> Names;
  StringRef(*Text).split(Names, '\0', -1, /*KeepEmpty=*/false);
  return std::vector<std::string>(Names.begin(), Names.end());
}

/// The hash of the commit that \p Revision names.
llvm::Expected<std::string> commitOf(const std::string &Root,
                                     const std::string &Revision) {
  llvm::Expected<GitResult> R =
      runGit(Root, {"rev-parse", "--verify", Revision + "^{commit}"});
  if (!R)
    return R.takeError();
  if (R->Code != 0)
    return changeError("git knows no commit '" + Revision + "' in " + Root,
                       "'git log --oneline' shows what there is");
  return StringRef(R->Out).trim().str();
}

} // namespace

static llvm::Expected<FileTexts> filesOfTree(const std::string &Root,
                                             const std::string &Name) {
  llvm::Expected<std::vector<RawRow>> Rows = rowsOf(Root, false, {Name});
  if (!Rows)
    return Rows.takeError();
  return oldSides(Root, *Rows);
}

llvm::Expected<FileTexts> holdfast::filesOf(const std::string &Root,
                                            const std::string &Revision) {
  llvm::Expected<std::string> Commit = commitOf(Root, Revision);
  if (!Commit)
    return Commit.takeError();
  return filesOfTree(Root, *Commit);
}

static llvm::Expected<ChangeSet> stagedChanges(const std::string &Root,
                                               const std::string &Head) {
  ChangeSet Set{Root, {{}, {}}, {{"", 0, 1, {}}}, {}};
  llvm::Expected<FileTexts> Old = filesOfTree(Root, Head);
  if (!Old)
    return Old.takeError();
  llvm::Expected<std::vector<RawRow>> Unstaged = rowsOf(Root, false, {});
  if (!Unstaged)
    return Unstaged.takeError();
  llvm::Expected<FileTexts> New = oldSides(Root, *Unstaged);
  if (!New)
    return New.takeError();
  llvm::Expected<std::vector<RawRow>> Step = rowsOf(Root, true, {"--cached", Head});
  if (!Step)
    return Step.takeError();
  Set.Versions = {std::move(*Old), std::move(*New)};
  Set.Steps[0].Paths = pathsOf(*Step);
  return Set;
}

llvm::Expected<ChangeSet> holdfast::uncommittedChanges(const ChangeRequest &Asked) {
  const std::string &Root = Asked.Root;
  llvm::Expected<std::string> Base =
      Asked.Base.empty() ? headOf(Root) : commitOf(Root, Asked.Base);
  if (!Base)
    return Base.takeError();
  if (Asked.Staged)
    return stagedChanges(Root, *Base);
  llvm::Expected<std::vector<RawRow>> Rows = rowsOf(Root, true, {*Base});
  if (!Rows)
    return Rows.takeError();
  llvm::Expected<FileTexts> Old = oldSides(Root, *Rows);
  if (!Old)
    return Old.takeError();
  llvm::Expected<std::vector<std::string>> Unknown = untracked(Root);
  if (!Unknown)
    return Unknown.takeError();
  ChangeSet Set{Root, {std::move(*Old), {}}, {{"", 0, 1, pathsOf(*Rows)}}, {}};
  for (const std::string &Path : *Unknown) {
    if (Set.Versions[0].emplace(Path, std::nullopt).second)
      Set.Steps[0].Paths.push_back({"", Path});
  }
  return Set;
}

llvm::Expected<bool> holdfast::isRange(const std::string &Root, const std::string &Word) {
  llvm::Expected<GitResult> R =
      runGit(Root, {"rev-parse", "--quiet", "--revs-only", Word});
  if (!R)
    return R.takeError();
  return R->Code == 0 && !StringRef(R->Out).trim().empty();
}

namespace {

struct Commit {
  std::string Hash, Parent, Title;
};

/// The commits of \p Range along the first parents, oldest first.
llvm::Expected<std::vector<Commit>> commitsOf(const std::string &Root,
                                              const std::string &Range) {
  std::vector<std::string> Args{
      "log",        "--reverse",           "--first-parent",
      "--no-color", "--no-show-signature", "--format=%H%x00%P%x00%h %s"};
  if (StringRef(Range).contains(".."))
    Args.insert(Args.end(), {"--end-of-options", Range, "--"});
  else
    Args.insert(Args.end(), {"-1", "--end-of-options", Range, "--"});
  if (size_t Dots = Range.find("..."); Dots != std::string::npos)
    Args.insert(Args.begin() + 1, "--right-only");
  llvm::Expected<std::string> Text = git(Root, Args);
  if (!Text)
    return Text.takeError();
  std::vector<Commit> Out;
  llvm::SmallVector<StringRef, 16> Lines;
  StringRef(*Text).split(Lines, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef Line : Lines) {
    llvm::SmallVector<StringRef, 3> Parts;
    Line.split(Parts, '\0', 2);
    if (Parts.size() != 3)
      continue;
    Out.push_back({Parts[0].str(), Parts[1].split(' ').first.str(), Parts[2].str()});
    if (Parts[1].contains(' '))
      Out.back().Title += " (a merge: beside its first parent)";
    if (Out.back().Parent.empty())
      return changeError("commit " + Parts[2].str() + " has no parent to compare it with",
                         "begin the range after it");
  }
  return Out;
}

} // namespace

llvm::Expected<ChangeSet> holdfast::committedChanges(const std::string &Root,
                                                     const std::string &Range) {
  llvm::Expected<std::vector<Commit>> Commits = commitsOf(Root, Range);
  if (!Commits)
    return Commits.takeError();
  size_t N = Commits->size();
  ChangeSet Set{Root, std::vector<FileTexts>(N + 1), std::vector<ChangeStep>(N), {}};
  if (N == 0) {
    Set.Notes.push_back("there is no commit in " + Range);
    return Set;
  }
  llvm::Expected<FileTexts> Last = filesOfTree(Root, Commits->back().Hash);
  if (!Last)
    return Last.takeError();
  Set.Versions[N] = std::move(*Last);
  for (size_t I = N; I-- > 0;) {
    const Commit &C = (*Commits)[I];
    llvm::Expected<std::vector<RawRow>> Rows = rowsOf(Root, true, {C.Parent, C.Hash});
    if (!Rows)
      return Rows.takeError();
    llvm::Expected<FileTexts> Old = oldSides(Root, *Rows);
    if (!Old)
      return Old.takeError();
    Set.Versions[I] = Set.Versions[I + 1];
    for (auto &[Path, Text] : *Old)
      Set.Versions[I][Path] = std::move(Text);
    Set.Steps[I] = {C.Title, I, I + 1, pathsOf(*Rows)};
  }
  return Set;
}
