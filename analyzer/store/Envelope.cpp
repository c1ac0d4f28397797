// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/Envelope.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Error.h"

using namespace holdfast;
using namespace llvm::support::endian;

// magic 4, version 2, kind 2, size 8, name 16, checksum 16
static constexpr char Magic[] = {'H', 'F', 'L', 'P'};
static constexpr uint16_t Version = 1;
static constexpr size_t SumAt = 32;
static constexpr size_t HeaderSize = 48;

static Digest checksum(llvm::StringRef File) {
  return DigestBuilder()
      .add(File.take_front(SumAt))
      .add(File.drop_front(HeaderSize))
      .finish();
}

std::string holdfast::seal(EntryKind Kind, Digest Name, llvm::StringRef Content) {
  Bytes Packed;
  llvm::compression::zstd::compress(llvm::arrayRefFromStringRef(Content), Packed,
                                    llvm::compression::zstd::BestSpeedCompression);
  std::string File(HeaderSize, '\0');
  std::copy(Magic, Magic + sizeof Magic, File.data());
  write16le(File.data() + 4, Version);
  write16le(File.data() + 6, uint16_t(Kind));
  write64le(File.data() + 8, Content.size());
  write64le(File.data() + 16, Name.Lo);
  write64le(File.data() + 24, Name.Hi);
  File.append(reinterpret_cast<const char *>(Packed.data()), Packed.size());
  Digest Sum = checksum(File);
  write64le(File.data() + SumAt, Sum.Lo);
  write64le(File.data() + SumAt + 8, Sum.Hi);
  return File;
}

std::optional<Bytes> holdfast::unseal(EntryKind Kind, Digest Name, llvm::StringRef File) {
  if (File.size() < HeaderSize || !File.starts_with({Magic, sizeof Magic}))
    return std::nullopt;
  const char *P = File.data();
  if (read16le(P + 4) != Version || read16le(P + 6) != uint16_t(Kind) ||
      Name != Digest{read64le(P + 16), read64le(P + 24)} ||
      checksum(File) != Digest{read64le(P + SumAt), read64le(P + SumAt + 8)})
    return std::nullopt;
  Bytes Content;
  if (llvm::Error E = llvm::compression::zstd::decompress(
          llvm::arrayRefFromStringRef(File.drop_front(HeaderSize)), Content,
          read64le(P + 8))) {
    llvm::consumeError(std::move(E));
    return std::nullopt;
  }
  return Content;
}
