// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/Headers.h"
#include "kbuild/KernelTree.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include <optional>

using llvm::StringRef;
namespace fs = llvm::sys::fs;

namespace holdfast {

/// VERSION, PATCHLEVEL and SUBLEVEL as the generated version.h has them.
static std::string versionMacros(StringRef Folder) {
  std::string Text = readText((Folder + "/include/generated/uapi/linux/version.h").str());
  std::string Numbers;
  for (StringRef Name : {"MAJOR", "PATCHLEVEL", "SUBLEVEL"}) {
    std::string Define = ("#define LINUX_VERSION_" + Name + " ").str();
    size_t At = StringRef(Text).find(Define);
    if (At == StringRef::npos)
      return "";
    StringRef Value = StringRef(Text).drop_front(At + Define.size());
    Numbers += (Numbers.empty() ? "" : ".") + Value.split('\n').first.trim().str();
  }
  return releaseNumbers(Numbers);
}

/// What follows UTS_RELEASE.
static std::string utsRelease(StringRef Folder) {
  std::string Text = readText((Folder + "/include/generated/utsrelease.h").str());
  return releaseNumbers(StringRef(Text).split('"').second);
}

std::string releaseOfHeaders(StringRef Folder) {
  // A distribution's release string need not have the number of the stable release
  // in it (6.1.0-56-amd64 is 6.1.192).
  std::string Release = versionMacros(Folder);
  if (Release.empty())
    Release = releaseNumbers(readText((Folder + "/include/config/kernel.release").str()));
  return Release.empty() ? utsRelease(Folder) : Release;
}

std::string releaseOfBuild(StringRef Folder) {
  std::string Release = findKernelTree(Folder).Release;
  return Release.empty() ? releaseOfHeaders(Folder) : Release;
}

/// Is there a folder with a Makefile in it, whose Makefile is there as well?
static llvm::Error checkFolder(const std::string &Headers) {
  if (!fs::is_directory(Headers))
    return usageError("the kernel headers " + Headers + " do not exist",
                      "install them (Debian: apt-get install linux-headers-VERSION), or "
                      "name the folder that /lib/modules/VERSION/build leads to");
  if (!fs::exists(Headers + "/Makefile"))
    return usageError(Headers + " holds no kernel headers (it has no Makefile)",
                      "name the folder that /lib/modules/VERSION/build leads to, such as "
                      "/usr/src/linux-headers-VERSION");
  std::string Included = includedTree(Headers);
  if (!Included.empty() && !fs::exists(Included + "/Makefile"))
    return usageError(Headers + "/Makefile includes " + Included +
                          "/Makefile, which does not exist",
                      "install what the headers depend on (Debian: the package " +
                          llvm::sys::path::filename(Included) + ")");
  return llvm::Error::success();
}

static llvm::Error checkConfigured(const std::string &Headers) {
  for (const char *Name : {"include/config/auto.conf", "include/generated/autoconf.h"}) {
    if (fs::exists(Headers + "/" + Name))
      continue;
    StringRef Common = llvm::sys::path::filename(Headers);
    std::string Remedy =
        "configure and prepare it: make -C " + Headers +
        " defconfig modules_prepare; or name the headers of a kernel that "
        "is installed, /lib/modules/VERSION/build";
    if (Common.consume_back("-common"))
      Remedy = ("this is what the headers of all flavours share: name those of one, such "
                "as " +
                Common + "-amd64, beside it")
                   .str();
    return usageError("the kernel headers " + Headers +
                          " are not configured (there is no " + Name + ")",
                      Remedy);
  }
  return llvm::Error::success();
}

/// kbuild's own tools must be there, and be for this machine.
static llvm::Error checkHostTools(const std::string &Headers) {
  for (const char *Name : {"scripts/basic/fixdep", "scripts/mod/modpost"})
    if (!fs::exists(Headers + "/" + Name))
      return usageError(
          Headers + "/" + Name + " is missing, without which kbuild cannot run",
          "install the package that has kbuild's tools (Debian: "
          "linux-kbuild-VERSION); an object folder of your own gets them by "
          "make modules_prepare");
  std::string Fixdep = Headers + "/scripts/basic/fixdep", Why;
  const std::optional<StringRef> Nowhere[] = {StringRef(), StringRef(), StringRef()};
  bool CannotRun = false;
  llvm::sys::ExecuteAndWait(Fixdep, {Fixdep}, std::nullopt, Nowhere, /*SecondsToWait=*/10,
                            /*MemoryLimit=*/0, &Why, &CannotRun);
  if (CannotRun)
    return usageError(
        Fixdep + " does not run on this machine: " + Why,
        "these headers are for builds on another architecture: install those "
        "for builds on this one");
  return llvm::Error::success();
}

static llvm::Error checkArch(const ShadowPaths &Paths) {
  std::string Folder = "arch/" + Paths.Arch + "/include/generated";
  if (Paths.Arch.empty() || fs::is_directory(Paths.Build + "/" + Folder))
    return llvm::Error::success();
  return usageError("the kernel headers " + Paths.Build + " are configured for " +
                        Paths.Arch + ", but have no " + Folder,
                    "headers of two architectures are mixed there: install those of one");
}

llvm::Expected<ShadowPaths> locateHeaders(const CompdbOptions &Options) {
  ShadowPaths Paths;
  std::string Headers = realPath(Options.Headers);
  for (auto Check : {checkFolder, checkConfigured, checkHostTools})
    if (llvm::Error E = Check(Headers))
      return std::move(E);
  if (StringRef(Headers).find_first_of(" :\t") != StringRef::npos)
    return usageError("kbuild takes no spaces or colons in a path: " + Headers,
                      "use a folder, or a mount of it, without them");
  Paths.Tree = Paths.Build = Paths.Shadow = Headers;
  Paths.IsHeaders = true;
  Paths.Root = realPath(Options.Work);
  Paths.LogFile = Paths.Root + "/compdb.log";
  Paths.Empty = Paths.Root + "/empty.o";
  Paths.Release = releaseOfHeaders(Headers);
  Paths.Arch = configuredArch(Headers + "/.config");
  if (llvm::Error E = checkArch(Paths))
    return std::move(E);
  if (llvm::Error E = checkTools(Options))
    return std::move(E);
  return Paths;
}

llvm::Error prepareWork(const ShadowPaths &Paths, const CompdbOptions &Options) {
  // A module is soon recorded again; records of what it has no more would stay.
  std::string Mirrors = Paths.Root + "/ext";
  if (std::error_code Code = fs::remove_directories(Mirrors, /*IgnoreErrors=*/false);
      Code && fs::exists(Mirrors))
    return fileError("cannot remove", Mirrors, Code);
  for (const std::string &Old : {Paths.LogFile, Paths.Root + "/compile_commands.json"})
    fs::remove(Old);
  if (llvm::Error E = linkRecorder(Paths, Options.Recorder))
    return E;
  std::string Why;
  llvm::ErrorOr<std::string> Clang = llvm::sys::findProgramByName("clang-22");
  StringRef Args[] = {"clang-22", "-x", "c", "-c", "/dev/null", "-o", Paths.Empty};
  if (!Clang ||
      llvm::sys::ExecuteAndWait(*Clang, Args, std::nullopt, {}, 0, 0, &Why) != 0)
    return usageError("clang-22 cannot make " + Paths.Empty +
                          (Why.empty() ? "" : ": " + Why),
                      "its own message is above, if it has one");
  return llvm::Error::success();
}

} // namespace holdfast
