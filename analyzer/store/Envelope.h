// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_STORE_ENVELOPE_H
#define HOLDFAST_STORE_ENVELOPE_H

#include "store/Digest.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

/// \file
/// The outside of every file of the store: what it is, what it is called, a
/// checksum of all its bytes, and the content, compressed. Nothing is
/// decompressed, nor any count in it believed, before the checksum is right.
namespace holdfast {

enum class EntryKind : uint8_t {
  Manifest, ///< which files a unit was made from; named by its command
  Unit,     ///< named by its content
  Body,     ///< a header function; named by its content
  Solution, ///< what solving a database found; named by what decides it
  Findings, ///< what the checks said of some units; named by these
};

using Bytes = llvm::SmallVector<uint8_t, 0>;

/// The file for \p Content.
std::string seal(EntryKind Kind, Digest Name, llvm::StringRef Content);

/// The content of \p File, or nothing if it is not, to the bit, what seal() made
/// for this kind and name.
std::optional<Bytes> unseal(EntryKind Kind, Digest Name, llvm::StringRef File);

} // namespace holdfast

#endif
