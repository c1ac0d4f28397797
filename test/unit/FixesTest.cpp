// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/Fixes.h"
#include "cli/Reporting.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

using namespace holdfast;

namespace {

const char *const Source = "void f(void)\n{\n\twork();\n}\n";

Edit insert(const char *File, uint32_t Line, uint32_t Column, const char *Text) {
  return {{Symbol::get(File), Line, Column}, Text};
}

Finding mended(std::vector<Edit> Edits, const char *Print = "0123456789abcdef") {
  Finding F;
  F.Rule = "lock-not-held";
  F.Function = "f";
  F.Loc = {Symbol::get("a.c"), 3, 2};
  F.Message = "work() needs a lock";
  F.Fingerprint = Print;
  F.Mend = Fix{"say so", std::move(Edits)};
  return F;
}

/// Texts in memory, `a.c` and `b.c`.
llvm::Expected<std::string> inMemory(const std::string &File) {
  if (File == "a.c" || File == "b.c")
    return Source;
  return llvm::createStringError(std::errc::no_such_file_or_directory, "%s: is gone",
                                 File.c_str());
}

/// A tree in a folder of its own, and the options to report on it.
class Mending : public testing::Test {
protected:
  void SetUp() override {
    llvm::SmallString<128> Dir;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("holdfast-fixes", Dir));
    Folder = std::string(Dir);
    Tree = Folder + "/tree";
    ASSERT_FALSE(llvm::sys::fs::create_directory(Tree));
    A.Tree = A.ConfigFolder = Tree;
    A.R.Checks = {{"lock-not-held", Level::Warning, Confidence::Certain, "h", "", ""}};
    O.Output = Folder + "/report";
    O.Fix = true;
    for (const char *File : {"tree/a.c", "tree/b.c", "outside.c"})
      write(Folder + "/" + File, Source, /*Old=*/true);
  }
  void TearDown() override { llvm::sys::fs::remove_directories(Folder); }

  static void write(const std::string &Path, const std::string &Text, bool Old = false) {
    std::ofstream(Path) << Text;
    int FD = -1;
    if (Old &&
        !llvm::sys::fs::openFileForWrite(Path, FD, llvm::sys::fs::CD_OpenExisting)) {
      auto Before = std::chrono::system_clock::now() - std::chrono::hours(1);
      EXPECT_FALSE(llvm::sys::fs::setLastAccessAndModificationTime(FD, Before, Before));
      llvm::sys::fs::file_t File = llvm::sys::fs::convertFDToNativeFile(FD);
      EXPECT_FALSE(llvm::sys::fs::closeFile(File));
    }
  }
  static std::string read(const std::string &Path) {
    std::stringstream S;
    S << std::ifstream(Path).rdbuf();
    return S.str();
  }
  std::string text(const char *File) const { return read(Folder + "/" + File); }

  Reporting opened() { return llvm::cantFail(Reporting::open(O, A)); }
  int finish(Reporting R, std::vector<Finding> All) {
    return llvm::cantFail(R.finish(A, std::move(All), nullptr));
  }

  std::string Folder, Tree;
  Analysis A;
  ReportOptions O;
};

} // namespace

TEST(Fixes, OffsetsAreBytes) {
  llvm::StringRef Text = "ab\n\n\xc3\xa9z\nlast";
  auto at = [&](uint32_t Line, uint32_t Column) -> long {
    llvm::Expected<size_t> O = offsetOf(Text, {Symbol::get("a.c"), Line, Column});
    if (O)
      return long(*O);
    EXPECT_NE(llvm::toString(O.takeError()).find("a.c:"), std::string::npos);
    return -1;
  };
  EXPECT_EQ(at(1, 1), 0);
  EXPECT_EQ(at(1, 3), 2) << "the end of a line is a place";
  EXPECT_EQ(at(1, 4), -1) << "what is after it is none";
  EXPECT_EQ(at(2, 1), 3);
  EXPECT_EQ(at(3, 3), 6);
  EXPECT_EQ(at(4, 5), 12);
  EXPECT_EQ(at(4, 6), -1);
  EXPECT_EQ(at(5, 1), -1);
  EXPECT_EQ(at(0, 0), -1);
  EXPECT_EQ(at(1, 0), -1);
}

TEST(Fixes, EditsDoNotMoveEachOther) {
  FixOutcome Out = applyFixes(
      {mended({insert("a.c", 1, 1, "// first\n"), insert("a.c", 3, 2, "assert();\n\t")}),
       mended({insert("b.c", 4, 2, "\n// end")})},
      inMemory);
  EXPECT_EQ(Out.Applied, 2u);
  EXPECT_TRUE(Out.Refused.empty());
  EXPECT_EQ(Out.Files["a.c"], "// first\nvoid f(void)\n{\n\tassert();\n\twork();\n}\n");
  EXPECT_EQ(Out.Files["b.c"], "void f(void)\n{\n\twork();\n}\n// end\n");
}

TEST(Fixes, TheSameTwiceIsPutInOnceAndOthersInOrder) {
  FixOutcome Out = applyFixes({mended({insert("a.c", 3, 2, "one();\n\t")}),
                               mended({insert("a.c", 3, 2, "one();\n\t")}),
                               mended({insert("a.c", 3, 2, "two();\n\t")})},
                              inMemory);
  EXPECT_EQ(Out.Applied, 3u);
  EXPECT_EQ(Out.Files["a.c"], "void f(void)\n{\n\tone();\n\ttwo();\n\twork();\n}\n");
}

TEST(Fixes, AllEditsOfAFindingOrNone) {
  FixOutcome Out =
      applyFixes({mended({insert("a.c", 1, 1, "X"), insert("gone.c", 1, 1, "X")}),
                  mended({insert("b.c", 1, 1, "X"), insert("b.c", 99, 1, "X")}),
                  mended({insert("b.c", 1, 1, "Y")})},
                 inMemory);
  EXPECT_EQ(Out.Applied, 1u);
  EXPECT_EQ(Out.Files.size(), 1u);
  EXPECT_EQ(Out.Files["b.c"], std::string("Y") + Source);
  ASSERT_EQ(Out.Refused.size(), 2u);
  EXPECT_EQ(Out.Refused[0], "b.c:99:1: there is no such place any more");
  EXPECT_EQ(Out.Refused[1], "gone.c: is gone");
}

TEST(Fixes, Yaml) {
  std::vector<std::string> Refused;
  std::string Text = fixesYaml({mended({insert("a.c", 3, 2, "assert();\n\t")}),
                                mended({insert("gone.c", 1, 1, "X")}), Finding()},
                               "/tree", inMemory, Refused);
  EXPECT_EQ(Text, R"(---
MainSourceFile:  ''
Diagnostics:
  - DiagnosticName:  lock-not-held
    DiagnosticMessage:
      Message:         say so
      FilePath:        a.c
      FileOffset:      16
      Replacements:
        - FilePath:        a.c
          Offset:          16
          Length:          0
          ReplacementText: "assert();\n\t"
    Level:           Warning
    BuildDirectory:  '/tree'
...
)");
  EXPECT_EQ(Refused, std::vector<std::string>{"gone.c: is gone"});
}

TEST_F(Mending, WritesTheSources) {
  EXPECT_EQ(finish(opened(), {mended({insert("a.c", 3, 2, "assert();\n\t")})}), 1);
  EXPECT_EQ(text("tree/a.c"), "void f(void)\n{\n\tassert();\n\twork();\n}\n");
  EXPECT_EQ(text("tree/b.c"), Source);
}

TEST_F(Mending, OnlyWhenAsked) {
  O.Fix = false;
  finish(opened(), {mended({insert("a.c", 3, 2, "X")})});
  EXPECT_EQ(text("tree/a.c"), Source);
}

TEST_F(Mending, NotWhatIsSuppressed) {
  write(Folder + "/list", "fun:f\n");
  O.Suppressions = {Folder + "/list"};
  EXPECT_EQ(finish(opened(), {mended({insert("a.c", 3, 2, "X")})}), 0);
  EXPECT_EQ(text("tree/a.c"), Source);
}

TEST_F(Mending, NotWhatChangedSince) {
  Reporting R = opened();
  std::string Changed = std::string("// new\n") + Source;
  write(Tree + "/a.c", Changed);
  finish(std::move(R), {mended({insert("a.c", 3, 2, "X"), insert("b.c", 3, 2, "X")})});
  EXPECT_EQ(text("tree/a.c"), Changed);
  EXPECT_EQ(text("tree/b.c"), Source) << "all or nothing";
}

TEST_F(Mending, NotOutsideTheTree) {
  ASSERT_FALSE(llvm::sys::fs::create_link(Folder + "/outside.c", Tree + "/link.c"));
  std::string Absolute = Folder + "/outside.c";
  for (const char *File : {"../outside.c", "link.c", Absolute.c_str()}) {
    finish(opened(), {mended({insert(File, 1, 1, "X")})});
    EXPECT_EQ(text("outside.c"), Source) << File;
  }
}

TEST_F(Mending, KeepsWhoMayWriteAFile) {
  using namespace llvm::sys::fs;
  ASSERT_FALSE(setPermissions(Tree + "/a.c", owner_read | owner_write | group_read));
  finish(opened(), {mended({insert("a.c", 1, 1, "X")})});
  EXPECT_EQ(text("tree/a.c"), std::string("X") + Source);
  EXPECT_EQ(*getPermissions(Tree + "/a.c"), owner_read | owner_write | group_read);
}

TEST_F(Mending, AsClangAppliesIt) {
  llvm::ErrorOr<std::string> Tool =
      llvm::sys::findProgramByName("clang-apply-replacements", {"/usr/lib/llvm-22/bin"});
  if (!Tool)
    Tool = llvm::sys::findProgramByName("clang-apply-replacements-22");
  if (!Tool)
    GTEST_SKIP() << "clang-apply-replacements is not installed";
  std::vector<Finding> All = {
      mended({insert("a.c", 1, 1, "// first\n"), insert("a.c", 3, 2, "assert();\n\t")}),
      mended({insert("b.c", 3, 2, "assert();\n\t")}, "1123456789abcdef")};
  ASSERT_FALSE(llvm::sys::fs::create_directory(Folder + "/fixes"));
  O.Fix = false;
  O.ExportFixes = Folder + "/fixes/all.yaml";
  finish(opened(), All);
  EXPECT_EQ(llvm::sys::ExecuteAndWait(*Tool, {*Tool, Folder + "/fixes"}), 0);
  std::string ByClangA = text("tree/a.c"), ByClangB = text("tree/b.c");
  EXPECT_NE(ByClangA, Source);
  for (const char *File : {"tree/a.c", "tree/b.c"})
    write(Folder + "/" + File, Source, /*Old=*/true);
  O.ExportFixes.clear();
  O.Fix = true;
  finish(opened(), All);
  EXPECT_EQ(text("tree/a.c"), ByClangA);
  EXPECT_EQ(text("tree/b.c"), ByClangB);
}
