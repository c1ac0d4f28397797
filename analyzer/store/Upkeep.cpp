// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/Upkeep.h"
#include "store/Folder.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <tuple>
#include <vector>

using namespace holdfast;
namespace fs = llvm::sys::fs;

namespace {

/// One file below the folders of entries.
struct Entry {
  llvm::sys::TimePoint<> Used;
  uint64_t Size = 0;
  size_t Kind = 0;
  std::string Path;
  friend bool operator<(const Entry &A, const Entry &B) {
    return std::tie(A.Used, A.Path) < std::tie(B.Used, B.Path);
  }
};

/// Held while the state is read, changed and written back; the lock goes with the
/// process, however that ends.
class StateLock {
public:
  explicit StateLock(const std::string &Root) {
    if (fs::openFileForReadWrite(Root + "/state.lock", FD, fs::CD_OpenAlways,
                                 fs::OF_None))
      FD = -1;
    else if (fs::tryLockFile(FD, std::chrono::seconds(10)))
      close();
  }
  StateLock(const StateLock &) = delete;
  StateLock &operator=(const StateLock &) = delete;
  ~StateLock() {
    if (FD != -1)
      (void)fs::unlockFile(FD);
    close();
  }
  explicit operator bool() const { return FD != -1; }

private:
  void close() {
    if (FD != -1)
      (void)llvm::sys::Process::SafelyCloseFileDescriptor(FD);
    FD = -1;
  }
  int FD = -1;
};

} // namespace

static void forEachIn(const std::string &Dir,
                      llvm::function_ref<void(const std::string &)> Do) {
  std::error_code Code;
  for (fs::directory_iterator I(Dir, Code, /*follow_symlinks=*/false), End;
       !Code && I != End; I.increment(Code))
    Do(I->path());
}

static std::vector<Entry> allEntries(const std::string &Root) {
  std::vector<Entry> Out;
  for (size_t Kind = 0; Kind < std::size(KindFolders); ++Kind)
    forEachIn(Root + "/" + KindFolders[Kind], [&](const std::string &Dir) {
      forEachIn(Dir, [&](const std::string &Path) {
        fs::file_status S;
        if (!fs::status(Path, S, /*follow=*/false) && fs::is_regular_file(S))
          Out.push_back({S.getLastModificationTime(), onDisk(S.getSize()), Kind, Path});
      });
    });
  return Out;
}

static bool isPart(const Entry &E) {
  return llvm::sys::path::filename(E.Path).contains(PartSuffix);
}

/// What somebody began to write long ago and was killed over.
static bool isAbandoned(const Entry &E) {
  return isPart(E) && E.Used + std::chrono::hours(1) < std::chrono::system_clock::now();
}

StoreUsage holdfast::prune(const std::string &Root, uint64_t Limit) {
  std::vector<Entry> All = allEntries(Root);
  llvm::sort(All);
  StoreUsage Left;
  for (const Entry &E : All)
    Left.Bytes += E.Size;
  for (const Entry &E : All) {
    if (isAbandoned(E) || (Left.Bytes > Limit && !isPart(E))) {
      (void)fs::remove(E.Path);
      Left.Bytes -= E.Size;
    } else if (!isPart(E)) {
      ++Left.Entries[E.Kind];
    }
  }
  return Left;
}

StoreUsage holdfast::measure(const std::string &Root) {
  StoreUsage U;
  for (const Entry &E : allEntries(Root)) {
    U.Bytes += E.Size;
    U.Entries[E.Kind] += !isPart(E);
  }
  return U;
}

// --- the state file: a name and a number on each line -------------------------

static constexpr std::pair<const char *, uint64_t StoreState::*> Fields[] = {
    {"limit", &StoreState::Limit},     {"bytes", &StoreState::Bytes},
    {"hits", &StoreState::Hits},       {"misses", &StoreState::Misses},
    {"damaged", &StoreState::Damaged},
};

static std::optional<StoreState> readStateFile(const std::string &Root) {
  auto File = llvm::MemoryBuffer::getFile(Root + "/state", /*IsText=*/true,
                                          /*RequiresNullTerminator=*/false,
                                          /*IsVolatile=*/true);
  if (!File)
    return std::nullopt;
  StoreState S;
  size_t Read = 0;
  llvm::SmallVector<llvm::StringRef> Lines;
  (*File)->getBuffer().split(Lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Line : Lines)
    for (auto [Name, Field] : Fields)
      if (auto [Key, Value] = Line.split(' '); Key == Name)
        Read += !Value.getAsInteger(10, S.*Field);
  return Read == std::size(Fields) ? std::optional(S) : std::nullopt;
}

StoreState holdfast::readState(const std::string &Root) {
  return readStateFile(Root).value_or(StoreState());
}

static std::error_code writeState(const std::string &Root, const StoreState &S) {
  std::string Text;
  for (auto [Name, Field] : Fields)
    Text += std::string(Name) + " " + std::to_string(S.*Field) + "\n";
  return replaceFile(Root + "/state", Text);
}

void holdfast::recordRun(const std::string &Root, uint64_t Added, uint64_t Hits,
                         uint64_t Misses, uint64_t Damaged) {
  StateLock Lock(Root);
  if (!Lock)
    return;
  std::optional<StoreState> Old = readStateFile(Root);
  StoreState S = Old.value_or(StoreState());
  S.Hits = Hits;
  S.Misses = Misses;
  S.Damaged = Damaged;
  S.Bytes += Added;
  if (!Old)
    S.Bytes = measure(Root).Bytes;
  if (S.Bytes > S.Limit) // with room to grow, so that not every run prunes
    S.Bytes = prune(Root, S.Limit / 10 * 8).Bytes;
  (void)writeState(Root, S);
}

llvm::Error holdfast::setLimit(const std::string &Root, uint64_t Limit) {
  (void)fs::create_directories(Root);
  StateLock Lock(Root);
  StoreState S = readState(Root);
  S.Limit = Limit;
  S.Bytes = prune(Root, Limit).Bytes;
  if (std::error_code Code = writeState(Root, S))
    return llvm::createStringError(Code, "cannot write to %s: %s", Root.c_str(),
                                   Code.message().c_str());
  return llvm::Error::success();
}

llvm::Error holdfast::clearStore(const std::string &Root) {
  for (const Entry &E : allEntries(Root))
    if (std::error_code Code = fs::remove(E.Path))
      return llvm::createStringError(Code, "cannot clear %s: %s", Root.c_str(),
                                     Code.message().c_str());
  StateLock Lock(Root);
  if (std::optional<StoreState> S = readStateFile(Root)) {
    S->Bytes = 0;
    (void)writeState(Root, *S);
  }
  return llvm::Error::success();
}

std::string holdfast::defaultStore() {
  if (const char *Dir = std::getenv("HOLDFAST_STORE"); Dir && *Dir == '/')
    return Dir;
  if (const char *Dir = std::getenv("XDG_CACHE_HOME"); Dir && *Dir == '/')
    return std::string(Dir) + "/holdfast/store";
  if (const char *Home = std::getenv("HOME"); Home && *Home == '/')
    return std::string(Home) + "/.cache/holdfast/store";
  return "";
}
