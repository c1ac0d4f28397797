// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/Report.h"

using namespace holdfast;

static std::string place(const Location &L) {
  return L ? L.File.str() + ":" + std::to_string(L.Line) + ":" +
                 std::to_string(L.Column) + ": "
           : std::string();
}

static std::string count(size_t N, const std::string &What) {
  return std::to_string(N) + " " + What + (N == 1 ? "" : "s");
}

bool holdfast::isComplete(const Report &R) {
  return R.Cover.Failed.empty() && !R.Cover.Interrupted;
}

std::string holdfast::coverageLine(const Report &R) {
  const Coverage &C = R.Cover;
  std::string S = count(R.Findings.size(), "finding");
  if (R.Left.Asked)
    S += " (" + std::to_string(R.Left.Suppressed) + " suppressed, " +
         std::to_string(R.Left.Baselined) + " in the baseline)";
  S += "; " + count(C.Files, "file") + " analyzed, " + std::to_string(C.Failed.size()) +
       " failed; " + count(C.Functions, "function") + ", " +
       std::to_string(C.Imprecise.size()) +
       " imprecise; indirect calls: " + std::to_string(C.IndirectResolved) +
       " resolved, " + std::to_string(C.IndirectUnresolved) + " unresolved";
  if (!R.Kernel.empty())
    S += "; kernel " + R.Kernel;
  if (C.Interrupted)
    S += "; INTERRUPTED, not everything was looked at";
  return S;
}

std::string holdfast::findingText(const Finding &F) {
  std::string S =
      place(F.Loc) + name(F.Severity) + ": " + F.Message + " [" + F.Rule + "]\n";
  for (const Step &St : F.Steps)
    S += place(St.Loc) + "note: " + St.Message + "\n";
  if (!F.Advice.empty())
    S += place(F.Loc) + "note: use " + F.Advice + "\n";
  return S;
}

static std::string text(const std::vector<Coverage::Failure> &Failed) {
  std::string S;
  for (const Coverage::Failure &F : Failed)
    S += F.File + ": not analyzed: " + F.Why + "\n";
  return S;
}

std::string holdfast::textReport(const Report &R) {
  std::string S;
  for (const Finding &F : R.Findings)
    S += findingText(F);
  for (const Filtered::Unused &U : R.Left.Idle)
    S += U.File + ":" + std::to_string(U.Line) + ": note: " + U.Message + "\n";
  return S + text(R.Cover.Failed) + coverageLine(R) + "\n";
}

std::string holdfast::diffTerseReport(const DiffReport &R) {
  std::string S;
  for (const StepReport &Step : R.Steps)
    for (const Finding &F : Step.Introduced)
      S += F.Loc.File.str() + ":" + std::to_string(F.Loc.Line) + ": " +
           (F.Severity == Level::Error ? "ERROR: " : "WARNING: ") + F.Message + " [" +
           F.Rule + "]\n";
  return S + text(R.Cover.Failed);
}

std::string holdfast::diffTextReport(const DiffReport &R) {
  std::string S;
  size_t Introduced = 0, Fixed = 0;
  for (const StepReport &Step : R.Steps) {
    Introduced += Step.Introduced.size();
    Fixed += Step.Fixed.size();
    if (!Step.Title.empty())
      S += Step.Title + ": " + std::to_string(Step.Introduced.size()) + " introduced, " +
           std::to_string(Step.Fixed.size()) + " fixed\n";
    for (const Finding &F : Step.Introduced)
      S += findingText(F);
    for (const Finding &F : Step.Fixed)
      S += "fixed: " + place(F.Loc) + F.Message + " [" + F.Rule + "]\n";
  }
  const Coverage &C = R.Cover;
  S += text(C.Failed) + std::to_string(Introduced) + " introduced, " +
       std::to_string(Fixed) + " fixed; " + count(C.Files, "file") + " looked at, " +
       std::to_string(C.Failed.size()) + " failed";
  if (!R.Kernel.empty())
    S += "; kernel " + R.Kernel;
  if (C.Interrupted)
    S += "; INTERRUPTED, not everything was looked at";
  return S + "\n";
}
