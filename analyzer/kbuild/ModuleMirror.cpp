// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/ModuleMirror.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <vector>

using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace holdfast {

/// True for what a build, version control or we leave beside sources.
static bool isProduct(StringRef Path) {
  StringRef Name = path::filename(Path);
  if (Name.starts_with(".") || Name.starts_with("compile_commands.json") ||
      Name == "modules.order" || Name == "Module.symvers" ||
      Name == "modules.nsdeps" || Name.ends_with(".mod.c"))
    return true;
  StringRef Suffix = path::extension(Name);
  if (Suffix == ".ko" || Suffix == ".mod" || Suffix == ".cmd")
    return true;
  // An object with no record of its making is a source to its Makefile.
  if (Suffix == ".o" || Suffix == ".a")
    return fs::exists(path::parent_path(Path) + "/." + Name + ".cmd");
  return false;
}

static llvm::Error link(const std::string &Target, const std::string &Link) {
  if (std::error_code Code = fs::create_link(Target, Link))
    return fileError("cannot create", Link, Code);
  return llvm::Error::success();
}

/// Removes the links below \p Folder; what the build made stays.
static llvm::Error removeLinks(const std::string &Folder) {
  std::error_code Code;
  std::vector<std::string> Links;
  fs::recursive_directory_iterator It(Folder, Code, /*follow_symlinks=*/false);
  for (fs::recursive_directory_iterator End; It != End && !Code;
       It.increment(Code))
    if (fs::is_symlink_file(It->path()))
      Links.push_back(It->path());
  for (const std::string &Link : Links)
    if (std::error_code Failed = fs::remove(Link))
      return fileError("cannot remove", Link, Failed);
  return llvm::Error::success();
}

/// Mirrors the folder \p From as \p To, except for \p Except and below.
static llvm::Error mirror(const std::string &From, const std::string &To,
                          StringRef Except) {
  if (std::error_code Code = fs::create_directories(To))
    return fileError("cannot create", To, Code);
  std::error_code Code;
  for (fs::directory_iterator It(From, Code, /*follow_symlinks=*/false), End;
       It != End && !Code; It.increment(Code)) {
    const std::string &Path = It->path();
    std::string Copy = To + "/" + path::filename(Path).str();
    if (isProduct(Path) || isBelow(Path, Except))
      continue;
    bool IsFolder = It->type() == fs::file_type::directory_file;
    if (llvm::Error E =
            IsFolder ? mirror(Path, Copy, Except) : link(Path, Copy))
      return E;
  }
  if (Code)
    return fileError("cannot read", From, Code);
  return llvm::Error::success();
}

/// Links what lies beside \p Module into \p Container.
static llvm::Error linkNeighbours(StringRef Module,
                                  const std::string &Container) {
  constexpr unsigned Many = 1000; // a folder of everything: no one's includes
  std::vector<std::string> Neighbours;
  std::error_code Code;
  for (fs::directory_iterator It(path::parent_path(Module), Code), End;
       It != End && !Code && Neighbours.size() <= Many; It.increment(Code))
    if (It->path() != Module && !isProduct(It->path()))
      Neighbours.push_back(It->path());
  if (Neighbours.size() > Many)
    return llvm::Error::success();
  for (const std::string &Path : Neighbours)
    if (llvm::Error E =
            link(Path, Container + "/" + path::filename(Path).str()))
      return E;
  return llvm::Error::success();
}

llvm::Expected<ModuleMirror> ModuleMirror::make(StringRef Module,
                                                StringRef Root) {
  ModuleMirror Mirror;
  Mirror.Module = Module.str();
  std::string Container =
      (Root + "/ext/" + llvm::utohexstr(llvm::xxh3_64bits(Module))).str();
  Mirror.Folder = Container + "/" + path::filename(Module).str();
  if (std::error_code Code = fs::create_directories(Mirror.Folder))
    return fileError("cannot create", Mirror.Folder, Code);
  if (llvm::Error E = removeLinks(Container))
    return std::move(E);
  // The object folder may lie in the module's.
  if (llvm::Error E =
          mirror(Mirror.Module, Mirror.Folder, path::parent_path(Root)))
    return std::move(E);
  if (llvm::Error E = linkNeighbours(Module, Container))
    return std::move(E);
  return Mirror;
}

std::string ModuleMirror::userPath(StringRef Path) const {
  StringRef Container = path::parent_path(Folder);
  if (!isBelow(Path, Container))
    return Path.str();
  return (path::parent_path(Module) + Path.drop_front(Container.size())).str();
}

std::string ModuleMirror::inUsersWords(StringRef Text) const {
  std::string Out;
  for (size_t At; (At = Text.find(Folder)) != StringRef::npos;
       Text = Text.drop_front(At + Folder.size()))
    Out += Text.take_front(At).str() + Module;
  return Out + Text.str();
}

void ModuleMirror::mapBack(CmdRecord &Record, StringRef BuildFolder) const {
  std::string Mirrored = absolute(Record.Source, BuildFolder);
  std::string User = userPath(Mirrored);
  bool IsGenerated = !fs::exists(User);
  std::vector<std::string> Args;
  StringRef Last;
  for (const std::string &Arg : Record.Args) {
    StringRef Rest = Arg;
    StringRef Option = Rest.consume_front("-I") ? "-I" : "";
    std::string Mapped = userPath(Rest);
    bool IsFolder = Option == "-I" || Last == "-I" || Last == "-isystem" ||
                    Last == "-iquote";
    if (Last == "-o" || Mapped == Rest || !fs::exists(Mapped)) {
      Args.push_back(Arg);
    } else {
      Args.push_back(Option.str() + Mapped);
      if (IsFolder && Option.empty())
        Args.push_back(Last.str());
      if (IsFolder)
        Args.push_back(Arg);
    }
    Last = Arg;
  }
  if (!IsGenerated) {
    Record.Source = User;
    Args.back() = User;
    Args.insert(Args.end() - 1, {"-iquote", path::parent_path(Mirrored).str()});
  }
  Record.Args = std::move(Args);
}

} // namespace holdfast
