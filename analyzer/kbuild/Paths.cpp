// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/Paths.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using llvm::StringRef;

namespace holdfast {

std::string absolute(StringRef Path, StringRef Base) {
  llvm::SmallString<256> Result;
  if (!llvm::sys::path::is_absolute(Path))
    Result = Base;
  llvm::sys::path::append(Result, Path);
  llvm::sys::path::remove_dots(Result, /*remove_dot_dot=*/true);
  while (Result.size() > 1 && Result.back() == '/')
    Result.pop_back();
  return std::string(Result);
}

std::string absolute(StringRef Path) {
  llvm::SmallString<256> Current;
  if (llvm::sys::fs::current_path(Current))
    Current = "/";
  return absolute(Path, Current);
}

std::string realPath(StringRef Path) {
  llvm::SmallString<256> Result;
  if (llvm::sys::fs::real_path(Path, Result))
    return absolute(Path);
  return std::string(Result);
}

bool isBelow(StringRef Path, StringRef Folder) {
  return Path.consume_front(Folder) &&
         (Path.empty() || Path.starts_with("/") || Folder.ends_with("/"));
}

llvm::Error fileError(StringRef What, StringRef Path, std::error_code Code) {
  return llvm::createStringError(Code, "%s %s: %s", What.str().c_str(),
                                 Path.str().c_str(), Code.message().c_str());
}

std::string readText(StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path);
  return Buffer ? (*Buffer)->getBuffer().str() : std::string();
}

/// Writes to what is there: a terminal, /dev/null, a pipe.
static llvm::Error writeInto(StringRef Path, StringRef Text) {
  std::error_code Code;
  llvm::raw_fd_ostream Out(Path, Code, llvm::sys::fs::CD_OpenExisting,
                           llvm::sys::fs::FA_Write, llvm::sys::fs::OF_None);
  if (!Code) {
    Out << Text;
    Out.close();
    Code = Out.error();
    Out.clear_error();
  }
  return Code ? fileError("cannot write", Path, Code) : llvm::Error::success();
}

llvm::Error writeAtomically(StringRef Name, StringRef Text) {
  llvm::sys::fs::file_status Status;
  bool Exists = !llvm::sys::fs::status(Name, Status);
  if (Exists && llvm::sys::fs::is_directory(Status))
    return fileError("cannot write", Name,
                     std::make_error_code(std::errc::is_a_directory));
  if (Exists && !llvm::sys::fs::is_regular_file(Status))
    return writeInto(Name, Text);
  // A link stays one: what it leads to is replaced.
  std::string Path = Exists ? realPath(Name) : Name.str();
  std::string Model = Path + ".tmp-%%%%%%";
  auto Temp = llvm::sys::fs::TempFile::create(
      Model, llvm::sys::fs::all_read | llvm::sys::fs::owner_write);
  if (!Temp)
    return fileError("cannot write", Path,
                     llvm::errorToErrorCode(Temp.takeError()));
  llvm::raw_fd_ostream Out(Temp->FD, /*shouldClose=*/false);
  Out << Text;
  Out.flush();
  if (std::error_code Code = Out.error()) {
    Out.clear_error();
    llvm::consumeError(Temp->discard());
    return fileError("cannot write", Path, Code);
  }
  if (llvm::Error E = Temp->keep(Path))
    return fileError("cannot write", Path,
                     llvm::errorToErrorCode(std::move(E)));
  return llvm::Error::success();
}

} // namespace holdfast
