// SPDX-License-Identifier: GPL-2.0-or-later
//
// How a version of a tree is seen that nobody has checked out.
//
// LLVM's own overlay can add files and cannot hide them, and it knows a path by its
// spelling; a kernel's units ask for one header as include/x.h, ./include/x.h and
// ../linux/include/x.h. Here a path is known by the real path of its folder and its
// last component. Nearly every path that a parser asks for is not in the overlay:
// the last component alone tells, before any link is looked at.
#include "store/FileOverlay.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace holdfast;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
namespace vfs = llvm::vfs;

/// A folder that is only in the overlay has no links in it.
std::string FileOverlay::realFolder(llvm::StringRef Folder) const {
  {
    std::lock_guard<std::mutex> Guard(Lock);
    if (auto It = Folders.find(Folder); It != Folders.end())
      return It->second;
  }
  llvm::SmallString<256> Real;
  if (fs::real_path(Folder, Real)) {
    llvm::StringRef Up = path::parent_path(Folder);
    Real = Up.empty() || Up == Folder ? Folder.str() : realFolder(Up);
    if (!Up.empty() && Up != Folder)
      path::append(Real, path::filename(Folder));
    path::remove_dots(Real, /*remove_dot_dot=*/true);
  }
  std::lock_guard<std::mutex> Guard(Lock);
  return Folders.try_emplace(Folder, std::string(Real)).first->second;
}

std::string FileOverlay::canonical(llvm::StringRef Path) const {
  llvm::SmallString<256> Full(realFolder(path::parent_path(Path)));
  path::append(Full, path::filename(Path));
  return std::string(Full);
}

void FileOverlay::add(llvm::StringRef Path, Kind What, std::string Content) {
  std::string Key = canonical(Path);
  Entries[Key] = {What, std::move(Content), vfs::getNextVirtualUniqueID(), Key};
  Names.insert(path::filename(Key));
  HasFolders |= What == Folder;
  llvm::StringRef Folder = path::parent_path(Key);
  bool Needs = What == Text || What == FileOverlay::Folder;
  if (Needs && !fs::exists(Folder) && !Entries.count(Folder))
    add(Folder, FileOverlay::Folder);
}

const FileOverlay::Entry *FileOverlay::find(llvm::StringRef Path) const {
  while (Path.size() > 1 && Path.back() == '/')
    Path = Path.drop_back();
  if (!Names.contains(path::filename(Path)))
    return nullptr;
  auto It = Entries.find(canonical(Path));
  return It == Entries.end() ? nullptr : &It->second;
}

std::string FileOverlay::onDisk(llvm::StringRef Path) const {
  size_t Up = HasFolders ? Path.find("/../") : llvm::StringRef::npos;
  for (; Up != llvm::StringRef::npos; Up = Path.find("/../", Up + 1))
    if (const Entry *E = find(Path.take_front(Up)); E && E->What == Folder)
      return canonical(Path);
  return Path.str();
}

namespace {

vfs::Status statusOf(const FileOverlay::Entry &E, const llvm::Twine &Name) {
  bool IsFile = E.What == FileOverlay::Text;
  return {Name,
          E.Id,
          llvm::sys::TimePoint<>(),
          0,
          0,
          E.Content.size(),
          IsFile ? fs::file_type::regular_file : fs::file_type::directory_file,
          fs::all_read};
}

/// A file of the overlay; lives no longer than that does.
class TextFile : public vfs::File {
public:
  TextFile(const FileOverlay::Entry &E, std::string Name) : E(E), Name(std::move(Name)) {}
  llvm::ErrorOr<vfs::Status> status() override { return statusOf(E, Name); }
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>
  getBuffer(const llvm::Twine &Asked, int64_t, bool, bool) override {
    return llvm::MemoryBuffer::getMemBufferCopy(E.Content, Asked);
  }
  std::error_code close() override { return {}; }

private:
  const FileOverlay::Entry &E;
  std::string Name;
};

class OverlaidFiles : public vfs::ProxyFileSystem {
public:
  explicit OverlaidFiles(OverlayPtr Over)
      : ProxyFileSystem(vfs::createPhysicalFileSystem()), Over(std::move(Over)) {}

  llvm::ErrorOr<vfs::Status> status(const llvm::Twine &Path) override {
    std::string Full = absolute(Path);
    const FileOverlay::Entry *E = entry(Full);
    if (!E) {
      llvm::ErrorOr<vfs::Status> Status = ProxyFileSystem::status(Over->onDisk(Full));
      return Status ? vfs::Status::copyWithNewName(*Status, Path) : Status;
    }
    if (E->What == FileOverlay::Absent)
      return std::make_error_code(std::errc::no_such_file_or_directory);
    return statusOf(*E, Path);
  }

  bool exists(const llvm::Twine &Path) override { return bool(status(Path)); }

  llvm::ErrorOr<std::unique_ptr<vfs::File>>
  openFileForRead(const llvm::Twine &Path) override {
    std::string Full = absolute(Path);
    const FileOverlay::Entry *E = entry(Full);
    if (!E)
      return vfs::File::getWithPath(ProxyFileSystem::openFileForRead(Over->onDisk(Full)),
                                    Path);
    if (E->What == FileOverlay::Absent)
      return std::make_error_code(std::errc::no_such_file_or_directory);
    if (E->What == FileOverlay::Folder)
      return std::make_error_code(std::errc::is_a_directory);
    return std::make_unique<TextFile>(*E, Path.str());
  }

private:
  std::string absolute(const llvm::Twine &Path) const {
    llvm::SmallString<256> Full;
    Path.toVector(Full);
    (void)makeAbsolute(Full);
    return std::string(Full);
  }

  /// Null where the disk is to be asked.
  const FileOverlay::Entry *entry(const std::string &Full) const {
    const FileOverlay::Entry *E = Over->find(Full);
    return E && E->What != FileOverlay::AsOnDisk ? E : nullptr;
  }

  OverlayPtr Over;
};

} // namespace

llvm::IntrusiveRefCntPtr<vfs::FileSystem> holdfast::overlaidFiles(OverlayPtr Over) {
  if (!Over)
    return vfs::createPhysicalFileSystem();
  return llvm::makeIntrusiveRefCnt<OverlaidFiles>(std::move(Over));
}
