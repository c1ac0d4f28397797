// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Rule files of the user's own.
#include "Targets.h"
#include "kbuild/Paths.h"
#include "rules/PathParser.h"
#include "rules/Release.h"
#include "rules/RuleReader.h"
#include "rules/RulesDir.h"
#include "rules/RulesFile.h"

using namespace holdfast;
using llvm::StringRef;

static void runRules(StringRef Data) {
  static const JsonFile Schema =
      llvm::cantFail(readSchema(defaultRulesDir(), "schema.json"));
  llvm::Expected<JsonFile> File = readAgainst(Schema, fuzzFile(Data));
  if (!File) {
    promise(StringRef(llvm::toString(File.takeError())).contains("input:"),
            "an error says where");
    return;
  }
  RuleFile Out;
  if (std::optional<Problem> P = readRules(File->root(), Out))
    llvm::consumeError(File->error(*P));
}

/// Paths and releases, which stand in rules as strings.
static void runPath(StringRef Data) {
  llvm::consumeError(parsePath(Data).takeError());
  llvm::consumeError(parsePlace(Data).takeError());
  std::optional<Release> R = Release::parse(Data);
  (void)sourcesFor(Data.str(), R);
  if (R)
    promise(compare(*R, *R) == 0, "a release is as old as itself");
}

static std::vector<std::string> rules() {
  std::vector<std::string> Out{R"({"functions": [{"name": "f", "source": "a.c:1"}]})",
                               "{}", "[", "null"};
  for (const char *Name : {"assertions", "callbacks", "classes", "locks", "values"})
    Out.push_back(readText(defaultRulesDir() + "/kernel/" + Name + ".json"));
  return Out;
}

static std::vector<std::string> paths() {
  return {"&p0->vm_area_struct::vm_mm.mm_struct::mmap_lock",
          "**p1<-a::b",
          "-12",
          "@rcu",
          "ret->a::b",
          "6.12.117-rc3+",
          "a.c:1 (6.12), b.c:2 (6.1), Documentation/x.rst"};
}

void holdfast::addRuleTargets(std::vector<FuzzTarget> &Out) {
  Out.push_back({"rules", runRules, rules, 100});
  Out.push_back({"path", runPath, paths, 5000});
}
