// SPDX-License-Identifier: GPL-2.0-or-later
//
// Why the store looks as it does.
//
// Parsing is nearly all of what Holdfast costs, and from one run to the next
// nearly nothing changes. As in ccache's direct mode a unit is found without
// preprocessing it. Five kinds of entries:
//
//   manifest   named by the command: the tool, the rules that matter to lowering,
//              the folder, the flags, the source. Lists what the parser asked the
//              file system and was told, for the last few states of the sources,
//              and the unit that each became.
//   unit       named by its content: its own functions, its tables, and which
//              header functions it can reach.
//   body       named by its content: one header function. Three thousand units
//              refer to the same few ten thousand.
//   solution   named by the database, the rules and the solver: the results of all
//              functions, each of which says what it was made from
//              (solve/KnownResults.cpp). One for a database, the latest.
//   findings   named by the units, the rules and the tool: what all checks said.
//
// *What is compared are contents.* A header is hashed once a run, however many
// units read it; all headers of a kernel take a fraction of a second, and no clock
// has to be trusted, neither the file system's nor that of the machine that wrote
// the files. The hash in the manifest is that of the bytes the parser got, not of
// a second reading, so that an edit in the middle of a run is noticed by the next.
// What was looked for and not found is listed too: a header that appears earlier
// in the search path is a change.
//
// *Header bodies.* The parser skips a header body that an earlier unit has shown,
// and takes its lock program from there (frontend/BodyCache.h). A unit that comes
// out of it is complete all the same: it holds each header function that it can
// reach, and the tables of that function's static variables, wherever they were
// parsed. So is what is stored. The place and the variant by which the parser knows
// a body are stored with the reference: a run that finds most units here gives
// their bodies to the parser, which then skips them in the few units that it does
// have to parse, and a function that many units share is one function in memory as
// it would be had they all been parsed. Bodies come only from units whose every
// file is unchanged, so they are those that parsing would have shown.
//
// *Nothing here can make a report wrong.* Each file carries a checksum of all its
// bytes and its own name, checked before anything in it is believed (Envelope.h);
// then flatbuffers' verifier and the readers check what is left to check. Files
// are written beside their place and renamed, in the order body, unit, manifest:
// whoever is killed in between leaves a part that nobody reads. A reader that
// misses any piece parses instead. A writer that fails, on a full disk or in a
// folder it may not write, stops writing and says so once.
#include "store/Store.h"
#include "LoweringDigest.h"
#include "store/Manifest.h"
#include "store/Upkeep.h"
#include "llvm/ADT/StringExtras.h"
#include <cstdlib>

using namespace holdfast;

/// Counts up when the meaning of an entry changes.
static constexpr const char FormatVersion[] = "3";

Digest Store::key(llvm::StringRef Directory, llvm::StringRef File,
                  llvm::ArrayRef<std::string> Args) const {
  DigestBuilder B;
  B.add(FormatVersion).add(HOLDFAST_LOWERING_DIGEST).add(Lowering);
  for (const char *Variable : {"CPATH", "C_INCLUDE_PATH"}) {
    const char *Value = std::getenv(Variable);
    B.add(Value ? Value : "");
  }
  B.add(Directory).add(File);
  for (const std::string &A : Args)
    B.add(A);
  return B.finish();
}

static llvm::StringRef text(const Bytes &B) { return llvm::toStringRef(B); }

FunctionPtr Store::body(Digest Name) {
  {
    std::lock_guard<std::mutex> Guard(Lock);
    if (auto It = Bodies.find(Name); It != Bodies.end())
      return It->second;
  }
  std::optional<Bytes> Content = Files.read(EntryKind::Body, Name);
  FunctionPtr F = Content ? decodeBody(text(*Content)) : nullptr;
  if (!F) {
    if (Content)
      Files.drop(EntryKind::Body, Name);
    return nullptr;
  }
  std::lock_guard<std::mutex> Guard(Lock);
  FunctionPtr Kept = Bodies.try_emplace(Name, std::move(F)).first->second;
  Names.try_emplace(Kept, Name);
  return Kept;
}

/// Reads what is there already: it may be damaged, and nobody has noticed.
void Store::keep(EntryKind Kind, Digest Name, llvm::StringRef Content) {
  if (!Files.read(Kind, Name))
    Files.write(Kind, Name, Content);
}

Digest Store::nameOf(const FunctionPtr &F) {
  {
    std::lock_guard<std::mutex> Guard(Lock);
    if (auto It = Names.find(F); It != Names.end())
      return It->second;
  }
  std::string Content = encodeBody(*F);
  Digest Name = Digest::of(Content);
  keep(EntryKind::Body, Name, Content);
  std::lock_guard<std::mutex> Guard(Lock);
  Names.try_emplace(F, Name);
  return Name;
}

std::optional<StoredUnit> Store::unit(Digest Key, FileDigests &At, bool &Overlaid) {
  std::optional<Bytes> Manifest = Files.read(EntryKind::Manifest, Key);
  std::optional<Digest> Name;
  if (Manifest)
    Name = findVariant(text(*Manifest), At, Overlaid);
  if (!Name)
    return std::nullopt;
  std::optional<Bytes> Content = Files.read(EntryKind::Unit, *Name);
  if (!Content)
    return std::nullopt;
  std::optional<StoredUnit> U =
      decodeUnit(text(*Content), [&](Digest D) { return body(D); });
  if (U)
    U->Name = *Name;
  return U;
}

std::optional<StoredUnit> Store::load(Digest Key) {
  bool Overlaid = false;
  return load(Key, Digests, Overlaid);
}

std::optional<StoredUnit> Store::load(Digest Key, FileDigests &At, bool &Overlaid) {
  std::optional<StoredUnit> U = unit(Key, At, Overlaid);
  ++(U ? Hits : Misses);
  return U;
}

llvm::IntrusiveRefCntPtr<FileRecorder> Store::recorder() {
  return llvm::makeIntrusiveRefCnt<FileRecorder>(Digests);
}

Digest Store::save(Digest Key, const FileRecorder &Read, const StoredUnit &U) {
  if (!Read.steady())
    return {};
  std::string Content = encodeUnit(U, [&](const FunctionPtr &F) { return nameOf(F); });
  Digest Name = Digest::of(Content);
  keep(EntryKind::Unit, Name, Content);
  std::vector<ManifestVariant> Variants{{Read.facts(), Name}};
  if (std::optional<Bytes> Old = Files.read(EntryKind::Manifest, Key))
    for (ManifestVariant &V : decodeManifest(text(*Old)))
      if (Variants.size() < MaxVariants && V.Unit != Name)
        Variants.push_back(std::move(V));
  Files.write(EntryKind::Manifest, Key, encodeManifest(Variants));
  return Name;
}

std::string Store::finish() {
  recordRun(Files.root(), Files.written(), Hits, Misses, Files.damaged());
  std::string Text;
  if (unsigned N = Files.damaged())
    Text += "dropped " + std::to_string(N) +
            (N == 1 ? " damaged entry of " : " damaged entries of ") + Files.root();
  if (std::string Problem = Files.problem(); !Problem.empty())
    Text += (Text.empty() ? "" : "; ") + std::string("cannot write to ") + Files.root() +
            " (" + Problem + "): what was parsed now will be parsed again";
  return Text;
}
