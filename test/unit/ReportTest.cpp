// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/Report.h"
#include "rules/RulesDir.h"
#include "rules/SchemaCheck.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

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
  F.Message =
      "remap_pfn_range() needs mmap_lock held for write, but x_fault() is entered "
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
  EXPECT_EQ(
      textReport(sample()),
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

TEST(Report, Checkpatch) {
  Report R = sample();
  R.Findings[0].Severity = Level::Error;
  R.Left = {true, 2, 3, {{"list.txt", 7, "unused suppression"}}};
  EXPECT_EQ(
      checkpatchReport(R),
      "drivers/x/a.c:20: ERROR: remap_pfn_range() needs mmap_lock held for write, but "
      "x_fault() is entered with it held for read [mmap-write-in-fault]\n"
      "list.txt:7: CHECK: unused suppression\n"
      "drivers/x/bad.c:1: ERROR: not analyzed: unknown type name 'u33'\n"
      "total: 2 errors, 0 warnings, 1 checks, 2 files checked, 2 suppressed, 3 in the "
      "baseline\n");
}

TEST(Report, FilteredIsInTextAndJson) {
  Report R = sample();
  R.Left = {true, 2, 3, {{"list.txt", 7, "unused suppression"}}};
  std::string Text = textReport(R);
  EXPECT_NE(Text.find("list.txt:7: note: unused suppression\n"), std::string::npos);
  EXPECT_NE(Text.find("1 finding (2 suppressed, 3 in the baseline); 2 files"),
            std::string::npos);
  auto J = nlohmann::json::parse(jsonReport(R));
  EXPECT_EQ(J["filtered"]["suppressed"], 2);
  EXPECT_EQ(J["filtered"]["baselined"], 3);
  EXPECT_EQ(J["filtered"]["unused"][0]["line"], 7);
}

TEST(Report, JsonIsAsItsSchemaSays) {
  llvm::Expected<JsonFile> Schema =
      JsonFile::read(defaultRulesDir() + "/report.schema.json");
  ASSERT_TRUE(bool(Schema)) << llvm::toString(Schema.takeError());
  auto problem = [&](const Report &R) {
    auto P = checkSchema(Schema->root(), nlohmann::json::parse(jsonReport(R)));
    return P ? P->Pointer + ": " + P->Expected + ", " + P->Found : "";
  };
  Report R = sample();
  EXPECT_NE(problem(R), "") << "a fingerprint has 16 digits";
  R.Findings[0].Fingerprint = "0123456789abcdef";
  EXPECT_EQ(problem(R), "");
  R.Left = {true, 2, 3, {{"list.txt", 7, "unused suppression"}}};
  R.Findings[0].Mend = Fix{"say so", {{at("drivers/x/a.c", 20, 2), "assert();\n"}}};
  EXPECT_EQ(problem(R), "");
}

TEST(Report, JsonHasTheFix) {
  Report R = sample();
  R.Findings[0].Mend = Fix{"say so", {{at("drivers/x/a.c", 20, 2), "assert();\n"}}};
  auto J = nlohmann::json::parse(jsonReport(R))["findings"][0]["fix"];
  EXPECT_EQ(J["message"], "say so");
  EXPECT_EQ(J["edits"][0]["line"], 20);
  EXPECT_EQ(J["edits"][0]["insert"], "assert();\n");
}

namespace {

nlohmann::json sarifRun(const Report &R) {
  return nlohmann::json::parse(sarifReport(R))["runs"][0];
}

} // namespace

TEST(Sarif, AStepWithoutAPlaceTakesTheOneBefore) {
  auto Steps =
      sarifRun(sample())["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"];
  ASSERT_EQ(Steps.size(), 2u);
  for (const auto &S : Steps)
    EXPECT_EQ(S["location"]["physicalLocation"]["region"]["startLine"], 30);
}

TEST(Sarif, TextIsEscapedAndFilesAreUris) {
  Report R = sample();
  R.Findings[0].Message = "a[i] is {0}";
  R.Findings[0].Advice.clear();
  R.Findings[0].Loc = at("drivers/x y/a#1.c", 3);
  auto Result = sarifRun(R)["results"][0];
  EXPECT_EQ(Result["message"]["text"], "a\\[i\\] is {{0}}");
  auto Place = Result["locations"][0]["physicalLocation"]["artifactLocation"];
  EXPECT_EQ(Place["uri"], "drivers/x%20y/a%231.c");
  EXPECT_EQ(Place["uriBaseId"], "%SRCROOT%");
  R.Findings[0].Loc = at("/usr/include/a.h", 3);
  Place =
      sarifRun(R)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
  EXPECT_EQ(Place["uri"], "file:///usr/include/a.h");
  EXPECT_FALSE(Place.contains("uriBaseId"));
}

TEST(Sarif, EachResultHasItsOwnFingerprint) {
  Report R = sample();
  R.Findings.resize(3, R.Findings[0]);
  std::set<std::string> Prints;
  nlohmann::json Run = sarifRun(R);
  for (const auto &Result : Run["results"])
    Prints.insert(Result["partialFingerprints"]["primaryLocationLineHash"]);
  EXPECT_EQ(Prints, (std::set<std::string>{"0123abcd:1", "0123abcd:2", "0123abcd:3"}));
}

TEST(Sarif, RulesAreThoseAskedForAndThoseFound) {
  Report R = sample();
  R.Checks = {{"lock-not-held", Level::Error, Confidence::Likely, "Help",
               "https://x.org/", "# Page\n"}};
  auto Run = sarifRun(R);
  auto Rules = Run["tool"]["driver"]["rules"];
  ASSERT_EQ(Rules.size(), 2u);
  EXPECT_EQ(Rules[0]["help"]["markdown"], "# Page\n");
  EXPECT_EQ(Rules[0]["defaultConfiguration"]["level"], "error");
  EXPECT_EQ(Rules[0]["properties"]["precision"], "medium");
  EXPECT_EQ(Rules[1]["id"], "mmap-write-in-fault") << "has no row in checks.json";
  EXPECT_EQ(Run["results"][0]["ruleIndex"], 1);
}

TEST(Sarif, StaysWithinTheLimitsOfGitHub) {
  Report R = sample();
  R.Findings[0].Steps.resize(20000, R.Findings[0].Steps[0]);
  R.Findings[0].Steps.front().Message = "the first";
  R.Findings[0].Steps.back().Message = "the last";
  auto Steps = sarifRun(R)["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"];
  EXPECT_EQ(Steps.size(), 1000u);
  EXPECT_EQ(Steps.front()["location"]["message"]["text"], "the first");
  EXPECT_EQ(Steps.back()["location"]["message"]["text"], "the last");
  R.Findings[0].Steps.clear();
  R.Findings.resize(25002, R.Findings[0]);
  auto Run = sarifRun(R);
  EXPECT_EQ(Run["results"].size(), 25000u);
  auto Notes = Run["invocations"][0]["toolExecutionNotifications"];
  EXPECT_EQ(Notes.back()["message"]["text"], "2 findings are left out");
}

TEST(Sarif, WhatWasNotSeenIsNoSuccess) {
  Report R = sample();
  EXPECT_EQ(sarifRun(R)["invocations"][0]["executionSuccessful"], false);
  R.Cover.Failed.clear();
  EXPECT_EQ(sarifRun(R)["invocations"][0]["executionSuccessful"], true);
  R.Cover.Interrupted = true;
  auto Call = sarifRun(R)["invocations"][0];
  EXPECT_EQ(Call["executionSuccessful"], false);
  EXPECT_EQ(Call["toolExecutionNotifications"][0]["descriptor"]["id"], "interrupted");
}

TEST(Sarif, HasTheFix) {
  Report R = sample();
  R.Findings[0].Mend = Fix{"say so", {{at("drivers/x/a.c", 20, 2), "assert();\n"}}};
  auto Change = sarifRun(R)["results"][0]["fixes"][0]["artifactChanges"][0];
  EXPECT_EQ(Change["artifactLocation"]["uri"], "drivers/x/a.c");
  auto Region = Change["replacements"][0]["deletedRegion"];
  EXPECT_EQ(Region["startColumn"], Region["endColumn"]) << "nothing is deleted";
  EXPECT_EQ(Change["replacements"][0]["insertedContent"]["text"], "assert();\n");
}

TEST(Kcidb, ExcerptsAreCutAtALine) {
  Report R = sample();
  R.Checks = {{"mmap-write-in-fault", Level::Warning, Confidence::Certain, "h", "", ""}};
  R.Findings.resize(200, R.Findings[0]);
  auto J = nlohmann::json::parse(kcidbReport(R, {}));
  std::string Log = J["tests"][0]["log_excerpt"];
  EXPECT_LE(Log.size(), 16384u);
  EXPECT_GT(Log.size(), 16000u);
  EXPECT_EQ(Log.back(), '\n');
  EXPECT_EQ(J["issues"].size(), 1u) << "one fingerprint";
  EXPECT_EQ(J["incidents"].size(), 200u);
}

TEST(Kcidb, NotesDoNotFail) {
  Report R = sample();
  R.Checks = {{"mmap-write-in-fault", Level::Note, Confidence::Certain, "h", "", ""}};
  R.Findings[0].Severity = Level::Note;
  auto status = [](const Report &R) {
    return nlohmann::json::parse(kcidbReport(R, {}))["tests"][0]["status"];
  };
  EXPECT_EQ(status(R), "ERROR") << "a file failed";
  R.Cover.Failed.clear();
  EXPECT_EQ(status(R), "PASS");
  R.Findings[0].Severity = Level::Warning;
  EXPECT_EQ(status(R), "FAIL");
}
