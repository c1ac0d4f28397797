// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/Recorded.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <map>
#include <tuple>

using llvm::StringRef;
namespace fs = llvm::sys::fs;

namespace holdfast {

namespace {

struct Record {
  CompileCommand Command;
  std::vector<std::string> DroppedFlags;
  llvm::sys::TimePoint<> Written;
};

std::string recordsOf(StringRef Root) { return (Root + "/.holdfast/kbuild").str(); }

std::string recordPath(const DatabaseEntry &Entry, StringRef Root) {
  std::string Object = absolute(Entry.Output, Entry.Directory);
  StringRef Name = Object;
  if (!isBelow(Object, Root)) // an object elsewhere, which has no name here
    return recordsOf(Root) + "/elsewhere/" + llvm::utohexstr(llvm::xxh3_64bits(Object)) +
           ".json";
  Name.consume_front(Root);
  return recordsOf(Root) + Name.str() + ".json";
}

llvm::sys::TimePoint<> timeOf(StringRef Path) {
  fs::file_status Status;
  return fs::status(Path, Status) ? llvm::sys::TimePoint<>()
                                  : Status.getLastModificationTime();
}

llvm::Expected<Record> readRecord(const std::string &Path) {
  llvm::Expected<Database> One = parseDatabase("[" + readText(Path) + "]", Path);
  if (!One) {
    llvm::consumeError(One.takeError());
    return llvm::createStringError(
        Path + " is no record of kbuild's\n  delete it, and run make C=2 "
               "CHECK=\"holdfast kbuild\" again");
  }
  return Record{std::move(One->Commands.front()), std::move(One->DroppedFlags),
                timeOf(Path)};
}

/// Is it still a part of what is built?
bool counts(const CompileCommand &C) {
  return fs::exists(absolute(C.Output, C.Directory)) && fs::exists(C.File);
}

/// The records below \p Root: of those that compile one file, that with the first output.
llvm::Expected<std::map<std::string, Record>> readRecords(StringRef Root) {
  std::map<std::string, Record> Records;
  std::error_code Code;
  fs::recursive_directory_iterator It(recordsOf(Root), Code, /*follow_symlinks=*/false);
  for (fs::recursive_directory_iterator End; It != End && !Code; It.increment(Code)) {
    if (llvm::sys::path::extension(It->path()) != ".json")
      continue;
    llvm::Expected<Record> R = readRecord(It->path());
    if (!R)
      return R.takeError();
    if (!counts(R->Command))
      continue;
    Record &Kept = Records[R->Command.File];
    if (Kept.Command.Args.empty() || R->Command.Output < Kept.Command.Output)
      Kept = std::move(*R);
  }
  if (Code && Code != std::errc::no_such_file_or_directory)
    return fileError("cannot read", recordsOf(Root), Code);
  return Records;
}

/// Replaces in \p DB, written at \p Written, what \p Records know better, and adds what
/// they know alone.
void merge(Database &DB, llvm::sys::TimePoint<> Written,
           std::map<std::string, Record> Records) {
  std::vector<std::string> &Dropped = DB.DroppedFlags;
  for (CompileCommand &C : DB.Commands) {
    auto It = Records.find(C.File);
    if (It == Records.end())
      continue;
    if (It->second.Written >= Written)
      C = It->second.Command;
    Records.erase(It);
  }
  for (auto &[File, R] : Records) {
    DB.Commands.push_back(std::move(R.Command));
    Dropped.insert(Dropped.end(), R.DroppedFlags.begin(), R.DroppedFlags.end());
  }
  llvm::sort(DB.Commands, [](const CompileCommand &A, const CompileCommand &B) {
    return A.File < B.File;
  });
  llvm::sort(Dropped);
  Dropped.erase(llvm::unique(Dropped), Dropped.end());
}

} // namespace

llvm::Error recordCommand(const DatabaseEntry &Entry, StringRef Root) {
  std::string Path = recordPath(Entry, Root);
  StringRef Folder = llvm::sys::path::parent_path(Path);
  if (std::error_code Code = fs::create_directories(Folder))
    return fileError("cannot create", Folder, Code);
  return writeAtomically(Path, entryText(Entry) + "\n");
}

llvm::Expected<Database> loadBuild(StringRef Path) {
  if (!fs::is_directory(Path))
    return loadDatabase(Path);
  std::string Root = absolute(Path), File = Root + "/compile_commands.json";
  auto Records = readRecords(Root);
  if (!Records)
    return Records.takeError();
  if (!fs::exists(File) && !Records->empty()) {
    Database DB;
    DB.Path = File;
    merge(DB, {}, std::move(*Records));
    return DB;
  }
  llvm::Expected<Database> DB = loadDatabase(File);
  if (DB)
    merge(*DB, timeOf(File), std::move(*Records));
  return DB;
}

} // namespace holdfast
