// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter/Filter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <gtest/gtest.h>

using namespace holdfast;

namespace {

const std::vector<CheckInfo> Known = {
    {"lock-not-held", Level::Warning, Confidence::Certain, "h", "", ""},
    {"lock-order", Level::Warning, Confidence::Certain, "h", "", ""},
    {"mmap-write", Level::Warning, Confidence::Certain, "h", "", ""}};

/// A file that is gone when this is.
class Scratch {
public:
  explicit Scratch(llvm::StringRef Text) {
    int FD = -1;
    llvm::SmallString<128> Name;
    EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("holdfast-filter", "txt", FD, Name));
    llvm::raw_fd_ostream(FD, /*shouldClose=*/true) << Text;
    Path = std::string(Name);
  }
  ~Scratch() { llvm::sys::fs::remove(Path); }
  std::string Path;
};

Finding finding(const char *Rule, const char *Function, const char *File,
                const char *Print = "0123456789abcdef") {
  Finding F;
  F.Rule = Rule;
  F.Function = Function;
  F.Loc = {Symbol::get(File), 3, 2};
  F.Fingerprint = Print;
  return F;
}

CheckGlobs globs(llvm::StringRef Text) {
  return llvm::cantFail(CheckGlobs::parse(Text, Known));
}

Suppressions list(llvm::StringRef Text) {
  Scratch File(Text);
  return llvm::cantFail(Suppressions::load(File.Path, Known));
}

Baseline baseline(llvm::StringRef Text) {
  Scratch File(Text);
  return llvm::cantFail(Baseline::load(File.Path));
}

} // namespace

TEST(Globs, TheLastThatMatchesDecides) {
  EXPECT_TRUE(globs("").matches("lock-order", true));
  EXPECT_FALSE(globs("").matches("lock-order", false));
  EXPECT_FALSE(globs("-*").matches("lock-order", true));
  EXPECT_TRUE(globs("-*, lock-*").matches("lock-order", true));
  EXPECT_FALSE(globs("-*,\nlock-*,-lock-order").matches("lock-order", true));
  EXPECT_TRUE(globs("-*,lock-*,-lock-order").matches("lock-not-held", true));
  EXPECT_FALSE(globs("-*,lock-*").matches("mmap-write", true));
}

TEST(Globs, WhatMatchesNothingIsRefused) {
  EXPECT_EQ(llvm::toString(CheckGlobs::parse("*,lock-nto", Known).takeError()),
            "'lock-nto': expected the id of a check or a glob that matches one; "
            "'holdfast rules' lists them");
  EXPECT_NE(llvm::toString(CheckGlobs::parse("[a", Known).takeError()).find("'[a': "),
            std::string::npos);
}

TEST(Suppressions, SectionsFunctionsAndFiles) {
  Suppressions S = list("src:test/*\n[lock-*]\nfun:probe_*\n[mmap-write]\nsrc:*.h\n");
  EXPECT_TRUE(S.covers(finding("mmap-write", "f", "test/a/b.c")));
  EXPECT_TRUE(S.covers(finding("lock-order", "probe_one", "a.c")));
  EXPECT_FALSE(S.covers(finding("mmap-write", "probe_one", "a.c")));
  EXPECT_TRUE(S.covers(finding("mmap-write", "f", "include/a.h")));
  EXPECT_FALSE(S.covers(finding("lock-order", "f", "include/a.h")));
  EXPECT_FALSE(S.covers(finding("lock-order", "my_probe_one", "a.c"))) << "whole names";
  EXPECT_TRUE(S.unused("s").empty());
}

TEST(Suppressions, KnowWhatIsUnused) {
  Suppressions S = list("# why\nfun:f\n\nfun:g\nsrc:a.c\n");
  EXPECT_TRUE(S.covers(finding("lock-order", "f", "b.c")));
  auto Idle = S.unused("shown.txt");
  ASSERT_EQ(Idle.size(), 2u);
  EXPECT_EQ(Idle[0].File, "shown.txt");
  EXPECT_EQ(Idle[0].Line, 4u);
  EXPECT_EQ(Idle[1].Line, 5u);
}

TEST(Baseline, OneLineCoversOneFinding) {
  Baseline B = baseline("0123456789abcdef lock-order f a.c # why\n");
  Finding F = finding("lock-order", "f", "a.c");
  EXPECT_TRUE(B.covers(F));
  EXPECT_FALSE(B.covers(F)) << "a second one of the same fingerprint is new";
  B.add(F);
  EXPECT_TRUE(B.unused("b", [](const std::string &) { return true; }).empty());
  EXPECT_EQ(B.text(false), "# Holdfast's baseline: findings that are known and stay for "
                           "now.\n# fingerprint, check, function, file # why it stays\n"
                           "0123456789abcdef lock-order f a.c # TODO: say why it stays\n"
                           "0123456789abcdef lock-order f a.c # why\n");
}

TEST(Baseline, OnlyWhatWasLookedAtIsUnused) {
  Baseline B = baseline("# head\n"
                        "0000000000000001 lock-order f a.c # why\n"
                        "0000000000000002 lock-order f b.c # why\n");
  auto Idle = B.unused("b", [](const std::string &File) { return File == "b.c"; });
  ASSERT_EQ(Idle.size(), 1u);
  EXPECT_EQ(Idle[0].Line, 3u);
}

TEST(Baseline, TextIsReadBackWhateverTheNames) {
  Baseline B;
  B.add(finding("lock-order", "f", "odd name #1.c"));
  Baseline Again = baseline(B.text(false));
  EXPECT_TRUE(Again.covers(finding("lock-order", "f", "odd name #1.c")));
  EXPECT_EQ(Again.text(false), B.text(false));
}

TEST(Filter, CountsWhatWouldHaveBeenReported) {
  Filter F;
  F.Least = Confidence::Likely;
  F.Checks = globs("-mmap-write");
  F.AsErrors = globs("lock-not-held");
  F.Selected = [](const Finding &X) { return X.Function != "elsewhere"; };
  F.Lists.push_back(list("fun:quiet\nfun:elsewhere\n"));
  F.Known = baseline("1111111111111111 lock-order old a.c # why\n");
  Finding Unsure = finding("lock-order", "unsure", "a.c");
  Unsure.Sure = Confidence::Possible;
  Report R;
  filterFindings(
      {finding("lock-order", "quiet", "a.c"), Unsure,
       finding("lock-order", "elsewhere", "a.c"), finding("mmap-write", "quiet", "a.c"),
       finding("lock-order", "old", "a.c", "1111111111111111"),
       finding("lock-order", "new", "a.c"), finding("lock-not-held", "new", "a.c")},
      F, R);
  EXPECT_TRUE(R.Left.Asked);
  EXPECT_EQ(R.Left.Suppressed, 1u) << "not those elsewhere or of a check that is off";
  EXPECT_EQ(R.Left.Baselined, 1u);
  ASSERT_EQ(R.Findings.size(), 2u);
  EXPECT_EQ(R.Findings[0].Severity, Level::Warning);
  EXPECT_EQ(R.Findings[1].Severity, Level::Error);
  EXPECT_TRUE(F.Lists[0].unused("s").empty()) << "used, though nobody asked";
}

TEST(Filter, WithoutFilesNothingIsSaidOfThem) {
  Filter F;
  Report R;
  filterFindings({finding("lock-order", "f", "a.c")}, F, R);
  EXPECT_FALSE(R.Left.Asked);
  EXPECT_EQ(R.Findings.size(), 1u);
}
