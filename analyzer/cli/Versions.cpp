// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/Versions.h"
#include "kbuild/Paths.h"
#include "kbuild/Sibling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <set>

using namespace holdfast;
using llvm::StringRef;
namespace path = llvm::sys::path;

namespace {

using PathSet = std::set<std::string>;

class VersionBuilder {
public:
  VersionBuilder(const Input &In, const ChangeSet &Set, std::vector<std::string> &Notes);
  std::vector<VersionInput> run();

private:
  OverlayPtr overlay(const FileTexts &Files) const;
  bool exists(const FileTexts &Files, const std::string &Path) const;
  const CompileJob *known(const std::string &Path) const;
  const CompileJob *sibling(const std::string &Path);
  void addUnknown(const std::string &Path);
  std::string full(const std::string &Path) const { return Set.Root + "/" + Path; }

  const Input &In;
  const ChangeSet &Set;
  std::vector<std::string> &Notes;
  PathSet All; ///< every path that any version has something to say about
  std::map<std::string, const CompileJob *> Known; ///< those that the database has
  std::map<std::string, CompileJob> Added;         ///< and those that it has not
};

VersionBuilder::VersionBuilder(const Input &In, const ChangeSet &Set,
                               std::vector<std::string> &Notes)
    : In(In), Set(Set), Notes(Notes) {
  for (const FileTexts &Files : Set.Versions)
    for (const auto &[Path, Text] : Files)
      All.insert(Path);
  OverlayPtr Any = overlay({});
  for (const CompileJob &J : In.Jobs)
    if (const FileOverlay::Entry *E = Any->find(J.File))
      Known[E->Path] = &J;
}

OverlayPtr VersionBuilder::overlay(const FileTexts &Files) const {
  auto Over = std::make_shared<FileOverlay>();
  for (const std::string &Path : All) {
    auto It = Files.find(Path);
    if (It == Files.end())
      Over->add(full(Path), FileOverlay::AsOnDisk);
    else if (It->second)
      Over->add(full(Path), FileOverlay::Text, *It->second);
    else
      Over->add(full(Path), FileOverlay::Absent);
  }
  return Over;
}

bool VersionBuilder::exists(const FileTexts &Files, const std::string &Path) const {
  auto It = Files.find(Path);
  return It == Files.end() ? llvm::sys::fs::is_regular_file(full(Path))
                           : It->second.has_value();
}

const CompileJob *VersionBuilder::known(const std::string &Path) const {
  auto It = Known.find(full(Path));
  return It == Known.end() ? nullptr : It->second;
}

/// The first file of the database in the same folder.
const CompileJob *VersionBuilder::sibling(const std::string &Path) {
  std::string Folder = path::parent_path(full(Path)).str();
  StringRef Last;
  bool IsIt = false;
  for (const CompileJob &J : In.Jobs) {
    StringRef Parent = path::parent_path(J.File);
    if (Parent != Last)
      IsIt = Parent == Folder || (path::filename(Parent) == path::filename(Folder) &&
                                  realPath(Parent) == Folder);
    Last = Parent;
    if (IsIt)
      return &J;
  }
  return nullptr;
}

bool isThere(const FileOverlay::Entry &E) {
  return E.What == FileOverlay::AsOnDisk ? llvm::sys::fs::exists(E.Path)
                                         : E.What == FileOverlay::Text;
}

/// A C file without a database entry. What the change neither adds nor removes is
/// left out by this configuration, or is no part of the kernel.
void VersionBuilder::addUnknown(const std::string &Path) {
  std::string Partner;
  bool ComesOrGoes = false;
  for (const ChangeStep &S : Set.Steps)
    for (const ChangedPath &P : S.Paths) {
      if (P.Old == P.New || (P.Old != Path && P.New != Path))
        continue;
      ComesOrGoes = true;
      const std::string &Other = P.Old == Path ? P.New : P.Old;
      if (!Other.empty())
        Partner = Other;
    }
  const CompileJob *Model = Partner.empty() ? nullptr : known(Partner);
  if (!Model && ComesOrGoes)
    Model = sibling(Path);
  if (!Model && !Partner.empty())
    Model = sibling(Partner);
  if (!Model) {
    Notes.push_back(Path + " is not part of this build, so it is not analyzed");
    return;
  }
  Notes.push_back(Path + " is not in the compile database; it is parsed as " +
                  In.Tree.relative(Model->File) + " is");
  // In the spelling of the database where they are neighbours.
  StringRef Parent = path::parent_path(Model->File);
  bool Beside = realPath(Parent) == path::parent_path(full(Path));
  std::string File =
      Beside ? absolute(path::filename(Path), Parent) : absolute(full(Path));
  Added[Path] = {Model->Directory, File, siblingArgs(Model->Args, Path)};
}

std::vector<VersionInput> VersionBuilder::run() {
  PathSet Touched;
  for (const ChangeStep &S : Set.Steps)
    for (const ChangedPath &P : S.Paths)
      Touched.insert({P.Old, P.New});
  for (const std::string &Path : Touched) {
    if (isBuildFile(Path))
      Notes.push_back(Path + " may change what is built, and the configuration is not "
                             "run again: 'holdfast compdb' does that");
    if (path::extension(Path) == ".c" && !known(Path))
      addUnknown(Path);
  }
  std::vector<VersionInput> Out;
  for (const FileTexts &Files : Set.Versions) {
    VersionInput V{overlay(Files), {}};
    for (const CompileJob &J : In.Jobs) {
      const FileOverlay::Entry *E = V.Over->find(J.File);
      if (!E || isThere(*E))
        V.Jobs.push_back(J);
    }
    for (const auto &[Path, Job] : Added)
      if (exists(Files, Path))
        V.Jobs.push_back(Job);
    std::sort(V.Jobs.begin(), V.Jobs.end(),
              [](const auto &A, const auto &B) { return A.File < B.File; });
    Out.push_back(std::move(V));
  }
  return Out;
}

} // namespace

std::vector<VersionInput> holdfast::versionInputs(const Input &In, const ChangeSet &Set,
                                                  std::vector<std::string> &Notes) {
  return VersionBuilder(In, Set, Notes).run();
}
