// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_STORE_FILEOVERLAY_H
#define HOLDFAST_STORE_FILEOVERLAY_H

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <memory>
#include <mutex>
#include <string>

namespace holdfast {

/// Files that are to be seen as they are not: what one version of a tree has and
/// the disk has not. The disk itself is never written to. Thread-safe once filled.
class FileOverlay {
public:
  enum Kind : uint8_t {
    AsOnDisk, ///< another version has something else here
    Absent,   ///< there is nothing
    Text,     ///< a regular file that holds Content
    Folder,   ///< one that the disk has not, for the files in it
  };
  struct Entry {
    Kind What = AsOnDisk;
    std::string Content;
    llvm::sys::fs::UniqueID Id{0, 0};
    std::string Path; ///< of the file, without links in its folders
  };

  /// \p Path is absolute. Later calls replace earlier ones.
  void add(llvm::StringRef Path, Kind What, std::string Content = "");

  /// The entry for \p Path (absolute; `..` and links to folders are followed), or
  /// null: then nobody has anything to say about it.
  const Entry *find(llvm::StringRef Path) const;

  /// What to ask the disk for instead of \p Path (absolute): it cannot go up from a
  /// folder that it has not, as in `gone/../there.h`.
  std::string onDisk(llvm::StringRef Path) const;

private:
  std::string canonical(llvm::StringRef Path) const;
  std::string realFolder(llvm::StringRef Folder) const;

  llvm::StringMap<Entry> Entries; ///< by canonical path
  llvm::StringSet<> Names;        ///< their last components, to find out quickly
  bool HasFolders = false;        ///< is any of them a Folder?
  mutable std::mutex Lock;        ///< of the map below
  mutable llvm::StringMap<std::string> Folders; ///< with their links resolved
};

using OverlayPtr = std::shared_ptr<const FileOverlay>;

/// The disk as \p Over shows it; null: as it is.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> overlaidFiles(OverlayPtr Over);

} // namespace holdfast

#endif
