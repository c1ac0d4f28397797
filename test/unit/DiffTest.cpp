// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// The parts of `holdfast diff` that need no repository: which findings are the
/// same, what a mail's subject says, how git's raw diff reads, how an overlay hides
/// the disk.
#include "filter/Compare.h"
#include "filter/Mailbox.h"
#include "filter/PatchText.h"
#include "filter/RawDiff.h"
#include "kbuild/Sibling.h"
#include "model/SameProgram.h"
#include "store/FileDigests.h"
#include "store/FileRecorder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <fstream>
#include <gtest/gtest.h>

using namespace holdfast;

namespace {

Finding finding(const std::string &Print, uint32_t Line,
                const std::string &Function = "f") {
  Finding F;
  F.Rule = "lock-not-held";
  F.Function = Function;
  F.Loc = {Symbol::get("a.c"), Line, 1};
  F.LockClass = "s::lock";
  F.Required = "any";
  F.Fingerprint = Print;
  F.Steps = {{F.Loc, Function, "ends in " + Print}};
  return F;
}

/// A file whose lines are "old I" or "new I" but for those in \p Same.
LineText lines(const std::string &Side, std::map<uint32_t, std::string> Same = {}) {
  return [=](const Location &L) {
    auto It = Same.find(L.Line);
    return It == Same.end() ? Side + std::to_string(L.Line) : It->second;
  };
}

std::vector<uint32_t> linesOf(const std::vector<Finding> &All) {
  std::vector<uint32_t> Out;
  for (const Finding &F : All)
    Out.push_back(F.Loc.Line);
  return Out;
}

using Lines = std::vector<uint32_t>;

} // namespace

TEST(Compare, NothingOnEitherSide) {
  Comparison C = compareFindings({}, {}, lines("old"), lines("new"));
  EXPECT_TRUE(C.Introduced.empty());
  EXPECT_TRUE(C.Fixed.empty());
}

TEST(Compare, WhatMovesIsTheSame) {
  Comparison C =
      compareFindings({finding("p", 10)}, {finding("p", 99)}, lines("old"), lines("new"));
  EXPECT_EQ(linesOf(C.Introduced), Lines{});
  EXPECT_EQ(linesOf(C.Fixed), Lines{});
}

TEST(Compare, AnotherFunctionIsAnother) {
  Comparison C = compareFindings({finding("p", 10, "f")}, {finding("q", 20, "g")},
                                 lines("old"), lines("new"));
  EXPECT_EQ(linesOf(C.Introduced), Lines{20});
  EXPECT_EQ(linesOf(C.Fixed), Lines{10});
}

TEST(Compare, OfTwoAlikeTheOneWithTheNewLineIsNew) {
  std::map<uint32_t, std::string> OldLine{{10, "call();"}},
      NewLine{{10, "call(); // new"}, {11, "call();"}};
  Comparison C = compareFindings({finding("p", 10)}, {finding("p", 10), finding("p", 11)},
                                 lines("old", OldLine), lines("new", NewLine));
  EXPECT_EQ(linesOf(C.Introduced), Lines{10});
  C = compareFindings({finding("p", 10), finding("p", 11)}, {finding("p", 10)},
                      lines("old", NewLine), lines("new", OldLine));
  EXPECT_EQ(linesOf(C.Fixed), Lines{10});
  EXPECT_TRUE(C.Introduced.empty());
}

TEST(Compare, HowManyCounts) {
  std::vector<Finding> One{finding("p", 1)},
      Three{finding("p", 1), finding("p", 2), finding("p", 3)};
  EXPECT_EQ(compareFindings(One, Three, lines("old"), lines("new")).Introduced.size(),
            2u);
  EXPECT_EQ(compareFindings(Three, One, lines("old"), lines("new")).Fixed.size(), 2u);
}

TEST(Compare, AnotherWayToTheSameEndIsTheSame) {
  Finding Old = finding("p", 10), New = finding("q", 10);
  New.Steps = {{New.Loc, "f", "f calls wrapper"}, {New.Loc, "wrapper", "ends in p"}};
  Comparison C = compareFindings({Old}, {New}, lines("old"), lines("new"));
  EXPECT_TRUE(C.Introduced.empty());
  EXPECT_TRUE(C.Fixed.empty());
  // For one old finding there is one new one, not two.
  EXPECT_EQ(
      compareFindings({Old}, {New, New}, lines("old"), lines("new")).Introduced.size(),
      1u);
  New.Required = "write";
  EXPECT_EQ(compareFindings({Old}, {New}, lines("old"), lines("new")).Introduced.size(),
            1u);
}

TEST(Mailbox, Subjects) {
  EXPECT_EQ(placeOf("[PATCH 2/7] foo"), (SeriesPlace{2, 7}));
  EXPECT_EQ(placeOf("[RFC PATCH v3 00/12] foo"), (SeriesPlace{0, 12}));
  EXPECT_EQ(placeOf("[net-next] [PATCH 1/2] foo"), (SeriesPlace{1, 2}));
  EXPECT_EQ(placeOf("[PATCH] foo 2/7"), (SeriesPlace{0, 0}));
  EXPECT_EQ(placeOf("[PATCH x/y] [unclosed"), (SeriesPlace{0, 0}));
  EXPECT_EQ(placeOf(""), (SeriesPlace{0, 0}));
  EXPECT_EQ(withoutTags("[PATCH v2 2/7] [x] mm: foo [bar]"), "mm: foo [bar]");
  EXPECT_EQ(withoutTags("[unclosed"), "[unclosed");
}

TEST(Mailbox, MailOrDiff) {
  EXPECT_TRUE(looksLikeMail("From 0123 Mon Sep 17 00:00:00 2001\nx"));
  EXPECT_TRUE(looksLikeMail("X-Spam: no\r\nSubject: a\r\n b\r\n\r\ntext"));
  EXPECT_FALSE(looksLikeMail("Subject\n\n"));
  EXPECT_FALSE(looksLikeMail("diff --git a/x b/x\n"));
  EXPECT_FALSE(looksLikeMail("Index: x\n--- a/x\n+++ b/x\n"));
  EXPECT_FALSE(looksLikeMail(" Subject: folded from nowhere\n"));
  EXPECT_FALSE(looksLikeMail(""));
  EXPECT_TRUE(hasDiff("text\n--- a/x\n+++ b/x\n"));
  EXPECT_TRUE(hasDiff("diff --git a/x b/x\n"));
  EXPECT_FALSE(hasDiff("> diff --git a/x b/x\n> --- a/x\n> +++ b/x\n"));
  EXPECT_FALSE(hasDiff("--- a/x\n\n+++ b/x\n"));
}

namespace {

/// The layout of \p Text in a tree with lib/b.c, Makefile and lib/Makefile.
PatchLayout layoutIn(const std::string &Text, const std::string &Subfolder = "") {
  static const std::set<std::string> Files{"lib/b.c", "Makefile", "lib/Makefile"};
  return layoutOf(
      Text, Subfolder, [](const std::string &P) { return Files.count(P) != 0; },
      [](const std::string &P) { return P == "lib"; });
}

std::string diffOf(const std::string &Old, const std::string &New) {
  return "--- " + Old + "\n+++ " + New + "\n@@ -1 +1 @@\n-a\n+b\n";
}

} // namespace

TEST(PatchText, Layouts) {
  const PatchLayout Usual{1, ""}, AsWritten{0, ""}, InLib{1, "lib"}, PlainInLib{0, "lib"};
  EXPECT_EQ(layoutIn(diffOf("a/lib/b.c", "b/lib/b.c")), Usual);
  EXPECT_EQ(layoutIn(diffOf("linux.orig/lib/b.c\t2024-05-01", "linux/lib/b.c")), Usual);
  EXPECT_EQ(layoutIn(diffOf("lib/b.c", "lib/b.c")), AsWritten);
  EXPECT_EQ(layoutIn(diffOf("lib/b.c.orig", "lib/b.c")), AsWritten);
  EXPECT_EQ(layoutIn(diffOf("./lib/b.c", "./lib/b.c")), Usual);
  // lib/Makefile without its first part is a file as well.
  EXPECT_EQ(layoutIn(diffOf("lib/Makefile", "lib/Makefile")), AsWritten);
  EXPECT_EQ(layoutIn(diffOf("a/Makefile", "b/Makefile"), "lib"), Usual);
  EXPECT_EQ(layoutIn(diffOf("a/b.c", "b/b.c"), "lib"), InLib);
  EXPECT_EQ(layoutIn(diffOf("b.c", "b.c"), "lib"), PlainInLib);
  EXPECT_EQ(layoutIn(diffOf("a/b.c", "b/b.c")), Usual);
  EXPECT_EQ(layoutIn(diffOf("/dev/null", "b/lib/new.c")), Usual);
  EXPECT_EQ(layoutIn(diffOf("/dev/null", "lib/new.c")), AsWritten);
  EXPECT_EQ(layoutIn(diffOf("/dev/null", "b/new.c"), "lib"), Usual);
  EXPECT_EQ(layoutIn("diff --git a/lib/b.c b/lib/b.c\nold mode 1\nnew mode 2\n"), Usual);
  EXPECT_EQ(layoutIn("diff --git lib/b.c lib/b.c\nold mode 1\nnew mode 2\n"), AsWritten);
  // What git prefixed is not taken as written, whatever else stands in it.
  EXPECT_EQ(layoutIn("diff --git a/x b/x\n" + diffOf("lib/b.c", "lib/b.c")), Usual);
  EXPECT_EQ(layoutIn(""), Usual);
}

TEST(PatchText, NamesStayInTheTree) {
  PatchNames N = namesIn(diffOf("a/../x.c", "b//etc/passwd") + diffOf("a/./y", "/etc/z") +
                             "rename from ../up\nrename to lib/c.c\n"
                             "rename from lib//b.c\r\nrename to lib/d.c\r\n",
                         {1, ""});
  EXPECT_EQ(N.Files, (std::set<std::string>{"etc/passwd", "etc/z", "lib/b.c", "lib/c.c",
                                            "lib/d.c"}));
  EXPECT_EQ(N.Renamed, (std::map<std::string, std::string>{{"lib/d.c", "lib/b.c"}}));
  N = namesIn(diffOf("/etc/z", "b.c"), {0, "lib"});
  EXPECT_EQ(N.Files, std::set<std::string>{"lib/b.c"});
}

TEST(Mailbox, AnyBytesAreRefusedOrRead) {
  for (unsigned Seed = 0; Seed < 64; ++Seed) {
    std::string Text = "From: a\nSubject: [PATCH 1/2] x\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@";
    for (unsigned I = 0; I < 8; ++I)
      Text[(Seed * 37 + I * 11) % Text.size()] = char((Seed * 7 + I) % 255 + 1);
    (void)looksLikeMail(Text);
    (void)hasDiff(Text);
    (void)placeOf(Text);
    (void)withoutTags(Text);
    (void)parseRawDiff(Text);
  }
}

TEST(RawDiff, Rows) {
  using namespace std::string_literals;
  std::vector<RawRow> Rows = parseRawDiff(":100644 100755 aaa bbb M\0m.c\0"
                                          ":000000 100644 000 ccc A\0new.c\0"
                                          ":100644 000000 ddd 000 D\0gone.c\0"
                                          ":100644 100644 eee fff R090\0a.c\0b.c\0"
                                          ":100644 100644 eee fff C100\0a.c\0copy.c\0"
                                          ":120000 100644 eee fff T\0link.c\0"
                                          ":160000 160000 eee fff M\0module\0"s);
  std::vector<ChangedPath> Paths;
  for (const RawRow &R : Rows)
    Paths.push_back(R.Paths);
  EXPECT_EQ(Paths, (std::vector<ChangedPath>{{"m.c", "m.c"},
                                             {"", "new.c"},
                                             {"gone.c", ""},
                                             {"a.c", "b.c"},
                                             {"", "copy.c"},
                                             {"", "link.c"}}));
  EXPECT_EQ(Rows[0].OldBlob, "aaa");
  EXPECT_TRUE(parseRawDiff("").empty());
  EXPECT_TRUE(parseRawDiff("fatal: what").empty());
  EXPECT_TRUE(parseRawDiff(":100644 100644 M\0x\0"s).empty());
}

TEST(Sibling, GetsANameOfItsOwn) {
  std::vector<std::string> Args{"-O2", "-DKBUILD_BASENAME=\"a\"",
                                "-DKBUILD_MODNAME=\"m\""};
  EXPECT_EQ(siblingArgs(Args, "drivers/x/new-file.c"),
            (std::vector<std::string>{"-O2", "-DKBUILD_BASENAME=\"new_file\"",
                                      "-DKBUILD_MODNAME=\"m\""}));
  for (const char *Name : {"Kbuild", "a/Kconfig", "a/Kconfig.debug", "a/Makefile",
                           "arch/x86/configs/x86_64_defconfig"})
    EXPECT_TRUE(isBuildFile(Name)) << Name;
  for (const char *Name : {"a/x.c", "a/Kconfig/x.c", "Documentation/kbuild.rst"})
    EXPECT_FALSE(isBuildFile(Name)) << Name;
}

TEST(SameProgram, PlacesDoNotCount) {
  auto unit = [](uint32_t Line, const char *Callee) {
    auto F = std::make_shared<Function>();
    F->Name = Symbol::get("f");
    F->Loc = {Symbol::get("a.c"), Line, 1};
    Instr I{};
    I.Kind = InstrKind::Call;
    I.Value = Expr::func(Symbol::get(Callee));
    I.Loc = F->Loc;
    F->Blocks.resize(1);
    F->Blocks[0].Instrs = {I};
    TranslationUnit U;
    U.Functions = {F};
    return U;
  };
  EXPECT_TRUE(sameProgram(unit(1, "g"), unit(2, "g")));
  EXPECT_FALSE(sameProgram(unit(1, "g"), unit(1, "h")));
  TranslationUnit More = unit(1, "g");
  More.Slots.push_back({});
  EXPECT_FALSE(sameProgram(unit(1, "g"), More));
  EXPECT_FALSE(sameProgram(More, unit(1, "g")));
  auto Off = std::make_shared<Function>(*unit(1, "g").Functions[0]);
  Off->Blocks[0].Instrs[0].Unchecked = true;
  TranslationUnit Unsafe = unit(1, "g");
  Unsafe.Functions = {Off};
  EXPECT_FALSE(sameProgram(unit(1, "g"), Unsafe)) << "what is reported there is";
}

namespace {

/// A folder with `there.h` ("disk") and a link to itself, `link`.
class OverlayTest : public testing::Test {
protected:
  void SetUp() override {
    llvm::SmallString<128> Made;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("overlay", Made));
    llvm::SmallString<128> Real;
    ASSERT_FALSE(llvm::sys::fs::real_path(Made, Real));
    Root = std::string(Real);
    std::ofstream(at("there.h")) << "disk";
    ASSERT_FALSE(llvm::sys::fs::create_link(Root, at("link")));
  }
  void TearDown() override {
    (void)llvm::sys::fs::remove(at("link"));
    (void)llvm::sys::fs::remove_directories(Root);
  }
  std::string at(const std::string &Name) const { return Root + "/" + Name; }
  std::string read(const OverlayPtr &Over, const std::string &Name) const {
    auto Buffer = overlaidFiles(Over)->getBufferForFile(at(Name));
    return Buffer ? (*Buffer)->getBuffer().str() : "none";
  }

  std::string Root;
};

} // namespace

TEST_F(OverlayTest, HidesReplacesAndAdds) {
  auto Over = std::make_shared<FileOverlay>();
  Over->add(at("there.h"), FileOverlay::Absent);
  Over->add(at("new/deep/x.h"), FileOverlay::Text, "new");
  EXPECT_EQ(read(Over, "there.h"), "none");
  EXPECT_EQ(read(Over, "link/there.h"), "none");
  EXPECT_EQ(read(Over, "new/deep/x.h"), "new");
  EXPECT_EQ(read(Over, "link/new/deep/../deep/x.h"), "new");
  EXPECT_TRUE(overlaidFiles(Over)->status(at("new/deep"))->isDirectory());
  EXPECT_EQ(read(nullptr, "there.h"), "disk");
  Over->add(at("there.h"), FileOverlay::AsOnDisk);
  EXPECT_EQ(read(Over, "there.h"), "disk");
  EXPECT_EQ(read(Over, "new/../there.h"), "disk");
  EXPECT_EQ(read(Over, "elsewhere/../there.h"), "none");
}

TEST_F(OverlayTest, DigestsAndRecorderSeeThroughIt) {
  auto Over = std::make_shared<FileOverlay>();
  Over->add(at("there.h"), FileOverlay::Text, "overlay");
  Over->add(at("gone.h"), FileOverlay::Absent);
  FileDigests Digests(Over);
  bool Overlaid = false;
  EXPECT_TRUE(Digests.holds(at("there.h"), FileState::Content, 7, Digest::of("overlay"),
                            Overlaid));
  EXPECT_TRUE(Overlaid);
  EXPECT_FALSE(
      Digests.holds(at("there.h"), FileState::Content, 4, Digest::of("disk"), Overlaid));
  Overlaid = false;
  EXPECT_TRUE(Digests.holds(at("other.h"), FileState::Absent, 0, {}, Overlaid));
  EXPECT_FALSE(Overlaid);
  EXPECT_TRUE(Digests.holds(at("gone.h"), FileState::Absent, 0, {}, Overlaid));
  EXPECT_TRUE(Overlaid);

  FileRecorder Read(Digests);
  EXPECT_FALSE(Read.exists(at("other.h")));
  EXPECT_FALSE(Read.overlaid());
  ASSERT_TRUE(bool(Read.getBufferForFile(at("link/there.h"))));
  EXPECT_TRUE(Read.overlaid());
  EXPECT_TRUE(Read.steady());
  EXPECT_EQ(Read.facts().back().Content, Digest::of("overlay"));
}
