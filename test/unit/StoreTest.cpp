// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// The store: what goes in comes out, or nothing does.
#include "store/Store.h"
#include "fuzz/Damage.h"
#include "store/Codec.h"
#include "store/FileRecorder.h"
#include "store/Manifest.h"
#include "store/Upkeep.h"
#include "unit/StoreSamples.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace holdfast;
namespace fs = llvm::sys::fs;

namespace {

/// All of a unit as text.
std::string textOf(const StoredUnit &U) {
  std::ostringstream S;
  auto loc = [](const Location &L) {
    return L.File.str() + ":" + std::to_string(L.Line) + ":" + std::to_string(L.Column);
  };
  S << U.Unit.File.str() << "\n";
  for (const auto &F : U.Unit.Functions) {
    S << dump(*F) << int(F->Link) << F->InHeader << loc(F->Loc) << F->NumParams << " "
      << F->NumCalls << " " << F->Entry << "\n";
    for (Symbol L : F->LocalNames)
      S << L.str() << ",";
    for (const Block &B : F->Blocks)
      for (const Instr &I : B.Instrs)
        S << loc(I.Loc) << I.Index << " " << I.Name.str() << I.Write << int(I.Kind)
          << ";";
  }
  for (const SlotStore &X : U.Unit.Slots)
    S << X.Slot.str() << X.Function.str() << X.Table.str() << loc(X.Loc) << "\n";
  for (const TableConstant &C : U.Unit.Constants)
    S << C.Table.str() << C.Field.str() << C.Value << "\n";
  for (const HeaderBody &B : U.Bodies)
    S << B.Function << B.Key.File.str() << B.Key.Offset << " " << B.Variant << B.HasTables
      << "\n";
  return S.str();
}

/// A folder of the test's own.
class StoreFolder : public ::testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(bool(fs::createUniqueDirectory("hf-store", Dir)));
  }
  void TearDown() override { (void)fs::remove_directories(Dir); }

  std::string at(const std::string &Name) const { return (Dir + "/" + Name).str(); }
  std::string root() const { return at("store"); }
  void put(const std::string &Name, const std::string &Text) const {
    (void)fs::create_directories(llvm::sys::path::parent_path(at(Name)));
    std::ofstream(at(Name), std::ios::binary) << Text;
  }
  /// As a parser would: looks in one folder, then in the other.
  void readSources(FileRecorder &R) const {
    (void)R.getBufferForFile(at("main.c"));
    if (!R.getBufferForFile(at("first/h.h")))
      (void)R.getBufferForFile(at("second/h.h"));
  }
  Digest save(const StoredUnit &U, const char *Lowering = "rules") const {
    Store S(root(), Lowering);
    Digest Key = keyIn(S);
    auto R = S.recorder();
    readSources(*R);
    S.save(Key, *R, U);
    EXPECT_EQ(S.finish(), "");
    return Key;
  }
  Digest keyIn(const Store &S) const {
    return S.key(at(""), at("main.c"), {"-Ia", "-Ib"});
  }
  /// What a new process would find: the text of a unit, or "".
  std::string found(const char *Lowering = "rules", std::string *Said = nullptr) const {
    Store S(root(), Lowering);
    std::optional<StoredUnit> U = S.load(keyIn(S));
    std::string Text = S.finish();
    if (Said)
      *Said = Text;
    return U ? textOf(*U) : "";
  }
  /// Every entry's path.
  std::vector<std::string> entries() const {
    std::vector<std::string> Out;
    std::error_code Code;
    for (const char *Kind : KindFolders)
      for (fs::recursive_directory_iterator I(root() + "/" + Kind, Code), End;
           !Code && I != End; I.increment(Code))
        if (!fs::is_directory(I->path()))
          Out.push_back(I->path());
    llvm::sort(Out);
    return Out;
  }

  llvm::SmallString<128> Dir;
};

std::string readAll(const std::string &Path) {
  std::ifstream In(Path, std::ios::binary);
  return {std::istreambuf_iterator<char>(In), {}};
}

// --- the codec ----------------------------------------------------------------

TEST(StoreCodec, BodiesComeBackAsTheyWere) {
  std::shared_ptr<Function> F = sample("f");
  FunctionPtr G = decodeBody(encodeBody(*F));
  ASSERT_TRUE(G);
  EXPECT_EQ(dump(*G), dump(*F));
  for (size_t I = 0; I < F->Blocks[0].Instrs.size(); ++I)
    EXPECT_EQ(G->Blocks[0].Instrs[I].Value, F->Blocks[0].Instrs[I].Value) << I;
  ASSERT_EQ(G->Blocks[0].Term.Cases.size(), 4u);
  for (size_t I = 0; I < 4; ++I)
    EXPECT_EQ(G->Blocks[0].Term.Cases[I], F->Blocks[0].Term.Cases[I]);
  EXPECT_EQ(G->Blocks[0].Succs, F->Blocks[0].Succs);
}

TEST(StoreCodec, AFunctionWithoutBlocksComesBack) {
  Function F;
  F.Name = sym("empty");
  FunctionPtr G = decodeBody(encodeBody(F));
  ASSERT_TRUE(G);
  EXPECT_EQ(dump(*G), dump(F));
}

TEST(StoreCodec, PartsThatAreEmptyComeBack) {
  for (unsigned Parts = 0; Parts < 64; ++Parts) {
    auto has = [&](unsigned Part) { return Parts >> Part & 1; };
    Function F;
    F.Name = sym(std::string(1 + Parts % 7, 'f'));
    F.Blocks.resize(has(0) ? 3 : 1);
    if (has(1))
      F.Blocks[0].Instrs = {instr(InstrKind::Leave)};
    if (has(2))
      F.Blocks[0].Instrs.push_back(*sample("g")->Blocks[0].Instrs.begin());
    F.NumCalls = has(2);
    if (has(3))
      F.Blocks[0].Succs = {0};
    if (has(3) && has(4))
      F.Blocks[0].Term = {Terminator::Switch, Expr::param(0), {ValueRange::zero()}};
    if (has(5))
      F.LocalNames = {sym("p")};
    FunctionPtr G = decodeBody(encodeBody(F));
    ASSERT_TRUE(G) << Parts;
    EXPECT_EQ(dump(*G), dump(F));
  }
}

TEST(StoreCodec, UnitsComeBackAsTheyWere) {
  StoredUnit U = sampleUnit();
  std::vector<FunctionPtr> Named;
  std::string Text = encodeUnit(U, [&](const FunctionPtr &F) {
    Named.push_back(F);
    return Digest{Named.size(), 7};
  });
  ASSERT_EQ(Named.size(), 2u);
  std::optional<StoredUnit> V =
      decodeUnit(Text, [&](Digest D) { return Named[D.Lo - 1]; });
  ASSERT_TRUE(V);
  EXPECT_EQ(textOf(*V), textOf(U));
  EXPECT_EQ(V->Unit.Functions[1], U.Unit.Functions[1]) << "shared, not copied";
}

TEST(StoreCodec, WithoutABodyThereIsNoUnit) {
  std::string Text =
      encodeUnit(sampleUnit(), [](const FunctionPtr &) { return Digest(); });
  EXPECT_FALSE(decodeUnit(Text, [](Digest) { return FunctionPtr(); }));
}

TEST(StoreCodec, TheSameProgramGivesTheSameBytes) {
  auto name = [](const FunctionPtr &F) { return Digest::of(encodeBody(*F)); };
  EXPECT_EQ(encodeBody(*sample("f")), encodeBody(*sample("f")));
  EXPECT_EQ(encodeUnit(sampleUnit(), name), encodeUnit(sampleUnit(), name));
  EXPECT_NE(encodeBody(*sample("f")), encodeBody(*sample("f", 2)));
}

TEST(StoreCodec, SharedExpressionsAreWrittenOnce) {
  // A binary tree of depth 11 whose two halves are the same.
  const Expr *E = Expr::load(Expr::local(1));
  for (unsigned I = 0; I < 10; ++I)
    E = Expr::apply(sym("f"), E, E);
  Function F;
  F.Blocks.resize(1);
  Instr I = instr(InstrKind::Return);
  I.Value = E;
  F.Blocks[0].Instrs = {I};
  std::string Text = encodeBody(F);
  EXPECT_LT(Text.size(), 1000u);
  ASSERT_TRUE(decodeBody(Text));
  EXPECT_EQ(decodeBody(Text)->Blocks[0].Instrs[0].Value, E);
}

// --- damage -------------------------------------------------------------------

TEST(StoreFuzz, NoDamagedFileIsUnsealed) {
  std::mt19937 Random(20240611);
  std::string Content = encodeBody(*sample("f"));
  Digest Name = Digest::of(Content);
  std::string File = seal(EntryKind::Body, Name, Content);
  std::optional<Bytes> Whole = unseal(EntryKind::Body, Name, File);
  ASSERT_TRUE(Whole);
  EXPECT_EQ(llvm::toStringRef(*Whole), Content);
  EXPECT_FALSE(unseal(EntryKind::Unit, Name, File));
  EXPECT_FALSE(unseal(EntryKind::Body, Digest{1, 2}, File));
  for (unsigned I = 0; I < 20000; ++I)
    if (std::string Bad = damaged(File, Random); Bad != File)
      ASSERT_FALSE(unseal(EntryKind::Body, Name, Bad)) << I;
  for (size_t Bit = 0; Bit < File.size() * 8; ++Bit) {
    std::string Bad = File;
    Bad[Bit / 8] ^= char(1 << Bit % 8);
    ASSERT_FALSE(unseal(EntryKind::Body, Name, Bad)) << Bit;
  }
}

/// \p File with one of its numbers replaced and the checksum made right again.
std::string forged(std::string File, size_t At, char Byte) {
  File[At] = Byte;
  Digest Sum = DigestBuilder()
                   .add(llvm::StringRef(File).take_front(32))
                   .add(llvm::StringRef(File).drop_front(48))
                   .finish();
  std::memcpy(File.data() + 32, &Sum.Lo, 8);
  std::memcpy(File.data() + 40, &Sum.Hi, 8);
  return File;
}

TEST(StoreFuzz, AnotherVersionOrKindIsNotUnsealedThoughItIsWhole) {
  const Digest Name{1, 2};
  std::string File = seal(EntryKind::Body, Name, "content");
  EXPECT_TRUE(unseal(EntryKind::Body, Name, forged(File, 4, File[4])));
  EXPECT_FALSE(unseal(EntryKind::Body, Name, forged(File, 0, 'h'))) << "what it is";
  EXPECT_FALSE(unseal(EntryKind::Body, Name, forged(File, 4, File[4] + 1))) << "version";
  EXPECT_FALSE(unseal(EntryKind::Body, Name, forged(File, 5, File[4]))) << "byte order";
  EXPECT_FALSE(unseal(EntryKind::Body, Name, forged(File, 6, 1))) << "kind";
  EXPECT_FALSE(unseal(EntryKind::Body, Name, forged(File, 8, 3))) << "size";
  EXPECT_FALSE(unseal(EntryKind::Body, Name, forged(File, 16, 7))) << "name";
}

/// Below the checksum: nothing that the readers are given may harm them.
TEST(StoreFuzz, ReadersTakeAnyBytes) {
  std::mt19937 Random(7);
  FunctionPtr F = sample("f");
  std::string Body = encodeBody(*F);
  std::string Unit =
      encodeUnit(sampleUnit(), [](const FunctionPtr &) { return Digest(); });
  std::string Manifest = encodeManifest(
      {{{{"/a.c", FileState::Content, 3, {1, 2}}, {"/b.h", FileState::Absent, 0, {}}},
        {}}});
  FileDigests Files;
  unsigned Survived = 0;
  for (unsigned I = 0; I < 20000; ++I) {
    std::string B = damaged(Body, Random), U = damaged(Unit, Random),
                M = damaged(Manifest, Random);
    if (Random() % 2)
      B = damaged(std::move(B), Random);
    if (FunctionPtr G = decodeBody(B)) {
      ++Survived;
      for (const Block &Blk : G->Blocks)
        for (uint32_t S : Blk.Succs)
          ASSERT_TRUE(S < G->Blocks.size() || S == Block::Nowhere);
      (void)dump(*G);
    }
    if (auto V = decodeUnit(U, [&](Digest) { return F; }))
      for (const HeaderBody &H : V->Bodies)
        ASSERT_LT(H.Function, V->Unit.Functions.size());
    for (const ManifestVariant &V : decodeManifest(M))
      for (const FileFact &Fact : V.Files)
        ASSERT_LE(Fact.State, FileState::Content);
  }
  EXPECT_GT(Survived, 100u) << "the damage is too coarse to test anything";
}

TEST_F(StoreFolder, EveryDamagedEntryIsDroppedAndReplaced) {
  put("main.c", "int x;");
  put("second/h.h", "int h;");
  save(sampleUnit());
  std::string Wanted = textOf(sampleUnit());
  ASSERT_EQ(found(), Wanted);
  std::mt19937 Random(3);
  for (const std::string &Path : entries())
    for (unsigned I = 0; I < 20; ++I) {
      std::string Good = readAll(Path), Bad = damaged(Good, Random), Said;
      if (Bad == Good)
        continue;
      std::ofstream(Path, std::ios::binary) << Bad;
      ASSERT_EQ(found("rules", &Said), "") << Path;
      EXPECT_NE(Said.find("dropped 1 damaged entry of "), std::string::npos) << Said;
      EXPECT_FALSE(fs::exists(Path));
      save(sampleUnit());
      ASSERT_EQ(found("rules", &Said), Wanted);
      EXPECT_EQ(Said, "");
      EXPECT_EQ(readAll(Path), Good);
    }
}

TEST_F(StoreFolder, EntriesDoNotStandForEachOther) {
  put("main.c", "int x;");
  put("second/h.h", "int h;");
  save(sampleUnit());
  std::vector<std::string> Paths = entries();
  for (size_t I = 0; I < Paths.size(); ++I) {
    std::string Good = readAll(Paths[I]);
    fs::copy_file(Paths[(I + 1) % Paths.size()], Paths[I]);
    EXPECT_EQ(found(), "") << Paths[I];
    std::ofstream(Paths[I], std::ios::binary) << Good;
  }
}

// --- what makes a unit stale -------------------------------------------------

TEST_F(StoreFolder, AnEditIsNoticedAndSoIsItsReversal) {
  put("main.c", "int x;");
  put("second/h.h", "int h;");
  save(sampleUnit(0));
  put("second/h.h", "int g;"); // the same size
  EXPECT_EQ(found(), "");
  save(sampleUnit(1));
  EXPECT_EQ(found(), textOf(sampleUnit(1)));
  put("second/h.h", "int h;");
  EXPECT_EQ(found(), textOf(sampleUnit(0))) << "both states are kept";
}

TEST_F(StoreFolder, ManyStatesDoNotPileUp) {
  put("second/h.h", "int h;");
  for (unsigned I = 0; I < 3 * MaxVariants; ++I) {
    put("main.c", "int x" + std::to_string(I) + ";");
    save(sampleUnit(I));
  }
  EXPECT_EQ(found(), textOf(sampleUnit(3 * MaxVariants - 1)));
  put("main.c", "int x0;");
  EXPECT_EQ(found(), "");
}

TEST_F(StoreFolder, AHeaderThatAppearsEarlierInTheSearchPathIsAChange) {
  put("main.c", "int x;");
  put("second/h.h", "int h;");
  save(sampleUnit());
  ASSERT_NE(found(), "");
  put("first/h.h", "int h;");
  EXPECT_EQ(found(), "");
}

TEST_F(StoreFolder, AHeaderThatIsGoneIsAChange) {
  put("main.c", "int x;");
  put("second/h.h", "int h;");
  save(sampleUnit());
  (void)fs::remove(at("second/h.h"));
  EXPECT_EQ(found(), "");
}

TEST_F(StoreFolder, RulesFlagsAndFoldersAreInTheName) {
  put("main.c", "int x;");
  save(sampleUnit());
  EXPECT_NE(found("rules"), "");
  EXPECT_EQ(found("other rules"), "");
  Store S(root(), "rules");
  EXPECT_NE(S.key("/a", "/b", {"-Ic"}), S.key("/a", "/b", {"-I", "c"}));
  EXPECT_NE(S.key("/a", "/b", {}), S.key("/ab", "", {}));
  EXPECT_EQ(S.key("/a", "/b", {"-Ic"}), S.key("/a", "/b", {"-Ic"}));
}

TEST_F(StoreFolder, WhatChangesWhileItIsReadIsNotKept) {
  put("main.c", "int x;");
  put("second/h.h", "int h;");
  Store S(root(), "rules");
  auto R = S.recorder();
  readSources(*R);
  put("second/h.h", "int g;");
  readSources(*R);
  S.save(keyIn(S), *R, sampleUnit());
  EXPECT_EQ(S.finish(), "");
  EXPECT_TRUE(entries().empty());
}

TEST_F(StoreFolder, AnEditAfterItWasReadIsNoticed) {
  put("main.c", "int x;");
  put("second/h.h", "int h;");
  Store S(root(), "rules");
  auto R = S.recorder();
  readSources(*R);
  put("second/h.h", "int g;"); // before save(), which must not look again
  S.save(keyIn(S), *R, sampleUnit());
  EXPECT_EQ(found(), "");
  put("second/h.h", "int h;");
  EXPECT_NE(found(), "");
}

TEST_F(StoreFolder, APipeIsNotKept) {
  ASSERT_EQ(mkfifo(at("main.c").c_str(), 0600), 0);
  std::thread Writer([&] { std::ofstream(at("main.c")) << "int x;"; });
  Store S(root(), "rules");
  auto R = S.recorder();
  (void)R->getBufferForFile(at("main.c"));
  Writer.join();
  S.save(keyIn(S), *R, sampleUnit());
  EXPECT_TRUE(entries().empty());
}

TEST_F(StoreFolder, HeaderFunctionsAreStoredOnce) {
  put("main.c", "int x;");
  put("second/h.h", "int h;");
  save(sampleUnit());
  EXPECT_EQ(measure(root()).Entries[size_t(EntryKind::Body)], 2u);
  Store S(root(), "rules");
  auto R = S.recorder();
  readSources(*R);
  S.save(S.key("/elsewhere", at("main.c"), {}), *R, sampleUnit());
  EXPECT_EQ(measure(root()).Entries[size_t(EntryKind::Body)], 2u);
  EXPECT_EQ(measure(root()).Entries[size_t(EntryKind::Manifest)], 2u);
  auto U = S.load(keyIn(S)), V = S.load(S.key("/elsewhere", at("main.c"), {}));
  ASSERT_TRUE(U && V);
  EXPECT_EQ(U->Unit.Functions[1], V->Unit.Functions[1]) << "one function in memory";
}

// --- upkeep -------------------------------------------------------------------

void age(const std::string &Path, int Hours) {
  struct timespec T[2] = {{time(nullptr) - Hours * 3600, 0},
                          {time(nullptr) - Hours * 3600, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, Path.c_str(), T, 0), 0);
}

TEST_F(StoreFolder, PruningStartsWithWhatWasNotUsedForLongest) {
  Folder F(root());
  for (uint64_t I = 0; I < 10; ++I) {
    F.write(EntryKind::Body, {I, 0}, "content");
    age(F.path(EntryKind::Body, {I, 0}), int(20 - I));
  }
  ASSERT_TRUE(F.read(EntryKind::Body, {0, 0})) << "now it was used";
  StoreUsage Left = prune(root(), 4 * onDisk(1));
  EXPECT_EQ(Left.Bytes, 4 * onDisk(1));
  EXPECT_EQ(Left.Entries[size_t(EntryKind::Body)], 4u);
  EXPECT_EQ(measure(root()).Bytes, Left.Bytes);
  for (uint64_t I = 0; I < 10; ++I)
    EXPECT_EQ(F.has(EntryKind::Body, {I, 0}), I == 0 || I > 6) << I;
}

TEST_F(StoreFolder, OnlyAbandonedPartsArePruned) {
  Folder F(root());
  F.write(EntryKind::Body, {1, 1}, "content");
  std::string Part = F.path(EntryKind::Body, {1, 1}) + PartSuffix + "12345678";
  std::ofstream(Part) << "half";
  prune(root(), 1 << 30);
  EXPECT_TRUE(fs::exists(Part));
  prune(root(), 0);
  EXPECT_TRUE(fs::exists(Part)) << "somebody is still writing it";
  age(Part, 2);
  prune(root(), 1 << 30);
  EXPECT_FALSE(fs::exists(Part));
}

TEST_F(StoreFolder, AStoreThatOutgrowsItsLimitIsPruned) {
  put("main.c", "int x;");
  EXPECT_FALSE(bool(setLimit(root(), 10 * onDisk(1))));
  for (unsigned I = 0; I < 40; ++I) {
    put("second/h.h", "int h" + std::to_string(I) + ";");
    save(sampleUnit(I));
    EXPECT_LE(measure(root()).Bytes, 14 * onDisk(1)) << "the limit and one run";
  }
  EXPECT_EQ(readState(root()).Bytes, measure(root()).Bytes);
}

TEST_F(StoreFolder, ABrokenStateFileIsCountedAgain) {
  put("main.c", "int x;");
  save(sampleUnit());
  for (const char *Text :
       {"", "limit x\n", "bytes 99999999999999999999999\n", "\xff\xfe"}) {
    put("store/state", Text);
    EXPECT_NE(found(), "");
    EXPECT_EQ(readState(root()).Bytes, measure(root()).Bytes);
    EXPECT_EQ(readState(root()).Hits, 1u);
  }
}

TEST_F(StoreFolder, ClearingLeavesWhatIsNotTheStores) {
  put("main.c", "int x;");
  save(sampleUnit());
  put("store/mine.txt", "mine");
  EXPECT_FALSE(bool(clearStore(root())));
  EXPECT_TRUE(entries().empty());
  EXPECT_TRUE(fs::exists(at("store/mine.txt")));
  EXPECT_EQ(found(), "");
}

TEST_F(StoreFolder, WhereNothingCanBeWrittenOnlySpeedIsLost) {
  put("main.c", "int x;");
  put("store", "a file, not a folder");
  Store S(root(), "rules");
  for (unsigned I = 0; I < 2; ++I) {
    EXPECT_FALSE(S.load(keyIn(S)));
    auto R = S.recorder();
    readSources(*R);
    S.save(keyIn(S), *R, sampleUnit());
  }
  EXPECT_NE(S.finish().find("cannot write to "), std::string::npos);
}

TEST_F(StoreFolder, ManyAtOnceAgree) {
  put("main.c", "int x;");
  put("second/h.h", "int h;");
  std::vector<std::thread> Threads;
  std::atomic<unsigned> Wrong{0};
  for (unsigned T = 0; T < 8; ++T)
    Threads.emplace_back([&, T] {
      for (unsigned I = 0; I < 20; ++I) {
        Store S(root(), "rules");
        if (T == 0)
          prune(root(), 0);
        std::optional<StoredUnit> U = S.load(keyIn(S));
        if (U && textOf(*U) != textOf(sampleUnit()))
          ++Wrong;
        auto R = S.recorder();
        readSources(*R);
        S.save(keyIn(S), *R, sampleUnit());
        if (!S.finish().empty())
          ++Wrong;
      }
    });
  for (std::thread &T : Threads)
    T.join();
  EXPECT_EQ(Wrong, 0u);
  save(sampleUnit());
  EXPECT_EQ(found(), textOf(sampleUnit()));
}

} // namespace
