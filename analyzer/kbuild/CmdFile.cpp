// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/CmdFile.h"
#include "kbuild/KernelObject.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"
#include <algorithm>

using llvm::StringRef;

namespace holdfast {

/// Undoes what make needs: `$$` is `$`, `$(pound)` is `#`.
static std::string unescapeMake(StringRef Text) {
  std::string Out;
  Out.reserve(Text.size());
  while (!Text.empty()) {
    if (Text.consume_front("$(pound)")) {
      Out += '#';
    } else if (Text.consume_front("$$")) {
      Out += '$';
    } else {
      Out += Text.front();
      Text = Text.drop_front();
    }
  }
  return Out;
}

/// The shell words of \p Command up to its first `;`, which kbuild puts before
/// what it does to the object afterwards (objtool, recordmcount).
static std::vector<std::string> firstCommand(StringRef Command) {
  llvm::BumpPtrAllocator Memory;
  llvm::StringSaver Saver(Memory);
  llvm::SmallVector<const char *, 256> Words;
  llvm::cl::TokenizeGNUCommandLine(Command, Saver, Words);
  std::vector<std::string> Args;
  for (StringRef Word : Words) {
    bool Ends = Word.consume_back(";");
    if (!Word.empty())
      Args.push_back(Word.str());
    if (Ends || Word == "&&")
      break;
  }
  if (!Args.empty() && Args.back() == "&&")
    Args.pop_back();
  return Args;
}

std::optional<CmdRecord> parseCmdFile(StringRef Text) {
  auto [Line, Rest] = Text.split('\n');
  Line.consume_front("saved");
  if (!Line.consume_front("cmd_"))
    return std::nullopt;
  size_t Assign = Line.find(" := ");
  if (Assign == StringRef::npos || !Line.take_front(Assign).ends_with(".o"))
    return std::nullopt;
  if (Rest.empty() && !Text.ends_with("\n"))
    return std::nullopt; // cut short
  StringRef Command = Line.drop_front(Assign + 4);
  if (!Command.contains("-D__KERNEL__") || !Command.contains(".c"))
    return std::nullopt;

  CmdRecord Record;
  Record.Args = firstCommand(unescapeMake(Command));
  CompilerCall Call;
  for (size_t I = 1; I < Record.Args.size(); ++I)
    Call.see(Record.Args[I]);
  if (!Call.makesKernelObject())
    return std::nullopt;
  Record.Source = Call.Source;
  Record.Output = Call.Output;
  return Record;
}

/// Calls \p Visit with the path of each `.X.o.cmd` below \p Folder.
template <typename VisitFn>
static llvm::Error forEachCmdFile(StringRef Folder, VisitFn Visit) {
  std::error_code Code;
  // The links below an object folder lead to sources, never to objects.
  llvm::sys::fs::recursive_directory_iterator It(Folder, Code,
                                                 /*follow_symlinks=*/false);
  for (llvm::sys::fs::recursive_directory_iterator End; It != End && !Code;
       It.increment(Code)) {
    StringRef Path = It->path();
    StringRef Name = llvm::sys::path::filename(Path);
    if (Name.starts_with(".") && Name.ends_with(".o.cmd"))
      if (llvm::Error E = Visit(Path))
        return E;
  }
  if (Code)
    return fileError("cannot read", Folder, Code);
  return llvm::Error::success();
}

llvm::Expected<std::vector<CmdRecord>> readCmdFiles(StringRef Folder,
                                                    StringRef BuildFolder) {
  std::vector<CmdRecord> Records;
  llvm::Error E = forEachCmdFile(Folder, [&](StringRef Path) -> llvm::Error {
    auto Buffer = llvm::MemoryBuffer::getFile(Path);
    if (!Buffer)
      return fileError("cannot read", Path, Buffer.getError());
    std::optional<CmdRecord> Record = parseCmdFile((*Buffer)->getBuffer());
    if (Record && llvm::sys::fs::exists(absolute(Record->Source, BuildFolder)))
      Records.push_back(std::move(*Record));
    return llvm::Error::success();
  });
  if (E)
    return std::move(E);
  std::sort(Records.begin(), Records.end(),
            [](const CmdRecord &A, const CmdRecord &B) {
              return A.Output < B.Output;
            });
  return Records;
}

llvm::Error removeCmdFiles(StringRef Folder) {
  return forEachCmdFile(Folder, [&](StringRef Path) -> llvm::Error {
    if (isBelow(Path, (Folder + "/scripts").str()) ||
        isBelow(Path, (Folder + "/tools").str()))
      return llvm::Error::success();
    if (std::error_code Code = llvm::sys::fs::remove(Path))
      return fileError("cannot remove", Path, Code);
    return llvm::Error::success();
  });
}

} // namespace holdfast
