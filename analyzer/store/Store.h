// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_STORE_STORE_H
#define HOLDFAST_STORE_STORE_H

#include "store/Codec.h"
#include "store/FileRecorder.h"
#include "store/Folder.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include <unordered_map>

namespace holdfast {

/// Lock programs on disk: what was parsed once is not parsed again while
/// nothing that it was made from has changed. Thread-safe.
class Store {
public:
  /// \p Lowering says all that decides what a unit becomes beside its command and
  /// its files: the rules that matter to it, and the parser's version.
  Store(std::string Root, llvm::StringRef Lowering)
      : Files(std::move(Root)), Lowering(Lowering.str()) {}

  /// The name of a compilation, whatever its files say today.
  Digest key(llvm::StringRef Directory, llvm::StringRef File,
             llvm::ArrayRef<std::string> Args) const;

  /// What was stored for \p Key, if each file that it was made from is as it was
  /// and each that was not there still is not.
  std::optional<StoredUnit> load(Digest Key);
  /// The same for the version of the sources that \p At is of; sets \p Overlaid
  /// where its overlay has a say in any of the unit's files.
  std::optional<StoredUnit> load(Digest Key, FileDigests &At, bool &Overlaid);

  /// The file system that a unit must be parsed with to be saved.
  llvm::IntrusiveRefCntPtr<FileRecorder> recorder();
  /// Keeps \p U, made from what \p Read saw, and returns its name; not what cannot
  /// be repeated, which has none.
  Digest save(Digest Key, const FileRecorder &Read, const StoredUnit &U);

  /// What others make of units, which nobody here looks into.
  std::optional<Bytes> read(EntryKind Kind, Digest Name) {
    return Files.read(Kind, Name);
  }
  void write(EntryKind Kind, Digest Name, llvm::StringRef Content) {
    Files.write(Kind, Name, Content);
  }

  /// To be called once, at the end: records what was used, prunes if it must.
  /// Returns what the user has to know, or "".
  std::string finish();

private:
  FunctionPtr body(Digest Name);
  Digest nameOf(const FunctionPtr &F);
  std::optional<StoredUnit> unit(Digest Key, FileDigests &At, bool &Overlaid);
  void keep(EntryKind Kind, Digest Name, llvm::StringRef Content);

  Folder Files;
  std::string Lowering;
  FileDigests Digests;
  std::atomic<uint64_t> Hits{0}, Misses{0};
  std::mutex Lock; ///< of the maps
  llvm::DenseMap<Digest, FunctionPtr> Bodies;
  std::unordered_map<FunctionPtr, Digest> Names;
};

} // namespace holdfast

#endif
