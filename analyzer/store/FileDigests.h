// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_STORE_FILEDIGESTS_H
#define HOLDFAST_STORE_FILEDIGESTS_H

#include "store/Digest.h"
#include "store/FileOverlay.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Chrono.h"
#include "llvm/Support/FileSystem.h"
#include <array>
#include <map>
#include <mutex>
#include <optional>

namespace holdfast {

/// What one look at a path tells.
enum class FileState : uint8_t {
  Absent,  ///< there is nothing
  Present, ///< something is there; nobody read it
  Content, ///< a regular file, and this is what it holds
};

/// A path and what was found there.
struct FileFact {
  std::string Path; ///< absolute
  FileState State = FileState::Absent;
  uint64_t Size = 0;
  Digest Content;
};

/// The hashes of the files of one run, or of one version of the sources where a
/// run looks at several. Three thousand units read the same headers: each is looked
/// at once, and what was true then is true for the run. Thread-safe.
class FileDigests {
public:
  /// \p Over says what the version has that the disk has not; null: nothing.
  explicit FileDigests(OverlayPtr Over = nullptr) : Over(std::move(Over)) {}

  const OverlayPtr &overlay() const { return Over; }

  /// Is what \p Path, \p State, \p Size and \p Content claim still so? Sets
  /// \p Overlaid where the overlay has a say in that path.
  bool holds(llvm::StringRef Path, FileState State, uint64_t Size, Digest Content,
             bool &Overlaid);

  /// The hash of \p Bytes, which were just read from a file with this identity.
  Digest of(llvm::sys::fs::UniqueID File, llvm::sys::TimePoint<> Changed,
            llvm::StringRef Bytes);

private:
  /// What identifies a content without reading it.
  struct Identity {
    uint64_t Device, Inode, Size;
    llvm::sys::TimePoint<> Changed;
    friend auto operator<=>(const Identity &, const Identity &) = default;
  };
  struct Seen {
    bool Exists = false, Regular = false;
    bool Overlaid = false; ///< the overlay has an entry for it
    uint64_t Size = 0;
    std::optional<Digest> Content; ///< once somebody asked
  };
  struct Shard {
    std::mutex Lock;
    llvm::StringMap<Seen> Paths;
  };

  void look(llvm::StringRef Path, Seen &S) const;
  void read(llvm::StringRef Path, Seen &S) const;
  std::string onDisk(llvm::StringRef Path) const;

  OverlayPtr Over;
  std::array<Shard, 16> Shards;
  std::mutex Lock;
  std::map<Identity, Digest> Known;
};

} // namespace holdfast

#endif
