// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_STORE_FOLDER_H
#define HOLDFAST_STORE_FOLDER_H

#include "store/Envelope.h"
#include <atomic>
#include <mutex>

namespace holdfast {

/// The store's files. Whatever goes wrong with them costs speed and nothing
/// else: what cannot be read is not there, what cannot be written is not kept.
/// Safe for any number of threads and processes.
class Folder {
public:
  explicit Folder(std::string Root) : Root(std::move(Root)) {}

  /// The content of an entry, which counts as used now. One that is damaged is
  /// dropped and as good as missing.
  std::optional<Bytes> read(EntryKind Kind, Digest Name);
  bool has(EntryKind Kind, Digest Name) const;
  /// At any moment, a reader finds all of the entry or nothing. After the first
  /// failure nothing is written any more.
  void write(EntryKind Kind, Digest Name, llvm::StringRef Content);
  void drop(EntryKind Kind, Digest Name);

  const std::string &root() const { return Root; }
  std::string path(EntryKind Kind, Digest Name) const;
  /// Bytes on disk that were added, as far as they are known.
  uint64_t written() const { return Written; }
  unsigned damaged() const { return Damaged; }
  /// Why nothing is written any more; empty while all is well.
  std::string problem() const;

private:
  void fail(std::error_code Code);

  std::string Root;
  std::atomic<uint64_t> Written{0};
  std::atomic<unsigned> Damaged{0};
  std::atomic<bool> Failed{false};
  mutable std::mutex Lock;
  std::string Problem;
};

/// Writes \p Text beside \p Path and renames it. Makes the folders it needs.
std::error_code replaceFile(const std::string &Path, llvm::StringRef Text);

/// The subfolders of a store, by kind of entry.
constexpr const char *KindFolders[] = {"manifests", "units", "bodies", "solutions",
                                       "findings"};
/// Part of the names of files that are not complete yet.
constexpr const char PartSuffix[] = ".part-";

/// What one file takes on disk.
constexpr uint64_t onDisk(uint64_t Size) { return (Size + 4095) / 4096 * 4096; }

} // namespace holdfast

#endif
