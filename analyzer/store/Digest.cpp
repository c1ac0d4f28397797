// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/Digest.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"

using namespace holdfast;

static Digest finished(llvm::BLAKE3 &Hasher) {
  llvm::BLAKE3Result<16> Bytes = Hasher.final<16>();
  return {llvm::support::endian::read64le(Bytes.data()),
          llvm::support::endian::read64le(Bytes.data() + 8)};
}

Digest Digest::of(llvm::StringRef Bytes) {
  llvm::BLAKE3 Hasher;
  Hasher.update(Bytes);
  return finished(Hasher);
}

std::string Digest::hex() const {
  return llvm::utohexstr(Hi, /*LowerCase=*/true, 16) +
         llvm::utohexstr(Lo, /*LowerCase=*/true, 16);
}

DigestBuilder &DigestBuilder::add(llvm::StringRef Part) {
  uint8_t Size[8];
  llvm::support::endian::write64le(Size, Part.size());
  Hasher.update(Size);
  Hasher.update(Part);
  return *this;
}

Digest DigestBuilder::finish() { return finished(Hasher); }
