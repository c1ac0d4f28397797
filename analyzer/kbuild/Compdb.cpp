// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/Compdb.h"
#include "kbuild/CmdFile.h"
#include "kbuild/DatabaseWriter.h"
#include "kbuild/Headers.h"
#include "kbuild/KernelTree.h"
#include "kbuild/ModuleMirror.h"
#include "kbuild/Paths.h"
#include "kbuild/Shadow.h"
#include "kbuild/Targets.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <optional>

using llvm::StringRef;
namespace fs = llvm::sys::fs;

namespace holdfast {

namespace {

/// What one run works on.
struct Job {
  ShadowPaths Paths;
  std::string Module;                 ///< the user's folder; "" for the kernel
  std::optional<ModuleMirror> Mirror; ///< if there is a module
  std::vector<std::string> Targets;   ///< normalized; none for all
  std::string Output;                 ///< the database
};

/// The first lines of what failed.
std::string firstErrors(const MakeResult &Make, const ShadowPaths &Paths) {
  constexpr size_t Shown = 5;
  std::string Text;
  for (StringRef Line : llvm::ArrayRef(Make.Errors).take_front(Shown))
    Text += ("  " + Line + "\n").str();
  return Text + "  all that make said: " + Paths.LogFile;
}

llvm::Error diskFull(const ShadowPaths &Paths) {
  return usageError("no space left on the device of " + Paths.Root,
                    "a whole x86 defconfig needs about 60 MB; free some and "
                    "run the same command again: it resumes");
}

llvm::Error checkModule(const Job &J) {
  if (!fs::is_directory(J.Module))
    return usageError("the module folder " + J.Module + " does not exist",
                      "name the folder with the module's Kbuild or Makefile");
  if (!fs::exists(J.Module + "/Kbuild") && !fs::exists(J.Module + "/Makefile"))
    return usageError(J.Module + " has neither a Kbuild nor a Makefile",
                      "name the folder with the module's Kbuild or Makefile");
  if (isBelow(J.Module, J.Paths.Tree))
    return usageError(J.Module + " lies in the kernel tree",
                      "name it as a target, without -M");
  if (StringRef(J.Module).find_first_of(" :\t") != StringRef::npos)
    return usageError("kbuild takes no spaces or colons in a path: " + J.Module,
                      "use a folder, or a mount of it, without them");
  std::string Config =
      "\n" + readText(J.Paths.Build +
                      (J.Paths.IsHeaders ? "/include/config/auto.conf" : "/.config"));
  if (!StringRef(Config).contains("\nCONFIG_MODULES=y\n"))
    return usageError(J.Paths.Build + " is configured without modules",
                      J.Paths.IsHeaders
                          ? "name the headers of a kernel with CONFIG_MODULES=y"
                          : "set CONFIG_MODULES=y there");
  return llvm::Error::success();
}

/// The folder of the database, before the long part of the work begins.
llvm::Error makeRoomFor(StringRef Output) {
  if (fs::is_directory(Output))
    return usageError(Output + " is a folder",
                      "name the file: -o " + Output + "/compile_commands.json");
  StringRef Folder = llvm::sys::path::parent_path(Output);
  std::error_code Code = fs::create_directories(Folder);
  if (!Code && !fs::is_directory(Folder)) // a file of that name is no error there
    Code = std::make_error_code(std::errc::not_a_directory);
  if (Code)
    return usageError("cannot create " + Folder + " for the database: " + Code.message(),
                      "name another file with -o");
  return llvm::Error::success();
}

llvm::Expected<Job> prepareJob(const CompdbOptions &Options) {
  llvm::Expected<ShadowPaths> Paths =
      Options.Headers.empty() ? locateShadow(Options) : locateHeaders(Options);
  if (!Paths)
    return Paths.takeError();
  Job J;
  J.Paths = std::move(*Paths);
  StringRef Top = J.Paths.Tree;
  std::string Folder = J.Paths.Build;
  if (!Options.Module.empty()) {
    J.Module = realPath(Options.Module);
    if (llvm::Error E = checkModule(J))
      return std::move(E);
    Top = Folder = J.Module;
  }
  auto Targets = normalizeTargets(Options.Targets, Top);
  if (!Targets)
    return Targets.takeError();
  J.Targets = std::move(*Targets);
  J.Output = Options.Output.empty() ? Folder + "/compile_commands.json"
                                    : absolute(Options.Output);
  if (llvm::Error E = makeRoomFor(J.Output))
    return std::move(E);
  return J;
}

/// kbuild's goals for what is wanted.
std::vector<std::string> goalsOf(const Job &J) {
  std::vector<std::string> Goals = J.Targets;
  if (!J.Mirror)
    return Goals.empty() ? std::vector<std::string>{"./"} : Goals;
  if (Goals.empty()) {
    // Compiles all and links no module: modpost would miss their licenses.
    unsigned Minor = 0;
    auto [Major, Rest] = StringRef(J.Paths.Release).split('.');
    Rest.split('.').first.getAsInteger(10, Minor);
    bool IsRelative = Major != "6" ? Major != "5" && Major != "4" : Minor > 12;
    Goals.push_back(IsRelative ? "modules.order"
                               : J.Mirror->folder() + "/modules.order");
  }
  Goals.push_back("M=" + J.Mirror->folder());
  return Goals;
}

/// Headers, tools and the objects that kbuild inspects, for real, in a folder that
/// is marked as unfinished.
llvm::Error prepareShadow(const Job &J, const CompdbOptions &Options,
                          CompdbResult &Result) {
  if (llvm::Error E = prepareFolders(J.Paths, Options))
    return E;
  if (llvm::Error E = markStarted(J.Paths))
    return E;
  auto Make =
      runMake(shadowMake(J.Paths, Options, /*Record=*/false,
                         {"olddefconfig", "prepare", "modules_prepare"}),
              nullptr);
  if (!Make)
    return Make.takeError();
  Result.Interrupted = Make->Interrupted;
  if (Make->Interrupted)
    return llvm::Error::success();
  if (Make->DiskFull)
    return diskFull(J.Paths);
  if (Make->Code != 0)
    return usageError("make could not prepare " + J.Paths.Shadow,
                      StringRef(firstErrors(*Make, J.Paths)).ltrim());
  if (!fs::exists(J.Paths.Empty))
    return usageError("kbuild made no scripts/mod/empty.o in " + J.Paths.Shadow,
                      "this kernel's build is not one that Holdfast knows; "
                      "all that make said: " +
                          J.Paths.LogFile);
  return forgetIfReconfigured(J.Paths);
}

llvm::Error recordObjects(const Job &J, const CompdbOptions &Options,
                          const CompdbProgress &Progress,
                          CompdbResult &Result) {
  auto Make = runMake(shadowMake(J.Paths, Options, /*Record=*/true, goalsOf(J)),
                      Progress.OnObjects);
  if (!Make)
    return Make.takeError();
  Result.Recorded = Make->Objects;
  Result.Interrupted = Make->Interrupted;
  if (Make->Interrupted)
    return llvm::Error::success();
  if (Make->DiskFull)
    return diskFull(J.Paths);
  Result.Failed = Make->Errors;
  if (Make->Code != 0 && Result.Failed.empty())
    Result.Failed.push_back("make ended with code " +
                            std::to_string(Make->Code));
  if (J.Mirror)
    for (std::string &Line : Result.Failed)
      Line = J.Mirror->inUsersWords(Line);
  if (Make->Code == 0) // then what looked like errors was none
    Result.Failed.clear();
  return llvm::Error::success();
}

/// Reads what kbuild recorded and keeps what was asked for.
llvm::Expected<std::vector<DatabaseEntry>> collect(const Job &J) {
  const std::string &Shadow = J.Paths.Shadow;
  const std::string &Folder = J.Mirror ? J.Mirror->folder() : Shadow;
  auto Records = readCmdFiles(Folder, Folder);
  if (!Records)
    return Records.takeError();
  TargetSet Wanted(J.Targets, Folder);
  std::vector<DatabaseEntry> Entries;
  for (CmdRecord &Record : *Records) {
    // Until 6.12 kbuild builds modules from the object folder and names them
    // by absolute paths, later from the module's folder.
    bool IsAbsolute = StringRef(Record.Output).starts_with("/");
    StringRef Output = Record.Output;
    if (IsAbsolute)
      Output.consume_front(Folder + "/");
    if (!Wanted.contains(Output))
      continue;
    DatabaseEntry Entry;
    Entry.Directory = IsAbsolute ? Shadow : Folder;
    if (J.Mirror)
      J.Mirror->mapBack(Record, Entry.Directory);
    Entry.File = absolute(Record.Source, Entry.Directory);
    Entry.Output = Record.Output;
    Entry.Args = std::move(Record.Args);
    Entry.Args.front() = "clang-22";
    Entries.push_back(std::move(Entry));
  }
  return Entries;
}

llvm::Error nothingRecorded(const Job &J, const CompdbResult &Result) {
  std::string What = llvm::join(J.Targets, " ");
  if (What.empty())
    What = J.Module.empty() ? J.Paths.Tree : J.Module;
  std::string Remedy =
      J.Module.empty() ? "is it enabled in " + J.Paths.Build + "/.config?"
                       : std::string("its Kbuild or Makefile must name objects in obj-m");
  for (StringRef Line : llvm::ArrayRef(Result.Failed).take_front(5))
    Remedy += ("\n  " + Line).str();
  return usageError("kbuild compiles no C file" +
                        llvm::Twine(J.Module.empty() ? " of the kernel" : "") + " for " +
                        What,
                    Remedy);
}

llvm::Error makeDatabase(Job &J, const CompdbOptions &Options,
                         const CompdbProgress &Progress, CompdbResult &Result) {
  if (llvm::Error E = J.Paths.IsHeaders ? prepareWork(J.Paths, Options)
                                        : prepareShadow(J, Options, Result))
    return E;
  if (Result.Interrupted)
    return llvm::Error::success();
  if (!J.Module.empty()) {
    auto Mirror = ModuleMirror::make(J.Module, J.Paths.Root);
    if (!Mirror)
      return Mirror.takeError();
    J.Mirror = std::move(*Mirror);
  }
  if (Progress.OnPhase)
    Progress.OnPhase("recording");
  if (llvm::Error E = recordObjects(J, Options, Progress, Result))
    return E;
  if (Result.Interrupted)
    return llvm::Error::success();

  auto Entries = collect(J);
  if (!Entries)
    return Entries.takeError();
  markComplete(J.Paths);
  if (Entries->empty())
    return nothingRecorded(J, Result);
  Result.Entries = Entries->size();
  Result.Output = J.Output;
  auto Kept = writeDatabase(std::move(*Entries), J.Output);
  if (!Kept)
    return Kept.takeError();
  Result.KeptAs = std::move(*Kept);
  return llvm::Error::success();
}

} // namespace

llvm::Expected<CompdbResult> makeCompdb(const CompdbOptions &Options,
                                        const CompdbProgress &Progress) {
  llvm::Expected<Job> J = prepareJob(Options);
  if (!J)
    return J.takeError();
  llvm::Expected<ShadowLock> Lock = ShadowLock::take(J->Paths);
  if (!Lock)
    return Lock.takeError();
  if (Progress.OnPhase) {
    bool Resumes =
        !Options.Fresh && shadowState(J->Paths) == ShadowState::Interrupted;
    Progress.OnPhase(
        (Resumes ? "resuming what was interrupted in " : "preparing ") +
        J->Paths.Shadow);
  }
  CompdbResult Result;
  Result.LogFile = J->Paths.LogFile;
  if (llvm::Error E = makeDatabase(*J, Options, Progress, Result))
    return std::move(E);
  return Result;
}

} // namespace holdfast
