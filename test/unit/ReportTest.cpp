// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/Report.h"
#include <gtest/gtest.h>

using namespace holdfast;

namespace {

Location at(const char *File, uint32_t Line, uint32_t Column = 1) {
  return {Symbol::get(File), Line, Column};
}

Report sample() {
  Report R;
  R.ToolVersion = "0.1.0";
  R.Kernel = "6.12.117";
  R.Cover.Files = 2;
  R.Cover.Functions = 1;
  R.Cover.Failed = {{"drivers/x/bad.c", "unknown type name 'u33'"}};
  R.Cover.IndirectResolved = 3;
  R.Cover.IndirectUnresolved = 1;
  R.Cover.Imprecise = {"x_probe"};
  Finding F;
  F.Rule = "mmap-write-in-fault";
  F.Function = "x_fault";
  F.Loc = at("drivers/x/a.c", 20, 9);
  F.Message = "remap_pfn_range() needs mmap_lock held for write, but x_fault() is entered "
              "with it held for read";
  F.LockClass = "mm_struct::mmap_lock";
  F.Required = "write";
  F.Held = "read";
  F.Steps = {{at("drivers/x/a.c", 30, 2), "x_fault", "x_fault is set here"},
             {Location(), "remap_pfn_range", "it claims \"write\""}};
  F.Advice = "vmf_insert_pfn() instead";
  F.Fingerprint = "0123abcd";
  R.Findings = {F};
  return R;
}

} // namespace

TEST(Report, Text) {
  EXPECT_EQ(textReport(sample()),
            "drivers/x/a.c:20:9: warning: remap_pfn_range() needs mmap_lock held for write, "
            "but x_fault() is entered with it held for read [mmap-write-in-fault]\n"
            "drivers/x/a.c:30:2: note: x_fault is set here\n"
            "note: it claims \"write\"\n"
            "drivers/x/a.c:20:9: note: use vmf_insert_pfn() instead\n"
            "drivers/x/bad.c: not analyzed: unknown type name 'u33'\n"
            "1 finding; 2 files analyzed, 1 failed; 1 function, 1 imprecise; "
            "indirect calls: 3 resolved, 1 unresolved; kernel 6.12.117\n");
}

TEST(Report, TextOfNothing) {
  EXPECT_EQ(textReport(Report()),
            "0 findings; 0 files analyzed, 0 failed; 0 functions, 0 imprecise; "
            "indirect calls: 0 resolved, 0 unresolved\n");
}

TEST(Report, CoverageLineIsTheLastOfTheText) {
  for (bool Interrupted : {false, true}) {
    Report R = sample();
    R.Cover.Interrupted = Interrupted;
    std::string Text = textReport(R), Line = coverageLine(R) + "\n";
    ASSERT_GE(Text.size(), Line.size());
    EXPECT_EQ(Text.substr(Text.size() - Line.size()), Line);
    EXPECT_EQ(Line.find("INTERRUPTED") != std::string::npos, Interrupted);
    EXPECT_EQ(Line.find('\n'), Line.size() - 1) << "one line";
  }
}

TEST(Report, Json) {
  EXPECT_EQ(jsonReport(sample()), R"({
  "version": 1,
  "tool": {
    "name": "holdfast",
    "version": "0.1.0"
  },
  "tree": {
    "kernel": "6.12.117"
  },
  "coverage": {
    "files": 2,
    "failed": [
      {
        "file": "drivers/x/bad.c",
        "why": "unknown type name 'u33'"
      }
    ],
    "functions": 1,
    "indirect_calls": {
      "resolved": 3,
      "unresolved": 1
    },
    "imprecise": [
      "x_probe"
    ],
    "interrupted": false
  },
  "findings": [
    {
      "rule": "mmap-write-in-fault",
      "level": "warning",
      "confidence": "certain",
      "function": "x_fault",
      "file": "drivers/x/a.c",
      "line": 20,
      "column": 9,
      "message": "remap_pfn_range() needs mmap_lock held for write, but x_fault() is entered with it held for read",
      "lock": {
        "class": "mm_struct::mmap_lock",
        "required": "write",
        "held": "read"
      },
      "steps": [
        {
          "file": "drivers/x/a.c",
          "line": 30,
          "column": 2,
          "function": "x_fault",
          "message": "x_fault is set here"
        },
        {
          "file": "",
          "line": 0,
          "column": 0,
          "function": "remap_pfn_range",
          "message": "it claims \"write\""
        }
      ],
      "advice": "vmf_insert_pfn() instead",
      "fingerprint": "0123abcd"
    }
  ]
}
)");
}

TEST(Report, JsonOfNothingHasEveryList) {
  std::string S = jsonReport(Report());
  for (const char *Key : {"\"failed\": []", "\"imprecise\": []", "\"findings\": []"})
    EXPECT_NE(S.find(Key), std::string::npos) << Key;
}

TEST(Report, JsonSurvivesBytesThatAreNotUtf8) {
  Report R = sample();
  R.Findings[0].Message = "latin-1 \xe9 in a name";
  R.Findings[0].Advice.clear();
  std::string S = jsonReport(R);
  EXPECT_NE(S.find("latin-1 \xef\xbf\xbd in a name"), std::string::npos);
  EXPECT_EQ(S.find("\"advice\""), std::string::npos) << "only where there is some";
}

TEST(Report, Names) {
  EXPECT_STREQ(name(Confidence::Possible), "possible");
  EXPECT_STREQ(name(Confidence::Likely), "likely");
  EXPECT_STREQ(name(Confidence::Certain), "certain");
  EXPECT_STREQ(name(Level::Note), "note");
  EXPECT_STREQ(name(Level::Warning), "warning");
  EXPECT_STREQ(name(Level::Error), "error");
}
