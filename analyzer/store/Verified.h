// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_STORE_VERIFIED_H
#define HOLDFAST_STORE_VERIFIED_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <flatbuffers/flatbuffers.h>

/// \file
/// What both readers of flatbuffers ask before they look at anything.
namespace holdfast {

/// The root of \p Content if every offset and length in it lies within it.
template <class File> const File *verified(llvm::StringRef Content) {
  flatbuffers::Verifier V(reinterpret_cast<const uint8_t *>(Content.data()),
                          Content.size(), /*max_depth=*/16, /*max_tables=*/~0u);
  return V.VerifyBuffer<File>(nullptr) ? flatbuffers::GetRoot<File>(Content.data())
                                       : nullptr;
}

/// Does a struct lie where one of its type may? The verifier does not look. A
/// vector without elements may lie anywhere.
template <class Struct> bool aligned(const Struct *S) {
  return uintptr_t(S) % alignof(Struct) == 0;
}
template <class Struct> bool aligned(const flatbuffers::Vector<const Struct *> *V) {
  return !V || !V->size() || uintptr_t(V->Data()) % alignof(Struct) == 0;
}

} // namespace holdfast

#endif
