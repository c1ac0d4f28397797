// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_STORE_DIGEST_H
#define HOLDFAST_STORE_DIGEST_H

#include "llvm/ADT/DenseMapInfo.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/BLAKE3.h"
#include <cstdint>
#include <string>

namespace holdfast {

/// The first 128 bits of a BLAKE3 hash: equal means same content.
struct Digest {
  uint64_t Lo = 0;
  uint64_t Hi = 0;

  static Digest of(llvm::StringRef Bytes);
  /// 32 hexadecimal digits.
  std::string hex() const;

  friend bool operator==(Digest A, Digest B) { return A.Lo == B.Lo && A.Hi == B.Hi; }
  friend bool operator!=(Digest A, Digest B) { return !(A == B); }
};

/// Hashes a list of strings; where one ends and the next begins counts as well.
class DigestBuilder {
public:
  DigestBuilder &add(llvm::StringRef Part);
  DigestBuilder &add(Digest Part) {
    return add({reinterpret_cast<const char *>(&Part), sizeof Part});
  }
  Digest finish();

private:
  llvm::BLAKE3 Hasher;
};

} // namespace holdfast

template <> struct llvm::DenseMapInfo<holdfast::Digest> {
  static holdfast::Digest getEmptyKey() { return {~0ull, ~0ull}; }
  static holdfast::Digest getTombstoneKey() { return {~0ull, ~1ull}; }
  static unsigned getHashValue(holdfast::Digest D) { return unsigned(D.Lo); }
  static bool isEqual(holdfast::Digest A, holdfast::Digest B) { return A == B; }
};

#endif
