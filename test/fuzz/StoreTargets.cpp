// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// What lies on disk below the checksum: a store that somebody else filled, or that a
/// bug of ours did.
#include "Targets.h"
#include "store/Codec.h"
#include "store/Envelope.h"
#include "store/Manifest.h"
#include "unit/StoreSamples.h"
#include "llvm/ADT/StringExtras.h"

using namespace holdfast;
using llvm::StringRef;

/// What was read is written, read again and written again: the same bytes.
static void runBody(StringRef Data) {
  FunctionPtr F = decodeBody(Data);
  if (!F)
    return;
  for (const Block &B : F->Blocks)
    for (uint32_t S : B.Succs)
      promise(S < F->Blocks.size() || S == Block::Nowhere, "edges lead to blocks");
  std::string Text = encodeBody(*F);
  FunctionPtr Again = decodeBody(Text);
  promise(Again != nullptr, "a body that was read can be written and read");
  promise(encodeBody(*Again) == Text, "the same body gives the same bytes");
}

static Digest nobody(const FunctionPtr &) { return {}; }

static void runUnit(StringRef Data) {
  static const FunctionPtr Shared = sample("shared");
  auto find = [](Digest) { return Shared; };
  std::optional<StoredUnit> U = decodeUnit(Data, find);
  if (!U)
    return;
  for (const HeaderBody &H : U->Bodies)
    promise(H.Function < U->Unit.Functions.size(), "bodies are functions of the unit");
  std::string Text = encodeUnit(*U, nobody);
  std::optional<StoredUnit> Again = decodeUnit(Text, find);
  promise(Again.has_value(), "a unit that was read can be written and read");
  promise(encodeUnit(*Again, nobody) == Text, "the same unit gives the same bytes");
}

static void runManifest(StringRef Data) {
  std::vector<ManifestVariant> V = decodeManifest(Data);
  for (const ManifestVariant &One : V)
    for (const FileFact &F : One.Files)
      promise(F.State <= FileState::Content, "a file's state is one that there is");
  std::string Text = encodeManifest(V);
  promise(encodeManifest(decodeManifest(Text)) == Text,
          "the same manifest gives the same bytes");
}

/// As a file of the store, and as the content of one.
static void runEnvelope(StringRef Data) {
  const Digest Name{1, 2};
  (void)unseal(EntryKind::Unit, Name, Data);
  std::string File = seal(EntryKind::Unit, Name, Data);
  std::optional<Bytes> Content = unseal(EntryKind::Unit, Name, File);
  promise(Content && llvm::toStringRef(*Content) == Data, "what was sealed is unsealed");
  promise(!unseal(EntryKind::Body, Name, File), "a unit is no body");
}

static std::vector<std::string> bodies() {
  std::vector<std::string> Out{encodeBody(*sample("f")), encodeBody(*sample("g", 1))};
  Function Empty;
  Empty.Name = sym("empty");
  Out.push_back(encodeBody(Empty));
  return Out;
}

static std::vector<std::string> units() {
  StoredUnit Small;
  Small.Unit.File = sym("a.c");
  return {encodeUnit(sampleUnit(), nobody), encodeUnit(Small, nobody)};
}

static std::vector<std::string> manifests() {
  ManifestVariant One{
      {{"/a.c", FileState::Content, 3, {1, 2}}, {"/b.h", FileState::Absent, 0, {}}},
      {3, 4}};
  return {encodeManifest({One}), encodeManifest({One, One}), encodeManifest({})};
}

static std::vector<std::string> envelopes() {
  return {seal(EntryKind::Unit, {1, 2}, "content"), seal(EntryKind::Body, {1, 2}, ""),
          ""};
}

void holdfast::addStoreTargets(std::vector<FuzzTarget> &Out) {
  Out.insert(Out.end(), {{"store-body", runBody, bodies, 5000},
                         {"store-unit", runUnit, units, 5000},
                         {"store-manifest", runManifest, manifests, 5000},
                         {"store-envelope", runEnvelope, envelopes, 5000}});
}
