// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// SARIF 2.1.0. It is written for GitHub's code scanning first, which takes part
/// of a document only and refuses what is over its limits:
///
/// - Places are relative to a base that the reader knows, %SRCROOT%: a run on
///   another machine gives the same document.
/// - The path of a finding is its one thread flow. Each step there must have a
///   place; a step without one takes that of the step before.
/// - `primaryLocationLineHash` is the fingerprint that decides whether an alert is
///   the one of the last upload. Two results must not share it, so that it ends in
///   a number, as CodeQL's does.
/// - In message texts `[` begins a link and `{` a placeholder; both are escaped.
/// - What was not analyzed is a notification of level error, and the invocation is
///   not successful then: nobody should take it for clean.
#include "report/Report.h"
#include <algorithm>
#include <cctype>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>

using namespace holdfast;
using Json = nlohmann::ordered_json;

namespace {

// docs.github.com: "SARIF results exceed one or more limits".
constexpr size_t MaxResults = 25000;
constexpr size_t MaxSteps = 1000; // of 10000, those that are shown
constexpr size_t MaxText = 1024;

std::string escaped(const std::string &Text) {
  std::string S;
  for (char C : Text) {
    if (C == '[' || C == ']' || C == '\\')
      S += '\\';
    if (C == '{' || C == '}')
      S += C;
    S += C;
  }
  return S;
}

Json message(const std::string &Text) { return {{"text", escaped(Text)}}; }

/// \p File as a URI reference: what is no unreserved character or '/' as %XX.
std::string uriOf(const std::string &File) {
  static const char *const Digits = "0123456789ABCDEF";
  std::string S = !File.empty() && File[0] == '/' ? "file://" : "";
  for (unsigned char C : File)
    if (std::isalnum(C) || std::strchr("/-._~+,@=", C))
      S += char(C);
    else
      S += {'%', Digits[C >> 4], Digits[C & 15]};
  return S;
}

Json artifact(const std::string &File) {
  Json J = {{"uri", uriOf(File)}};
  if (File.empty() || File[0] != '/')
    J["uriBaseId"] = "%SRCROOT%";
  return J;
}

Json physical(const Location &L) {
  Json J = {{"artifactLocation", artifact(L.File.str())}};
  if (L.Line)
    J["region"] = {{"startLine", L.Line}};
  if (L.Line && L.Column)
    J["region"]["startColumn"] = L.Column;
  return J;
}

Json codeFlow(const Finding &F) {
  Json Steps = Json::array();
  Location At = F.Loc;
  // Of a path that is too long both ends matter.
  const size_t Count = F.Steps.size(), Left = Count > MaxSteps ? Count - MaxSteps : 0;
  for (size_t I = 0; I < Count; ++I) {
    const Step &S = F.Steps[I];
    At = S.Loc ? S.Loc : At;
    if (I >= MaxSteps / 2 && I < MaxSteps / 2 + Left)
      continue;
    Json Where = {{"physicalLocation", physical(At)}, {"message", message(S.Message)}};
    if (!S.Function.empty())
      Where["logicalLocations"] = {{{"name", S.Function}, {"kind", "function"}}};
    Steps.push_back({{"location", std::move(Where)}});
  }
  return {{"threadFlows", {{{"locations", std::move(Steps)}}}}};
}

/// All the edits of a fix; each deletes nothing.
Json fix(const Fix &Mend) {
  std::map<std::string, Json> Files;
  for (const Edit &E : Mend.Edits) {
    Json Region = {{"startLine", E.At.Line},
                   {"startColumn", E.At.Column},
                   {"endLine", E.At.Line},
                   {"endColumn", E.At.Column}};
    Files[E.At.File.str()].push_back({{"deletedRegion", std::move(Region)},
                                      {"insertedContent", {{"text", E.Insert}}}});
  }
  Json Changes = Json::array();
  for (auto &[File, Edits] : Files)
    Changes.push_back({{"artifactLocation", artifact(File)}, {"replacements", Edits}});
  return {{"description", message(Mend.Message)},
          {"artifactChanges", std::move(Changes)}};
}

class Document {
public:
  explicit Document(const Report &R) : R(R) {}
  std::string str();

private:
  Json rules();
  Json result(const Finding &F);
  Json notifications();
  Json run();

  const Report &R;
  std::map<std::string, unsigned> RuleIndex;
  std::map<std::string, unsigned> Seen; ///< how often each fingerprint was there
};

Json rule(const CheckInfo &C) {
  static const char *const Precision[] = {"low", "medium", "very-high"};
  static const char *const Problem[] = {"recommendation", "warning", "error"};
  Json J = {{"id", C.Id}};
  J["shortDescription"] = {{"text", C.Help.substr(0, MaxText)}};
  J["fullDescription"] = {{"text", (C.Help + ".").substr(0, MaxText)}};
  J["help"]["text"] = C.Page.empty() ? C.Help + "." : C.Page;
  if (!C.Page.empty())
    J["help"]["markdown"] = C.Page;
  if (!C.HelpUri.empty())
    J["helpUri"] = C.HelpUri;
  J["defaultConfiguration"] = {{"level", name(C.Severity)}};
  J["properties"] = {{"tags", {"locking", "concurrency"}},
                     {"precision", Precision[int(C.Most)]},
                     {"problem.severity", Problem[int(C.Severity)]}};
  return J;
}

/// Those of checks.json, and what a finding has that is not there.
Json Document::rules() {
  Json Rules = Json::array();
  auto add = [&](const CheckInfo &C) {
    if (RuleIndex.emplace(C.Id, Rules.size()).second)
      Rules.push_back(rule(C));
  };
  for (const CheckInfo &C : R.Checks)
    add(C);
  for (const Finding &F : R.Findings)
    add({F.Rule, F.Severity, Confidence::Certain, F.Rule, "", ""});
  return Rules;
}

Json Document::result(const Finding &F) {
  Json J = {{"ruleId", F.Rule}, {"ruleIndex", RuleIndex.at(F.Rule)}};
  J["level"] = name(F.Severity);
  J["message"] = message(F.Message + (F.Advice.empty() ? "" : ". Use " + F.Advice));
  Json Where = {{"physicalLocation", physical(F.Loc)}};
  if (!F.Function.empty())
    Where["logicalLocations"] = {{{"name", F.Function}, {"kind", "function"}}};
  J["locations"] = {std::move(Where)};
  if (!F.Steps.empty())
    J["codeFlows"] = {codeFlow(F)};
  std::string Nth = std::to_string(++Seen[F.Fingerprint]);
  J["partialFingerprints"] = {{"primaryLocationLineHash", F.Fingerprint + ":" + Nth},
                              {"holdfast/v1", F.Fingerprint}};
  if (F.Mend)
    J["fixes"] = {fix(*F.Mend)};
  J["properties"] = {
      {"confidence", name(F.Sure)},
      {"lock", {{"class", F.LockClass}, {"required", F.Required}, {"held", F.Held}}}};
  return J;
}

Json Document::notifications() {
  Json All = Json::array();
  auto add = [&](const char *Id, const char *Level, const std::string &Text) -> Json & {
    All.push_back(
        {{"descriptor", {{"id", Id}}}, {"level", Level}, {"message", message(Text)}});
    return All.back();
  };
  for (const Coverage::Failure &F : R.Cover.Failed)
    add("not-analyzed", "error", F.File + " was not analyzed: " + F.Why)["locations"] = {
        {{"physicalLocation", physical({Symbol::get(F.File), 0, 0})}}};
  if (R.Cover.Interrupted)
    add("interrupted", "error", "Interrupted, not everything was looked at");
  if (!R.Cover.Imprecise.empty())
    add("imprecise", "note",
        std::to_string(R.Cover.Imprecise.size()) +
            " functions hit a bound; nothing is promised for them");
  if (R.Findings.size() > MaxResults)
    add("too-many", "warning",
        std::to_string(R.Findings.size() - MaxResults) + " findings are left out");
  for (const Filtered::Unused &U : R.Left.Idle)
    add("unused-filter", "note", U.Message)["locations"] = {
        {{"physicalLocation", physical({Symbol::get(U.File), U.Line, 0})}}};
  return All;
}

Json Document::run() {
  Json Run;
  Run["tool"]["driver"] = {
      {"name", "Holdfast"}, {"semanticVersion", R.ToolVersion}, {"rules", rules()}};
  Json &Notes = Run["tool"]["driver"]["notifications"];
  for (const char *Id :
       {"not-analyzed", "interrupted", "imprecise", "too-many", "unused-filter"})
    Notes.push_back({{"id", Id}});
  Run["invocations"] = {{{"executionSuccessful", isComplete(R)},
                         {"toolExecutionNotifications", notifications()}}};
  Run["originalUriBaseIds"]["%SRCROOT%"]["description"] =
      message("The top of the kernel's sources");
  Run["results"] = Json::array();
  for (size_t I = 0; I < std::min(R.Findings.size(), MaxResults); ++I)
    Run["results"].push_back(result(R.Findings[I]));
  Run["properties"] = {{"kernel", R.Kernel},
                       {"filesAnalyzed", R.Cover.Files},
                       {"filesFailed", R.Cover.Failed.size()},
                       {"functions", R.Cover.Functions},
                       {"suppressed", R.Left.Suppressed},
                       {"baselined", R.Left.Baselined}};
  return Run;
}

std::string Document::str() {
  Json J;
  J["$schema"] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                 "sarif-schema-2.1.0.json";
  J["version"] = "2.1.0";
  J["runs"] = {run()};
  return J.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace

std::string holdfast::sarifReport(const Report &R) { return Document(R).str(); }
