// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// What KernelCI's common database takes, I/O schema 5.3. A check of ours is a
/// test there, run on a build. A CI system that has reported its build already
/// names it; without that, a checkout and a build are made up to hang the tests
/// on. A finding is an issue (known by its fingerprint, the same in every tree)
/// and an incident (that it is there in this test). An issue has nothing that
/// moves, such as a line: it would need a new version each time.
///
/// Ids are digests of what is reported: sent twice, it is the same report.
#include "report/Report.h"
#include "llvm/Support/xxhash.h"
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

using namespace holdfast;
using Json = nlohmann::ordered_json;

namespace {

constexpr size_t MaxExcerpt = 16384;

std::string digest(const std::string &Text) {
  char Hex[17];
  std::snprintf(Hex, sizeof Hex, "%016llx",
                static_cast<unsigned long long>(llvm::xxh3_64bits(Text)));
  return Hex;
}

/// The first 16 KiB of \p Text, whole lines only.
std::string excerpt(const std::string &Text) {
  if (Text.size() <= MaxExcerpt)
    return Text;
  return Text.substr(0, Text.rfind('\n', MaxExcerpt - 1) + 1);
}

class Submission {
public:
  Submission(const Report &R, const KcidbNames &Names)
      : R(R), Names(Names), Run(digest(Names.Build + jsonReport(R))),
        Build(Names.Build.empty() ? id(Run) : Names.Build) {}
  std::string str();

private:
  std::string id(const std::string &Rest) const { return Names.Origin + ":" + Rest; }
  void makeUpBuild(Json &J) const;
  Json test(const CheckInfo &C) const;
  Json issue(const Finding &F) const;
  Json incident(const Finding &F, unsigned Nth) const;
  std::string testId(const std::string &Rule) const { return id(Run + "." + Rule); }
  std::string failures() const;

  const Report &R;
  const KcidbNames &Names;
  std::string Run;
  std::string Build;
};

std::string Submission::failures() const {
  std::string Text;
  for (const Coverage::Failure &F : R.Cover.Failed)
    Text += F.File + ": not analyzed: " + F.Why + "\n";
  if (R.Cover.Interrupted)
    Text += "interrupted, not everything was looked at\n";
  return Text;
}

void Submission::makeUpBuild(Json &J) const {
  Json Checkout = {{"id", id(Run)}, {"origin", Names.Origin}};
  if (!R.Kernel.empty())
    Checkout["comment"] = "Linux " + R.Kernel;
  J["checkouts"] = {std::move(Checkout)};
  J["builds"] = {{{"id", Build},
                  {"origin", Names.Origin},
                  {"checkout_id", id(Run)},
                  {"comment", "parsed by Holdfast " + R.ToolVersion + ", not compiled"},
                  {"status", isComplete(R) ? "DONE" : "ERROR"},
                  {"log_excerpt", excerpt(failures())}}};
}

Json Submission::test(const CheckInfo &C) const {
  std::string Log;
  size_t Count = 0;
  bool Fails = false;
  for (const Finding &F : R.Findings)
    if (F.Rule == C.Id) {
      Log += findingText(F);
      Fails |= F.Severity > Level::Note;
      ++Count;
    }
  const char *Status = Fails ? "FAIL" : isComplete(R) ? "PASS" : "ERROR";
  return {{"id", testId(C.Id)},
          {"origin", Names.Origin},
          {"build_id", Build},
          {"path", "holdfast." + C.Id},
          {"comment", C.Help},
          {"status", Status},
          {"log_excerpt", excerpt(Log + failures() + coverageLine(R) + "\n")},
          {"misc",
           {{"findings", Count},
            {"files", R.Cover.Files},
            {"failed", R.Cover.Failed.size()},
            {"complete", isComplete(R)}}}};
}

Json Submission::issue(const Finding &F) const {
  return {{"id", id(F.Fingerprint)},
          {"version", 1},
          {"origin", Names.Origin},
          {"report_subject", F.Message},
          {"culprit", {{"code", true}, {"tool", false}, {"harness", false}}},
          {"comment", F.Loc.File.str() + ": " + F.Message + " [" + F.Rule + "]"},
          {"misc", {{"check", F.Rule}, {"function", F.Function}}}};
}

Json Submission::incident(const Finding &F, unsigned Nth) const {
  return {
      {"id", id(Run + "." + F.Fingerprint + "." + std::to_string(Nth))},
      {"origin", Names.Origin},
      {"issue_id", id(F.Fingerprint)},
      {"issue_version", 1},
      {"test_id", testId(F.Rule)},
      {"present", true},
      {"comment", F.Loc.File.str() + ":" + std::to_string(F.Loc.Line) + ": " + F.Message},
      {"misc", {{"confidence", name(F.Sure)}}}};
}

std::string Submission::str() {
  Json J;
  J["version"] = {{"major", 5}, {"minor", 3}};
  if (Names.Build.empty())
    makeUpBuild(J);
  for (const char *Kind : {"tests", "issues", "incidents"})
    J[Kind] = Json::array();
  for (const CheckInfo &C : R.Checks)
    J["tests"].push_back(test(C));
  std::map<std::string, unsigned> Seen;
  for (const Finding &F : R.Findings) {
    unsigned Nth = ++Seen[F.Fingerprint];
    if (Nth == 1)
      J["issues"].push_back(issue(F));
    J["incidents"].push_back(incident(F, Nth));
  }
  return J.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace

std::string holdfast::kcidbReport(const Report &R, const KcidbNames &Names) {
  return Submission(R, Names).str();
}
