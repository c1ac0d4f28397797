// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/FileDigests.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/xxhash.h"

using namespace holdfast;
namespace fs = llvm::sys::fs;

std::string FileDigests::onDisk(llvm::StringRef Path) const {
  return Over ? Over->onDisk(Path) : Path.str();
}

void FileDigests::look(llvm::StringRef Path, Seen &S) const {
  const FileOverlay::Entry *E = Over ? Over->find(Path) : nullptr;
  S.Overlaid = E;
  if (E && E->What != FileOverlay::AsOnDisk) {
    S.Exists = E->What != FileOverlay::Absent;
    S.Regular = E->What == FileOverlay::Text;
    S.Size = E->Content.size();
    S.Content = Digest::of(E->Content);
    return;
  }
  fs::file_status Status;
  S.Exists = !fs::status(onDisk(Path), Status);
  S.Regular = S.Exists && fs::is_regular_file(Status);
  S.Size = S.Regular ? Status.getSize() : 0;
}

/// Volatile: read, not mapped, so that a file cut short meanwhile is no fault.
void FileDigests::read(llvm::StringRef Path, Seen &S) const {
  auto Buffer = llvm::MemoryBuffer::getFile(onDisk(Path), /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false,
                                            /*IsVolatile=*/true);
  if (!Buffer) {
    S.Regular = false;
    return;
  }
  S.Size = (*Buffer)->getBufferSize();
  S.Content = Digest::of((*Buffer)->getBuffer());
}

bool FileDigests::holds(llvm::StringRef Path, FileState State, uint64_t Size,
                        Digest Content, bool &Overlaid) {
  Shard &Sh = Shards[llvm::xxh3_64bits(Path) % Shards.size()];
  std::lock_guard<std::mutex> Guard(Sh.Lock);
  auto [It, New] = Sh.Paths.try_emplace(Path);
  Seen &S = It->second;
  if (New)
    look(Path, S);
  Overlaid |= S.Overlaid;
  if (State == FileState::Absent)
    return !S.Exists;
  if (State == FileState::Present)
    return S.Exists;
  if (!S.Regular || S.Size != Size)
    return false;
  if (!S.Content)
    read(Path, S);
  return S.Regular && S.Size == Size && S.Content == Content;
}

Digest FileDigests::of(fs::UniqueID File, llvm::sys::TimePoint<> Changed,
                       llvm::StringRef Bytes) {
  using namespace std::chrono;
  // A file as young as the clock is coarse may change again and not show it.
  bool Settled = Changed + seconds(2) < system_clock::now();
  Identity Id{File.getDevice(), File.getFile(), Bytes.size(), Changed};
  if (Settled) {
    std::lock_guard<std::mutex> Guard(Lock);
    if (auto It = Known.find(Id); It != Known.end())
      return It->second;
  }
  Digest D = Digest::of(Bytes);
  if (Settled) {
    std::lock_guard<std::mutex> Guard(Lock);
    Known.emplace(Id, D);
  }
  return D;
}
