// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_STORE_MANIFEST_H
#define HOLDFAST_STORE_MANIFEST_H

#include "store/FileDigests.h"
#include <vector>

namespace holdfast {

/// What one command made of one state of its files. Sources go back and forth
/// between a few states (branches, a patch tried and dropped): the manifest of a
/// command keeps the latest of them, the last one first.
struct ManifestVariant {
  std::vector<FileFact> Files; ///< whatever the parser asked for
  Digest Unit;                 ///< name of what it made
};

constexpr size_t MaxVariants = 4;

std::string encodeManifest(const std::vector<ManifestVariant> &Variants);
/// Empty: not a manifest.
std::vector<ManifestVariant> decodeManifest(llvm::StringRef Content);
/// The unit of the first variant whose files are all as they were, and whether the
/// overlay of \p Files has a say in any of them. Takes any bytes.
std::optional<Digest> findVariant(llvm::StringRef Content, FileDigests &Files,
                                  bool &Overlaid);

} // namespace holdfast

#endif
