// SPDX-License-Identifier: GPL-2.0-or-later
//
// Applying a patch to files that are not to be touched.
//
// `git apply` knows every form of patch there is, and what to say of a bad one. It
// runs in a scratch folder that holds copies of the files which the patch names, and
// knows of no repository: so it is the same for a checkout and for an unpacked
// tarball, and no index, however large, is read for it.
//
// What does not apply as it is gets three more chances, in this order, and the user
// is told which one was taken: without carriage returns (mail programs add them),
// with fuzz (as patch(1) does, one line of context must still match), and backwards.
// The last means that the tree has the patch already, as when b4 checks the patches
// of the branch that is checked out: then the tree without it is the old side.
//
// Symbolic links are copied as such, for patches that change where they lead. What
// they lead to is of no version: as in a checkout, links are as they are on disk.
#include "filter/Patches.h"
#include "filter/Git.h"
#include "filter/GitChanges.h"
#include "filter/Mailbox.h"
#include "filter/PatchText.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <filesystem>
#include <set>

using namespace holdfast;
using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace {

/// What one patch makes of the files before it.
struct Applied {
  FileTexts Before, After; ///< of the files that it changes
  std::vector<ChangedPath> Paths;
};

llvm::Error writeFile(const std::string &Path, StringRef Text) {
  if (std::error_code Code = fs::create_directories(path::parent_path(Path)))
    return fileError("cannot make the folder of", Path, Code);
  return writeAtomically(Path, Text);
}

/// Copies the link \p From, unless a file that the patch names took its place.
llvm::Error copyLink(const std::string &From, const std::string &To) {
  std::error_code Code;
  std::string Leads = std::filesystem::read_symlink(From, Code).string();
  if (!Code)
    Code = fs::create_directories(path::parent_path(To));
  if (!Code && !fs::exists(To))
    Code = fs::create_link(Leads, To);
  return Code ? fileError("cannot copy the link", From, Code) : llvm::Error::success();
}

/// Every regular file below \p Folder, by its path from there.
std::map<std::string, std::string> filesBelow(const std::string &Folder) {
  std::map<std::string, std::string> Out;
  std::error_code Code;
  for (fs::recursive_directory_iterator I(Folder, Code, /*follow_symlinks=*/false), End;
       !Code && I != End; I.increment(Code))
    if (I->type() == fs::file_type::regular_file)
      Out[I->path().substr(Folder.size() + 1)] = readText(I->path());
  return Out;
}

class Applier {
public:
  Applier(const ChangeRequest &Asked, std::vector<std::string> &Notes)
      : Root(Asked.Root), Subfolder(Asked.Subfolder), Notes(Notes) {}

  /// Applies \p P to the tree as \p Now has it. \p MayBeThere: where it cannot be
  /// applied but taken back, that is done; Before and After are the right way round.
  llvm::Expected<Applied> apply(const Patch &P, const FileTexts &Now, bool MayBeThere);

private:
  struct Try {
    std::string Text;
    std::vector<std::string> Options;
    std::string Note; ///< what to tell where this one worked
    bool Backwards = false;
  };

  PatchLayout layout(const Patch &P, const FileTexts &Now);
  std::vector<Try> tries(const Patch &P, bool MayBeThere) const;
  std::optional<std::string> textOf(const FileTexts &Now, const std::string &Path) const;
  llvm::Error fill(const std::string &Folder, const std::set<std::string> &Named,
                   const FileTexts &Now, FileTexts &Before) const;
  static Applied compare(const std::string &Folder, FileTexts Before,
                         const PatchNames &Names, bool Backwards);
  llvm::Error refused(const Patch &P, const std::string &Complaint) const;

  const std::string &Root, &Subfolder;
  std::vector<std::string> &Notes;
};

std::optional<std::string> Applier::textOf(const FileTexts &Now,
                                           const std::string &Path) const {
  if (auto It = Now.find(Path); It != Now.end())
    return It->second;
  std::string Full = Root + "/" + Path;
  if (!fs::is_regular_file(Full) || fs::is_symlink_file(Full))
    return std::nullopt;
  return readText(Full);
}

llvm::Error Applier::fill(const std::string &Folder, const std::set<std::string> &Named,
                          const FileTexts &Now, FileTexts &Before) const {
  if (std::error_code Code = fs::create_directories(Folder))
    return fileError("cannot make", Folder, Code);
  for (const std::string &Path : Named) {
    std::optional<std::string> Text = textOf(Now, Path);
    if (Text)
      if (llvm::Error E = writeFile(Folder + "/" + Path, *Text))
        return E;
    if (Text)
      Before[Path] = std::move(Text);
  }
  // Last: nothing may be written through one of them.
  for (const std::string &Path : Named)
    if (!Now.count(Path) && fs::is_symlink_file(Root + "/" + Path))
      if (llvm::Error E = copyLink(Root + "/" + Path, Folder + "/" + Path))
        return E;
  return llvm::Error::success();
}

PatchLayout Applier::layout(const Patch &P, const FileTexts &Now) {
  PatchLayout L = layoutOf(
      P.Text, Subfolder,
      [&](const std::string &Path) {
        auto It = Now.find(Path);
        return It != Now.end() ? It->second.has_value() : fs::exists(Root + "/" + Path);
      },
      [&](const std::string &Path) { return fs::is_directory(Root + "/" + Path); });
  if (!L.Folder.empty())
    Notes.push_back("'" + P.Title + "' is taken to be relative to " + L.Folder);
  return L;
}

/// \p Text with the line ends of Unix.
std::string withoutReturns(StringRef Text) {
  std::string Out;
  Out.reserve(Text.size());
  for (size_t I = 0; I < Text.size(); ++I)
    if (!Text.substr(I).starts_with("\r\n"))
      Out += Text[I];
  return Out;
}

std::vector<Applier::Try> Applier::tries(const Patch &P, bool MayBeThere) const {
  std::string Unix = withoutReturns(P.Text), Quoted = "'" + P.Title + "' ";
  std::vector<Try> Out{{P.Text, {}, "", false}};
  if (Unix != P.Text)
    Out.push_back({Unix, {}, Quoted + "is read without its carriage returns", false});
  Out.push_back(
      {Unix, {"-C1"}, Quoted + "applies with fuzz: look at where it goes", false});
  if (MayBeThere)
    Out.push_back({Unix,
                   {"-R"},
                   Quoted + "is in the tree already; it is compared with the tree "
                            "without it",
                   true});
  return Out;
}

Applied Applier::compare(const std::string &Folder, FileTexts Before,
                         const PatchNames &Names, bool Backwards) {
  Applied A;
  std::map<std::string, std::string> Left = filesBelow(Folder);
  for (auto &[Path, Text] : Before)
    if (!Left.count(Path)) {
      A.Before[Path] = std::move(Text);
      A.After[Path] = std::nullopt;
    }
  for (auto &[Path, Text] : Left) {
    auto Old = Before.find(Path);
    if (Old != Before.end() && Old->second == Text)
      continue;
    A.Before[Path] = Old == Before.end() ? std::nullopt : std::move(Old->second);
    A.After[Path] = std::move(Text);
  }
  if (Backwards)
    std::swap(A.Before, A.After);
  std::set<std::string> Gone;
  for (auto &[New, Old] : Names.Renamed)
    if (A.After.count(New) && A.Before.count(Old))
      Gone.insert(Old);
  for (const auto &[Path, Text] : A.After) {
    if (Gone.count(Path))
      continue;
    auto From = Names.Renamed.find(Path);
    bool IsRename = From != Names.Renamed.end() && Gone.count(From->second);
    A.Paths.push_back({IsRename         ? From->second
                       : A.Before[Path] ? Path
                                        : "",
                       Text ? Path : ""});
  }
  return A;
}

llvm::Error Applier::refused(const Patch &P, const std::string &Complaint) const {
  std::string Remedy =
      StringRef(Complaint).contains("cannot apply binary patch")
          ? "the patch does not say what is in that file: leave it out, or make the "
            "patch with 'git diff --binary'"
          : "is it for another release, truncated, or in need of the patches "
            "before it? --base REV applies it to another commit";
  return changeError("'" + P.Title + "' does not apply to " + Root + ":\n  " + Complaint,
                     Remedy);
}

llvm::Expected<Applied> Applier::apply(const Patch &P, const FileTexts &Now,
                                       bool MayBeThere) {
  std::string Complaint;
  const PatchLayout L = layout(P, Now);
  const PatchNames Names = namesIn(P.Text, L);
  for (const Try &T : tries(P, MayBeThere)) {
    llvm::Expected<ScratchFolder> Scratch = ScratchFolder::make();
    if (!Scratch)
      return Scratch.takeError();
    std::string Folder = Scratch->path() + "/tree";
    FileTexts Before;
    if (llvm::Error E = fill(Folder, Names.Files, Now, Before))
      return std::move(E);
    std::vector<std::string> Args{"apply", "--whitespace=nowarn",
                                  "-p" + std::to_string(L.Strip)};
    if (!L.Folder.empty())
      Args.push_back("--directory=" + L.Folder);
    Args.insert(Args.end(), T.Options.begin(), T.Options.end());
    llvm::Expected<GitResult> R = runGit(Folder, Args, T.Text, /*Alone=*/true);
    if (!R)
      return R.takeError();
    if (R->Code != 0) {
      if (Complaint.empty())
        Complaint = R->complaint();
      continue;
    }
    if (!T.Note.empty())
      Notes.push_back(T.Note);
    return compare(Folder, std::move(Before), Names, T.Backwards);
  }
  return refused(P, Complaint);
}

/// The patches of every file named, in that order.
llvm::Expected<std::vector<Patch>> readAll(const ChangeRequest &Asked,
                                           std::vector<std::string> &Notes) {
  std::vector<Patch> All;
  for (const std::string &Word : Asked.Words) {
    if (fs::is_directory(Word))
      return changeError(Word + " is a folder", "name the patches in it");
    llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> Buffer =
        llvm::MemoryBuffer::getFileOrSTDIN(Word, /*IsText=*/false,
                                           /*RequiresNullTerminator=*/false);
    if (!Buffer)
      return fileError("cannot read", Word, Buffer.getError());
    llvm::Expected<std::vector<Patch>> Some = readMailbox(
        Word == "-" ? "standard input" : Word, (*Buffer)->getBuffer().str(), Notes);
    if (!Some)
      return Some.takeError();
    All.insert(All.end(), Some->begin(), Some->end());
  }
  return All;
}

} // namespace

llvm::Expected<ChangeSet> holdfast::readPatches(const ChangeRequest &Asked) {
  ChangeSet Set{Asked.Root, {{}}, {}, {}};
  llvm::Expected<std::vector<Patch>> All = readAll(Asked, Set.Notes);
  if (!All)
    return All.takeError();
  if (!Asked.Base.empty()) {
    llvm::Expected<FileTexts> Base = filesOf(Asked.Root, Asked.Base);
    if (!Base)
      return Base.takeError();
    Set.Versions[0] = std::move(*Base);
  }
  Applier Work(Asked, Set.Notes);
  for (const Patch &P : *All) {
    size_t Now = Set.Versions.size() - 1;
    llvm::Expected<Applied> A = Work.apply(P, Set.Versions[Now], All->size() == 1);
    if (!A)
      return A.takeError();
    FileTexts Next = Set.Versions[Now];
    for (const auto &[Path, Text] : A->Before)
      Set.Versions[Now][Path] = Text;
    for (const auto &[Path, Text] : A->After)
      Next[Path] = Text;
    Set.Versions.push_back(std::move(Next));
    Set.Steps.push_back(
        {All->size() > 1 ? P.Title : "", Now, Now + 1, std::move(A->Paths)});
  }
  return Set;
}
