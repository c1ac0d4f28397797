// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Files that users write: configurations, suppressions, baselines.
#include "Targets.h"
#include "filter/Baseline.h"
#include "filter/Config.h"
#include "filter/Globs.h"
#include "filter/Suppressions.h"

using namespace holdfast;
using llvm::StringRef;

static const std::vector<CheckInfo> &checks() {
  static const std::vector<CheckInfo> All = [] {
    std::vector<CheckInfo> Out(2);
    Out[0].Id = "lock-not-held";
    Out[1].Id = "lock-order";
    return Out;
  }();
  return All;
}

static Finding finding() {
  Finding F;
  F.Rule = "lock-not-held";
  F.Function = "gadget_poll";
  F.Loc = {Symbol::get("drivers/gadget/core.c"), 3, 1};
  F.Fingerprint = "296528a8a38b9ab4";
  return F;
}

/// A reader refuses in words that begin with its file.
static void checkError(llvm::Error E) {
  std::string Text = llvm::toString(std::move(E));
  promise(StringRef(Text).contains("input:"), "an error says where");
}

static void runConfig(StringRef Data) {
  llvm::Expected<Config> C = loadConfig(fuzzFile(Data), checks());
  if (!C)
    return checkError(C.takeError());
  std::string Text = dumpConfig(*C, "/");
  llvm::Expected<Config> Again = loadConfig(fuzzFile(Text), checks());
  if (!Again)
    llvm::consumeError(Again.takeError());
  else
    promise(dumpConfig(*Again, "/") == Text, "what is dumped reads the same");
}

static void runSuppressions(StringRef Data) {
  llvm::Expected<Suppressions> S = Suppressions::load(fuzzFile(Data), checks());
  if (!S)
    return checkError(S.takeError());
  (void)S->covers(finding());
  (void)S->unused("shown");
}

static void runBaseline(StringRef Data) {
  llvm::Expected<Baseline> B = Baseline::load(fuzzFile(Data));
  if (!B)
    return checkError(B.takeError());
  if (!B->covers(finding()))
    B->add(finding());
  std::string Text = B->text(/*KeepUnused=*/true);
  llvm::Expected<Baseline> Again = Baseline::load(fuzzFile(Text));
  promise(bool(Again), "what is written can be read");
  promise(Again->covers(finding()), "what was added is there");
  promise(Again->text(true) == Text, "what is written stays as it is");
}

static void runGlobs(StringRef Data) {
  llvm::Expected<CheckGlobs> G = CheckGlobs::parse(Data, checks());
  if (G)
    (void)G->matches("lock-order", true);
  else
    llvm::consumeError(G.takeError());
}

static std::vector<std::string> configs() {
  return {"Checks: '*,-lock-not-held'\nWarningsAsErrors: 'lock-*'\nConfidence: likely\n"
          "FailOn: warning\nBaseline: .holdfast-baseline\nSuppressions:\n  - a.txt\n"
          "  - \"b c\"\n",
          "---\n{FailOn: never, Confidence: possible}\n...\n", "Cheks: x\n", "- a\n", ""};
}

static std::vector<std::string> suppressions() {
  return {"# why\nsrc:drivers/gadget/*\n[lock-not-held]\nfun:gadget_*\n[lock-*]\n"
          "src:{a,b}/c.c\n",
          "[nothing]\nfun:x\n", "fun:[a-\n", "#!special-case-list-v1\nfun:a.*b\n"};
}

static std::vector<std::string> baselines() {
  return {"# Holdfast's baseline\n296528a8a38b9ab4 lock-not-held gadget_poll "
          "drivers/gadget/core.c # TODO: say why it stays\n",
          "296528a8a38b9ab4 lock-order f a b.c\n", "x\n"};
}

static std::vector<std::string> globs() {
  return {"-*,lock-*", "*\n-lock-order", "[", ""};
}

void holdfast::addFilterTargets(std::vector<FuzzTarget> &Out) {
  Out.insert(Out.end(), {{"config", runConfig, configs, 400},
                         {"suppressions", runSuppressions, suppressions, 400},
                         {"baseline", runBaseline, baselines, 400},
                         {"globs", runGlobs, globs, 2000}});
}
