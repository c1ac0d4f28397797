// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/Folder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <fcntl.h>
#include <sys/stat.h>

using namespace holdfast;
namespace fs = llvm::sys::fs;

std::string Folder::path(EntryKind Kind, Digest Name) const {
  std::string Hex = Name.hex();
  return Root + "/" + KindFolders[size_t(Kind)] + "/" + Hex.substr(0, 2) + "/" +
         Hex.substr(2);
}

/// Marks a file as used now, to the hour: pruning starts with the oldest.
static void touch(const std::string &Path) {
  struct stat S;
  if (!stat(Path.c_str(), &S) && S.st_mtime + 3600 < time(nullptr))
    (void)utimensat(AT_FDCWD, Path.c_str(), nullptr, 0);
}

std::optional<Bytes> Folder::read(EntryKind Kind, Digest Name) {
  std::string Path = path(Kind, Name);
  // Volatile: read, not mapped, so that a file cut short meanwhile is no fault.
  auto File = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false,
                                          /*IsVolatile=*/true);
  if (!File)
    return std::nullopt;
  std::optional<Bytes> Content = unseal(Kind, Name, (*File)->getBuffer());
  if (Content)
    touch(Path);
  else
    drop(Kind, Name);
  return Content;
}

bool Folder::has(EntryKind Kind, Digest Name) const {
  return fs::exists(path(Kind, Name));
}

void Folder::drop(EntryKind Kind, Digest Name) {
  ++Damaged;
  (void)fs::remove(path(Kind, Name));
}

void Folder::write(EntryKind Kind, Digest Name, llvm::StringRef Content) {
  if (Failed)
    return;
  std::string File = seal(Kind, Name, Content);
  if (std::error_code Code = replaceFile(path(Kind, Name), File))
    return fail(Code);
  Written += onDisk(File.size());
}

void Folder::fail(std::error_code Code) {
  Failed = true;
  std::lock_guard<std::mutex> Guard(Lock);
  if (Problem.empty())
    Problem = Code.message();
}

std::string Folder::problem() const {
  std::lock_guard<std::mutex> Guard(Lock);
  return Problem;
}

static std::error_code createPart(const std::string &Path, int &FD,
                                  llvm::SmallString<256> &Part) {
  return fs::createUniqueFile(Path + PartSuffix + "%%%%%%%%", FD, Part, fs::OF_None,
                              fs::all_read | fs::owner_write);
}

std::error_code holdfast::replaceFile(const std::string &Path, llvm::StringRef Text) {
  int FD = -1;
  llvm::SmallString<256> Part;
  std::error_code Code = createPart(Path, FD, Part);
  if (Code == std::errc::no_such_file_or_directory) {
    Code = fs::create_directories(llvm::sys::path::parent_path(Path));
    if (!Code)
      Code = createPart(Path, FD, Part);
  }
  if (Code)
    return Code;
  llvm::raw_fd_ostream Out(FD, /*shouldClose=*/true, /*unbuffered=*/true);
  Out << Text;
  Out.close();
  Code = Out.error();
  Out.clear_error();
  if (!Code)
    Code = fs::rename(Part, Path);
  if (Code)
    (void)fs::remove(Part);
  return Code;
}
