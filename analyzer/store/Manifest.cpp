// SPDX-License-Identifier: GPL-2.0-or-later
#include "store/Manifest.h"
#include "LockProgram_generated.h"
#include "store/Verified.h"

using namespace holdfast;

std::string holdfast::encodeManifest(const std::vector<ManifestVariant> &Variants) {
  flatbuffers::FlatBufferBuilder B;
  llvm::StringMap<uint32_t> Index;
  std::vector<flatbuffers::Offset<flatbuffers::String>> Paths;
  std::vector<flatbuffers::Offset<fb::Variant>> Out;
  for (const ManifestVariant &V : Variants) {
    std::vector<fb::FileRow> Rows;
    for (const FileFact &F : V.Files) {
      auto [It, New] = Index.try_emplace(F.Path, uint32_t(Paths.size()));
      if (New)
        Paths.push_back(B.CreateString(F.Path));
      Rows.emplace_back(fb::Id(F.Content.Lo, F.Content.Hi), F.Size, It->second,
                        uint8_t(F.State));
    }
    fb::Id Unit(V.Unit.Lo, V.Unit.Hi);
    auto Files = B.CreateVectorOfStructs(Rows);
    Out.push_back(fb::CreateVariant(B, Files, &Unit));
  }
  auto PathOffset = B.CreateVector(Paths);
  auto VariantOffset = B.CreateVector(Out);
  B.Finish(fb::CreateManifestFile(B, PathOffset, VariantOffset));
  return {reinterpret_cast<const char *>(B.GetBufferPointer()), B.GetSize()};
}

/// Null unless all of it can be read.
static const fb::ManifestFile *manifest(llvm::StringRef Content) {
  const auto *M = verified<fb::ManifestFile>(Content);
  if (!M || !M->paths() || !M->variants())
    return nullptr;
  for (const fb::Variant *Variant : *M->variants()) {
    if (!Variant->files() || !Variant->unit() || !aligned(Variant->files()) ||
        !aligned(Variant->unit()))
      return nullptr;
    for (const fb::FileRow *F : *Variant->files())
      if (F->path() >= M->paths()->size() || F->state() > uint8_t(FileState::Content))
        return nullptr;
  }
  return M;
}

static Digest digestOf(const fb::Id &I) { return {I.lo(), I.hi()}; }
static llvm::StringRef textOf(const flatbuffers::String *S) {
  return {S->data(), S->size()};
}

std::vector<ManifestVariant> holdfast::decodeManifest(llvm::StringRef Content) {
  std::vector<ManifestVariant> Out;
  const fb::ManifestFile *M = manifest(Content);
  if (!M)
    return Out;
  for (const fb::Variant *V : *M->variants()) {
    Out.emplace_back().Unit = digestOf(*V->unit());
    for (const fb::FileRow *F : *V->files())
      Out.back().Files.push_back({textOf(M->paths()->Get(F->path())).str(),
                                  FileState(F->state()), F->size(),
                                  digestOf(F->content())});
  }
  return Out;
}

std::optional<Digest> holdfast::findVariant(llvm::StringRef Content, FileDigests &Files,
                                            bool &Overlaid) {
  const fb::ManifestFile *M = manifest(Content);
  if (!M)
    return std::nullopt;
  auto holds = [&](const fb::FileRow *F) {
    return Files.holds(textOf(M->paths()->Get(F->path())), FileState(F->state()),
                       F->size(), digestOf(F->content()), Overlaid);
  };
  for (const fb::Variant *V : *M->variants()) {
    Overlaid = false;
    if (std::all_of(V->files()->begin(), V->files()->end(), holds))
      return digestOf(*V->unit());
  }
  return std::nullopt;
}
