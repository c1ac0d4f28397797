// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/FileRecorder.h"
#include "llvm/Support/Path.h"

using namespace holdfast;
namespace vfs = llvm::vfs;

namespace holdfast {

/// A file that tells the recorder what was read from it.
class RecordedFile : public vfs::File {
public:
  RecordedFile(std::unique_ptr<vfs::File> Inner, FileRecorder &Recorder, size_t Fact)
      : Inner(std::move(Inner)), Recorder(Recorder), Fact(Fact) {}

  llvm::ErrorOr<vfs::Status> status() override { return Inner->status(); }
  llvm::ErrorOr<std::string> getName() override { return Inner->getName(); }
  std::error_code close() override { return Inner->close(); }
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> getBuffer(const llvm::Twine &Name,
                                                               int64_t Size,
                                                               bool NullTerminated,
                                                               bool IsVolatile) override {
    auto Buffer = Inner->getBuffer(Name, Size, NullTerminated, IsVolatile);
    llvm::ErrorOr<vfs::Status> Status = Inner->status();
    if (Buffer && Status)
      Recorder.noteContent(Fact, *Status, (*Buffer)->getBuffer());
    else
      Recorder.Steady = false;
    return Buffer;
  }

private:
  std::unique_ptr<vfs::File> Inner;
  FileRecorder &Recorder;
  size_t Fact;
};

} // namespace holdfast

FileRecorder::FileRecorder(FileDigests &Digests)
    : ProxyFileSystem(overlaidFiles(Digests.overlay())), Digests(Digests) {}

FileFact &FileRecorder::at(const llvm::Twine &Path) {
  llvm::SmallString<256> Full;
  Path.toVector(Full);
  if (makeAbsolute(Full))
    Steady = false;
  if (llvm::StringRef(Full).contains("/./"))
    llvm::sys::path::remove_dots(Full);
  auto [It, New] = Index.try_emplace(Full, Facts.size());
  if (New) {
    Facts.push_back({std::string(Full), FileState::Present, 0, {}});
    Overlaid |= Digests.overlay() && Digests.overlay()->find(Full);
  }
  return Facts[It->second];
}

void FileRecorder::noteStatus(const llvm::Twine &Path,
                              const llvm::ErrorOr<vfs::Status> &Status) {
  size_t Before = Facts.size();
  FileFact &F = at(Path);
  bool New = Facts.size() != Before;
  if (New && !Status)
    F.State = FileState::Absent;
  Steady &= (F.State != FileState::Absent) == bool(Status);
  // What is there but neither file nor folder, such as a pipe, reads differently
  // each time.
  if (Status && !Status->isRegularFile() && !Status->isDirectory())
    Steady = false;
}

void FileRecorder::noteContent(size_t Fact, const vfs::Status &Status,
                               llvm::StringRef Bytes) {
  Digest D = Digests.of(Status.getUniqueID(), Status.getLastModificationTime(), Bytes);
  FileFact &F = Facts[Fact];
  Steady &= Status.isRegularFile() && F.State != FileState::Absent &&
            (F.State != FileState::Content || F.Content == D);
  F = {std::move(F.Path), FileState::Content, Bytes.size(), D};
}

llvm::ErrorOr<vfs::Status> FileRecorder::status(const llvm::Twine &Path) {
  llvm::ErrorOr<vfs::Status> Status = ProxyFileSystem::status(Path);
  noteStatus(Path, Status);
  return Status;
}

bool FileRecorder::exists(const llvm::Twine &Path) { return bool(status(Path)); }

llvm::ErrorOr<std::unique_ptr<vfs::File>>
FileRecorder::openFileForRead(const llvm::Twine &Path) {
  auto File = ProxyFileSystem::openFileForRead(Path);
  noteStatus(Path,
             File ? (*File)->status() : llvm::ErrorOr<vfs::Status>(File.getError()));
  if (!File)
    return File;
  size_t Fact = size_t(&at(Path) - Facts.data());
  return std::make_unique<RecordedFile>(std::move(*File), *this, Fact);
}
