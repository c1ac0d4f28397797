// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/Database.h"
#include "kbuild/Flags.h"
#include "kbuild/Headers.h"
#include "kbuild/KernelObject.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

using llvm::StringRef;
using nlohmann::json;

namespace holdfast {

namespace {

/// An entry before it is known whether it stays.
struct Entry {
  CompileCommand Command; ///< Args as they were
  bool IsKernel = false;
  bool IsForeign = false;
};

llvm::Error databaseError(const llvm::Twine &What, const llvm::Twine &Remedy) {
  return llvm::createStringError(What + "\n  " + Remedy);
}

/// How to get a database that is right.
std::string makeOne(StringRef Path) {
  std::string Build = absolute(Path);
  if (llvm::sys::path::extension(Path) == ".json")
    Build = llvm::sys::path::parent_path(Build).str();
  KernelTree Tree = findKernelTree(Build);
  return "make one with: holdfast compdb --tree " +
         (Tree ? Tree.Root : std::string("SRC")) + " --build " + Build;
}

llvm::Error shapeError(StringRef Path, const llvm::Twine &Pointer,
                       const llvm::Twine &Expected) {
  return databaseError(Path + ": at " + Pointer + ": expected " + Expected,
                       makeOne(Path));
}

std::vector<std::string> splitCommand(StringRef Command) {
  llvm::BumpPtrAllocator Memory;
  llvm::StringSaver Saver(Memory);
  llvm::SmallVector<const char *, 256> Words;
  llvm::cl::TokenizeGNUCommandLine(Command, Saver, Words);
  return {Words.begin(), Words.end()};
}

class Reader {
public:
  Reader(StringRef Path) : Path(Path.str()), Base(realBase(Path)) {}

  llvm::Expected<Entry> read(const json &Item, size_t Index) const {
    std::string Pointer = "/" + std::to_string(Index);
    if (!Item.is_object())
      return shapeError(Path, Pointer, "an object");
    Entry E;
    std::string File;
    std::vector<std::string> &Args = E.Command.Args;
    for (auto [Key, Target] : {std::pair("directory", &E.Command.Directory),
                               std::pair("file", &File)})
      if (llvm::Error Err = readString(Item, Key, Pointer, *Target))
        return std::move(Err);
    if (llvm::Error Err = readArgs(Item, Pointer, Args))
      return std::move(Err);
    if (Item.contains("output"))
      if (llvm::Error Err =
              readString(Item, "output", Pointer, E.Command.Output))
        return std::move(Err);

    CompilerCall Call;
    for (StringRef Arg : llvm::drop_begin(Args))
      Call.see(Arg);
    E.Command.Directory = absolute(E.Command.Directory, Base);
    E.Command.File = absolute(File, E.Command.Directory);
    if (E.Command.Output.empty())
      E.Command.Output = outputOf(Args);
    E.IsKernel = Call.IsKernel;
    E.IsForeign = Call.isForeign();
    return E;
  }

private:
  std::string Path;
  std::string Base;

  static std::string realBase(StringRef Path) {
    return llvm::sys::path::parent_path(absolute(Path)).str();
  }

  llvm::Error readString(const json &Item, const char *Key, StringRef Pointer,
                         std::string &Out) const {
    auto It = Item.find(Key);
    if (It == Item.end())
      return shapeError(Path, Pointer, "a member \"" + llvm::Twine(Key) + "\"");
    if (!It->is_string() || It->get_ref<const std::string &>().empty())
      return shapeError(Path, Pointer + "/" + Key,
                        "a string that is not empty");
    Out = It->get<std::string>();
    return llvm::Error::success();
  }

  llvm::Error readArgs(const json &Item, StringRef Pointer,
                       std::vector<std::string> &Out) const {
    auto It = Item.find("arguments");
    if (It == Item.end()) {
      if (!Item.contains("command"))
        return shapeError(Path, Pointer,
                          "a member \"arguments\" or \"command\"");
      std::string Command;
      if (llvm::Error E = readString(Item, "command", Pointer, Command))
        return E;
      Out = splitCommand(Command);
    } else {
      if (!It->is_array() ||
          !llvm::all_of(*It, [](const json &V) { return V.is_string(); }))
        return shapeError(Path, Pointer + "/arguments", "an array of strings");
      Out = It->get<std::vector<std::string>>();
    }
    if (Out.empty())
      return shapeError(Path, Pointer, "a compiler and its arguments");
    return llvm::Error::success();
  }
};

/// Leaves out what is not to be parsed and counts it.
void selectEntries(std::vector<Entry> &Entries, Database &Result) {
  bool HasKernel =
      llvm::any_of(Entries, [](const Entry &E) { return E.IsKernel; });
  llvm::erase_if(Entries, [&](const Entry &E) {
    bool NotC = llvm::sys::path::extension(E.Command.File) != ".c";
    bool Foreign = !NotC && HasKernel && (!E.IsKernel || E.IsForeign);
    Result.NotC += NotC;
    Result.Foreign += Foreign;
    return NotC || Foreign;
  });
  llvm::sort(Entries, [](const Entry &A, const Entry &B) {
    const CompileCommand &X = A.Command, &Y = B.Command;
    return std::tie(X.File, X.Output, X.Directory, X.Args) <
           std::tie(Y.File, Y.Output, Y.Directory, Y.Args);
  });
  size_t Before = Entries.size();
  Entries.erase(std::unique(Entries.begin(), Entries.end(),
                            [](const Entry &A, const Entry &B) {
                              return A.Command.File == B.Command.File;
                            }),
                Entries.end());
  Result.Duplicates = Before - Entries.size();
}

/// Parses without letting an exception out.
llvm::Expected<json> parseJson(StringRef Text, StringRef Path) {
  try {
    return json::parse(Text.begin(), Text.end());
  } catch (const json::parse_error &E) {
    size_t At = std::min<size_t>(E.byte ? E.byte - 1 : 0, Text.size());
    size_t Line = Text.take_front(At).count('\n') + 1;
    return databaseError(Path + ":" + llvm::Twine(Line) + ": not JSON (byte " +
                             llvm::Twine(E.byte) + ")",
                         makeOne(Path));
  }
}

} // namespace

llvm::Expected<Database> parseDatabase(StringRef Text, StringRef Path) {
  if (Text.trim().empty())
    return databaseError(Path + ": the compile database is empty",
                         makeOne(Path));
  llvm::Expected<json> Root = parseJson(Text, Path);
  if (!Root)
    return Root.takeError();
  if (!Root->is_array())
    return shapeError(Path, "the root", "an array of compile commands");

  Reader R(Path);
  std::vector<Entry> Entries;
  for (size_t I = 0; I < Root->size(); ++I) {
    llvm::Expected<Entry> E = R.read((*Root)[I], I);
    if (!E)
      return E.takeError();
    Entries.push_back(std::move(*E));
  }
  Database Result;
  Result.Path = Path.str();
  selectEntries(Entries, Result);
  if (Entries.empty())
    return databaseError(Path + ": the compile database names no C file",
                         makeOne(Path));

  std::set<std::string> GccOnly;
  for (Entry &E : Entries) {
    E.Command.Args = sanitizeFlags(E.Command.Args, GccOnly);
    E.Command.Args.push_back(E.Command.File);
    Result.Commands.push_back(std::move(E.Command));
  }
  Result.DroppedFlags.assign(GccOnly.begin(), GccOnly.end());
  return Result;
}

/// The release of the kernel that \p C compiles a module for: that of the folder it runs
/// in, or else of the headers that it includes.
static std::string releaseOf(const CompileCommand &C) {
  std::string Release = releaseOfBuild(C.Directory);
  for (size_t I = 0; I < C.Args.size() && Release.empty(); ++I)
    if (StringRef Folder = C.Args[I];
        Folder.consume_front("-I") && Folder.consume_back("/include/generated/uapi"))
      Release = releaseOfBuild(absolute(Folder, C.Directory));
  return Release;
}

KernelTree treeOfCommands(const Database &DB) {
  std::string Folder = absolute(DB.Path);
  if (!llvm::sys::fs::is_directory(Folder))
    Folder = llvm::sys::path::parent_path(Folder).str();
  if (DB.Commands.empty())
    return {Folder, realPath(Folder), ""};
  // Not all files are the tree's: some are generated, and may well come first.
  std::set<std::string> Asked;
  KernelTree Tree;
  for (const CompileCommand &C : DB.Commands)
    if (Asked.insert(llvm::sys::path::parent_path(C.File).str()).second)
      if ((Tree = findKernelTree(Folder, C.File)))
        return Tree;
  bool HoldsAll = llvm::all_of(
      DB.Commands, [&](const CompileCommand &C) { return isBelow(C.File, Folder); });
  Tree.Root = HoldsAll ? Folder : absolute(".");
  Tree.RealRoot = realPath(Tree.Root);
  Tree.Release = releaseOf(DB.Commands.front());
  return Tree;
}

llvm::Expected<Database> loadDatabase(StringRef Path) {
  std::string File = Path.str();
  if (llvm::sys::fs::is_directory(Path))
    File = absolute("compile_commands.json", absolute(Path));
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer) {
    if (Buffer.getError() == std::errc::no_such_file_or_directory)
      return databaseError("no compile database: " + File + " does not exist",
                           makeOne(File));
    return databaseError("cannot read the compile database " + File + ": " +
                             Buffer.getError().message(),
                         makeOne(File));
  }
  return parseDatabase((*Buffer)->getBuffer(), File);
}

} // namespace holdfast
