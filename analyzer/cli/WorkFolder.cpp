// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/WorkFolder.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

using namespace holdfast;
namespace fs = llvm::sys::fs;

llvm::Expected<std::unique_ptr<WorkFolder>> WorkFolder::lasting(const std::string &Parent,
                                                                const std::string &Name) {
  std::unique_ptr<WorkFolder> Folder(new WorkFolder);
  Folder->Path = Parent + "/" + Name;
  if (std::error_code Code = fs::create_directories(Folder->Path))
    return fileError("cannot create", Folder->Path, Code);
  std::string File = Folder->Path + "/in-use";
  Folder->Lock = open(File.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (Folder->Lock < 0)
    return fileError("cannot create", File,
                     std::error_code(errno, std::generic_category()));
  while (flock(Folder->Lock, LOCK_EX) != 0)
    if (errno != EINTR)
      return fileError("cannot lock", File,
                       std::error_code(errno, std::generic_category()));
  return Folder;
}

llvm::Expected<std::unique_ptr<WorkFolder>> WorkFolder::temporary() {
  std::unique_ptr<WorkFolder> Folder(new WorkFolder);
  llvm::SmallString<128> Path;
  if (std::error_code Code = fs::createUniqueDirectory("holdfast", Path))
    return fileError("cannot create", "a temporary folder", Code);
  Folder->Path = std::string(Path);
  return Folder;
}

void WorkFolder::removeIdle(const std::string &Parent) {
  std::error_code Code;
  for (fs::directory_iterator It(Parent, Code), End; It != End && !Code;
       It.increment(Code)) {
    int Lock = open((It->path() + "/in-use").c_str(), O_RDWR | O_CLOEXEC);
    if (Lock >= 0 && flock(Lock, LOCK_EX | LOCK_NB) == 0)
      (void)fs::remove_directories(It->path());
    if (Lock >= 0)
      close(Lock);
  }
}

WorkFolder::~WorkFolder() {
  if (Lock >= 0)
    close(Lock);
  else if (!Path.empty())
    (void)fs::remove_directories(Path);
}
