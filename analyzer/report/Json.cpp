// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/Report.h"
#include <nlohmann/json.hpp>

using namespace holdfast;
using Json = nlohmann::ordered_json;

static Json place(const Location &L) {
  Json J;
  J["file"] = L.File.str();
  J["line"] = L.Line;
  J["column"] = L.Column;
  return J;
}

static Json fix(const Fix &Mend) {
  Json J;
  J["message"] = Mend.Message;
  J["edits"] = Json::array();
  for (const Edit &E : Mend.Edits) {
    Json One = place(E.At);
    One["insert"] = E.Insert;
    J["edits"].push_back(std::move(One));
  }
  return J;
}

static Json finding(const Finding &F) {
  Json J;
  J["rule"] = F.Rule;
  J["level"] = name(F.Severity);
  J["confidence"] = name(F.Sure);
  J["function"] = F.Function;
  J.update(place(F.Loc));
  J["message"] = F.Message;
  J["lock"] = {{"class", F.LockClass}, {"required", F.Required}, {"held", F.Held}};
  J["steps"] = Json::array();
  for (const Step &S : F.Steps) {
    Json Step = place(S.Loc);
    Step["function"] = S.Function;
    Step["message"] = S.Message;
    J["steps"].push_back(std::move(Step));
  }
  if (!F.Advice.empty())
    J["advice"] = F.Advice;
  if (F.Mend)
    J["fix"] = fix(*F.Mend);
  J["fingerprint"] = F.Fingerprint;
  return J;
}

static Json coverage(const Coverage &C) {
  Json J;
  J["files"] = C.Files;
  J["failed"] = Json::array();
  for (const Coverage::Failure &F : C.Failed)
    J["failed"].push_back({{"file", F.File}, {"why", F.Why}});
  J["functions"] = C.Functions;
  J["indirect_calls"] = {{"resolved", C.IndirectResolved},
                         {"unresolved", C.IndirectUnresolved}};
  J["imprecise"] = C.Imprecise;
  J["interrupted"] = C.Interrupted;
  return J;
}

static Json filtered(const Filtered &Left) {
  Json J;
  J["suppressed"] = Left.Suppressed;
  J["baselined"] = Left.Baselined;
  J["unused"] = Json::array();
  for (const Filtered::Unused &U : Left.Idle)
    J["unused"].push_back({{"file", U.File}, {"line", U.Line}, {"message", U.Message}});
  return J;
}

/// What all reports begin with.
static Json head(const std::string &ToolVersion, const std::string &Kernel,
                 const Coverage &C) {
  Json J;
  J["version"] = 1;
  J["tool"] = {{"name", "holdfast"}, {"version", ToolVersion}};
  J["tree"] = {{"kernel", Kernel}};
  J["coverage"] = coverage(C);
  return J;
}

static std::string text(const Json &J) {
  return J.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string holdfast::jsonReport(const Report &R) {
  Json J = head(R.ToolVersion, R.Kernel, R.Cover);
  if (R.Left.Asked)
    J["filtered"] = filtered(R.Left);
  J["findings"] = Json::array();
  for (const Finding &F : R.Findings)
    J["findings"].push_back(finding(F));
  return text(J);
}

static void addAll(Json &To, const std::vector<Finding> &All, const std::string &Change) {
  for (const Finding &F : All) {
    To.push_back(finding(F));
    if (!Change.empty())
      To.back()["change"] = Change;
  }
}

std::string holdfast::diffJsonReport(const DiffReport &R) {
  Json J = head(R.ToolVersion, R.Kernel, R.Cover);
  J["findings"] = Json::array();
  J["fixed"] = Json::array();
  for (const StepReport &S : R.Steps) {
    addAll(J["findings"], S.Introduced, S.Title);
    addAll(J["fixed"], S.Fixed, S.Title);
  }
  return text(J);
}
