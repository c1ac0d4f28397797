// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/Shadow.h"
#include "kbuild/CmdFile.h"
#include "kbuild/KernelTree.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using llvm::StringRef;
namespace fs = llvm::sys::fs;

namespace holdfast {

llvm::Error usageError(const llvm::Twine &What, const llvm::Twine &Remedy) {
  return llvm::createStringError(What + "\n  " + Remedy);
}

/// \p Shown is in the words of the user.
static llvm::Error checkTree(StringRef Tree, StringRef Shown) {
  if (!fs::is_directory(Tree))
    return usageError("the kernel tree " + Shown + " is not a folder",
                      "name the top of a kernel's sources with --tree");
  if (!isKernelTree(Tree))
    return usageError(Shown + " is not a kernel tree (a Makefile, Kbuild, "
                              "Kconfig and MAINTAINERS belong there)",
                      "name the top of a kernel's sources with --tree; a "
                      "package of headers is not enough (but it is for a module: "
                      "holdfast check --module DIR --kernel HEADERS)");
  return llvm::Error::success();
}

static llvm::Error checkInTree(StringRef Tree, StringRef Build) {
  if (Tree == Build)
    return usageError(
        Build + " is configured and built in the sources themselves",
        "kbuild cannot use a second object folder then. Move the configuration "
        "out: mkdir OBJ && mv " +
            Build + "/.config OBJ/ && make -C " + Build +
            " mrproper, and name that OBJ with --build. Or, after a build, use "
            "the "
            "database of scripts/clang-tools/gen_compile_commands.py");
  bool HasGenerated = fs::exists(Tree + "/include/config") ||
                      fs::exists(Tree + "/arch/x86/include/generated");
  if (fs::exists(Tree + "/.config") || HasGenerated)
    return usageError(
        "the source tree " + Tree + " is not clean",
        "kbuild builds in another folder only if nothing was "
        "built in the sources: make -C " +
            Tree + " mrproper (it deletes .config and all objects there)");
  return llvm::Error::success();
}

static llvm::Error checkBuild(StringRef Tree, StringRef Build,
                              StringRef Shown) {
  if (!fs::is_directory(Build))
    return usageError("the object folder " + Shown + " does not exist",
                      "configure one: make -C " + Tree +
                          " O=" + absolute(Shown) + " defconfig");
  if (llvm::Error E = checkInTree(Tree, Build))
    return E;
  if (!fs::exists(Build + "/.config"))
    return usageError(Shown + " is not configured (it has no .config)",
                      "configure it: make -C " + Tree + " O=" + Build +
                          " defconfig");
  for (StringRef Path : {Tree, Build})
    if (Path.find_first_of(" :\t") != StringRef::npos)
      return usageError("kbuild takes no spaces or colons in a path: " + Path,
                        "use a folder, or a mount of it, without them");
  return llvm::Error::success();
}

llvm::Error checkTools(const CompdbOptions &Options) {
  for (auto [Tool, Package] :
       {std::pair("make", "make"), std::pair("clang-22", "clang-22"),
        std::pair("ld.lld-22", "lld-22"), std::pair("llvm-ar-22", "llvm-22"),
        std::pair("llvm-nm-22", "llvm-22"),
        std::pair("llvm-objcopy-22", "llvm-22")})
    if (!llvm::sys::findProgramByName(Tool))
      return usageError(llvm::Twine(Tool) + " is missing",
                        "install it (Debian: apt-get install " +
                            llvm::Twine(Package) + ") or add it to PATH");
  if (!fs::can_execute(Options.Recorder))
    return usageError("holdfast-cc is missing: " + Options.Recorder,
                      "it belongs beside the holdfast executable: build or "
                      "install it again");
  return llvm::Error::success();
}

std::string configuredArch(StringRef Path) {
  std::string Text = readText(Path);
  StringRef Head = StringRef(Text).take_front(1024);
  size_t At = Head.find("# Linux/");
  if (At == StringRef::npos)
    return "";
  Head = Head.drop_front(At + sizeof("# Linux/") - 1);
  return Head.take_until([](char C) { return C == ' ' || C == '\n'; }).str();
}

llvm::Expected<ShadowPaths> locateShadow(const CompdbOptions &Options) {
  std::string Tree = Options.Tree;
  if (Tree.empty())
    Tree = findKernelTree(Options.Build).Root;
  if (Tree.empty()) // as an earlier run had it
    Tree = findKernelTree(Options.Build + "/.holdfast/build").Root;
  if (Tree.empty())
    return usageError(
        "cannot tell which sources " + Options.Build + " was configured from",
        "name the top of the kernel's sources with --tree" +
            (Options.Module.empty()
                 ? llvm::Twine("")
                 : "; where there are headers alone: holdfast check --module " +
                       llvm::Twine(Options.Module) + " --kernel " + Options.Build));
  ShadowPaths Paths;
  Paths.Tree = realPath(Tree);
  Paths.Build = realPath(Options.Build);
  if (llvm::Error E = checkTree(Paths.Tree, Tree))
    return std::move(E);
  if (llvm::Error E = checkBuild(Paths.Tree, Paths.Build, Options.Build))
    return std::move(E);
  if (llvm::Error E = checkTools(Options))
    return std::move(E);
  Paths.Root = Paths.Build + "/.holdfast";
  Paths.Shadow = Paths.Root + "/build";
  Paths.LogFile = Paths.Root + "/compdb.log";
  // kbuild makes this one for itself, for the configured architecture.
  Paths.Empty = Paths.Shadow + "/scripts/mod/empty.o";
  Paths.Release = findKernelTree("", Paths.Tree + "/Makefile").Release;
  Paths.Arch = configuredArch(Paths.Build + "/.config");
  return Paths;
}

llvm::Expected<ShadowLock> ShadowLock::take(const ShadowPaths &Paths) {
  if (std::error_code Code = fs::create_directories(Paths.Root))
    return fileError("cannot create", Paths.Root, Code);
  std::string File = Paths.Root + "/lock";
  int Fd = open(File.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (Fd < 0)
    return fileError("cannot create", File,
                     std::error_code(errno, std::generic_category()));
  if (flock(Fd, LOCK_EX | LOCK_NB) != 0) {
    close(Fd);
    return usageError("another holdfast compdb is running in " + Paths.Build,
                      "wait for it to end");
  }
  return ShadowLock(Fd);
}

ShadowLock::~ShadowLock() {
  if (Fd >= 0)
    close(Fd);
}

static std::string startedMark(const ShadowPaths &Paths) {
  return Paths.Root + "/started";
}

ShadowState shadowState(const ShadowPaths &Paths) {
  if (!fs::exists(Paths.Shadow + "/.config"))
    return ShadowState::New;
  return fs::exists(startedMark(Paths)) ? ShadowState::Interrupted
                                        : ShadowState::Complete;
}

llvm::Error markStarted(const ShadowPaths &Paths) {
  return writeAtomically(startedMark(Paths), "");
}

void markComplete(const ShadowPaths &Paths) { fs::remove(startedMark(Paths)); }

/// Makes \p Seen a copy of \p From. True if it was none.
static llvm::Expected<bool> copyIfChanged(const std::string &From,
                                          const std::string &Seen) {
  std::string Text = readText(From);
  if (fs::exists(Seen) && readText(Seen) == Text)
    return false;
  if (llvm::Error E = writeAtomically(Seen, Text))
    return std::move(E);
  return true;
}

/// Removes a file or a folder; that there is none is fine.
static llvm::Error removeAll(const std::string &Path) {
  if (fs::is_directory(Path)) {
    if (std::error_code Code = fs::remove_directories(Path, false))
      return fileError("cannot remove", Path, Code);
  } else if (std::error_code Code = fs::remove(Path)) {
    return fileError("cannot remove", Path, Code);
  }
  return llvm::Error::success();
}

llvm::Error linkRecorder(const ShadowPaths &Paths, const std::string &Recorder) {
  std::string Link = Paths.Root + "/cc";
  if (realPath(Link) == realPath(Recorder))
    return llvm::Error::success();
  fs::remove(Link);
  if (std::error_code Code = fs::create_link(realPath(Recorder), Link))
    return fileError("cannot create", Link, Code);
  return llvm::Error::success();
}

llvm::Error prepareFolders(const ShadowPaths &Paths,
                           const CompdbOptions &Options) {
  std::string Source = Paths.Shadow + "/source";
  bool OtherTree = fs::exists(Source) && realPath(Source) != Paths.Tree;
  if (Options.Fresh || OtherTree)
    for (const char *Name : {"/build", "/ext", "/config", "/config.recorded"})
      if (llvm::Error E = removeAll(Paths.Root + Name))
        return E;
  if (std::error_code Code = fs::create_directories(Paths.Shadow))
    return fileError("cannot create", Paths.Shadow, Code);
  fs::remove(Paths.LogFile);
  if (llvm::Error E = linkRecorder(Paths, Options.Recorder))
    return E;

  std::string Config = Paths.Build + "/.config";
  llvm::Expected<bool> Changed = copyIfChanged(Config, Paths.Root + "/config");
  if (!Changed)
    return Changed.takeError();
  if (*Changed || !fs::exists(Paths.Shadow + "/.config"))
    return writeAtomically(Paths.Shadow + "/.config", readText(Config));
  return llvm::Error::success();
}

llvm::Error forgetIfReconfigured(const ShadowPaths &Paths) {
  std::string Recorded = Paths.Root + "/config.recorded";
  bool HadOne = fs::exists(Recorded);
  std::string Old = readText(Recorded);
  std::string New = readText(Paths.Shadow + "/.config");
  if (HadOne && Old != New)
    if (llvm::Error E = removeCmdFiles(Paths.Shadow))
      return E;
  return HadOne && Old == New ? llvm::Error::success()
                              : writeAtomically(Recorded, New);
}

MakeCommand shadowMake(const ShadowPaths &Paths, const CompdbOptions &Options,
                       bool Record, std::vector<std::string> Goals) {
  MakeCommand Make;
  Make.LogFile = Paths.LogFile;
  Make.Args = {"make", "-k", "-j" + std::to_string(Options.Jobs), "-C", Paths.Tree,
               "LLVM=-22",
               // By a link of ours: the command lines that kbuild compares to
               // find what changed stay the same wherever we are installed.
               "CC=" + Paths.Root + "/cc"};
  if (!Paths.IsHeaders)
    Make.Args.push_back("O=" + Paths.Shadow);
  // What kbuild does to each object once it is compiled has nothing to look at
  // in empty ones, and takes half of the time.
  for (const char *Step : {"objtool", "check_local_export", "record_mcount",
                           "gen_symversions_c", "gen_symversions_S"})
    Make.Args.push_back("cmd_" + std::string(Step) + "=");
  // Nor is there a need to link what is of no architecture in particular.
  if (Paths.IsHeaders)
    for (const char *Step : {"ld_multi_m", "link_multi-m"})
      Make.Args.push_back("cmd_" + std::string(Step) + "=:"); // as a command of the shell
  if (!Paths.Arch.empty() && (Paths.IsHeaders || Paths.Arch != "x86"))
    Make.Args.push_back("ARCH=" + Paths.Arch);
  Make.Args.insert(Make.Args.end(), Goals.begin(), Goals.end());
  // What a make around us says is not meant for this one.
  for (const char *Name :
       {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "O", "M",
        "KBUILD_OUTPUT", "KBUILD_EXTMOD", "KBUILD_VERBOSE", "CC", "LLVM"})
    Make.Environment.push_back({Name, ""});
  Make.Environment.push_back({"LC_ALL", "C"});
  Make.Environment.push_back({"HOLDFAST_CC", "clang-22"});
  Make.Environment.push_back({"HOLDFAST_OBJECT_ROOT", Paths.Root});
  Make.Environment.push_back({"HOLDFAST_EMPTY_OBJECT", Record ? Paths.Empty : ""});
  return Make;
}

} // namespace holdfast
