// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_STORE_FILERECORDER_H
#define HOLDFAST_STORE_FILERECORDER_H

#include "store/FileDigests.h"
#include "llvm/Support/VirtualFileSystem.h"

namespace holdfast {

/// The file system, as one parse of one unit sees it; notes whatever the parser
/// asks and is told. The hash of a file is that of the very bytes the parser got.
/// So is what was *not* there: a header that appears in an earlier folder of the
/// search path changes the unit, although no file it has read did. Where the digests
/// are those of a version with an overlay, so is what the parser sees. Used by one
/// thread.
class FileRecorder : public llvm::vfs::ProxyFileSystem {
public:
  explicit FileRecorder(FileDigests &Digests);

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override;
  bool exists(const llvm::Twine &Path) override;
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>>
  openFileForRead(const llvm::Twine &Path) override;

  /// In the order in which they were first asked for.
  const std::vector<FileFact> &facts() const { return Facts; }
  /// False if this cannot be repeated: a file changed under way, or is none (a
  /// pipe).
  bool steady() const { return Steady; }
  /// Did the parser ask for any path that the overlay has a say in?
  bool overlaid() const { return Overlaid; }

private:
  friend class RecordedFile;
  FileFact &at(const llvm::Twine &Path);
  void noteStatus(const llvm::Twine &Path,
                  const llvm::ErrorOr<llvm::vfs::Status> &Status);
  void noteContent(size_t Fact, const llvm::vfs::Status &Status, llvm::StringRef Bytes);

  FileDigests &Digests;
  std::vector<FileFact> Facts;
  llvm::StringMap<size_t> Index;
  bool Steady = true;
  bool Overlaid = false;
};

} // namespace holdfast

#endif
