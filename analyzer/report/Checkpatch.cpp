// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// What scripts/checkpatch.pl --terse prints, for the robots and editors that
/// read that. Its levels are ERROR, WARNING and CHECK; there is one line for each
/// problem, so the path to a finding is left out.
#include "report/Report.h"

using namespace holdfast;

static const char *const Names[] = {"CHECK", "WARNING", "ERROR"};

static std::string line(const std::string &File, unsigned Line, Level L,
                        const std::string &Message) {
  return File + ":" + std::to_string(Line) + ": " + Names[int(L)] + ": " + Message + "\n";
}

std::string holdfast::checkpatchReport(const Report &R) {
  std::string S;
  size_t Count[3] = {0, 0, 0};
  auto add = [&](const std::string &File, unsigned Line, Level L,
                 const std::string &Message) {
    S += line(File, Line, L, Message);
    ++Count[int(L)];
  };
  for (const Finding &F : R.Findings)
    add(F.Loc.File.str(), F.Loc.Line, F.Severity, F.Message + " [" + F.Rule + "]");
  for (const Filtered::Unused &U : R.Left.Idle)
    add(U.File, U.Line, Level::Note, U.Message);
  for (const Coverage::Failure &F : R.Cover.Failed)
    add(F.File, 1, Level::Error, "not analyzed: " + F.Why);
  S += "total: " + std::to_string(Count[2]) + " errors, " + std::to_string(Count[1]) +
       " warnings, " + std::to_string(Count[0]) + " checks, " +
       std::to_string(R.Cover.Files) + " files checked";
  if (R.Left.Asked)
    S += ", " + std::to_string(R.Left.Suppressed) + " suppressed, " +
         std::to_string(R.Left.Baselined) + " in the baseline";
  if (R.Cover.Interrupted)
    S += ", INTERRUPTED";
  return S + "\n";
}
