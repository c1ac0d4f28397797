// SPDX-License-Identifier: GPL-2.0-or-later
#include "filter/Filter.h"

using namespace holdfast;

/// Does any of the lists take \p X out? All are asked, so that each knows.
static bool suppressed(std::vector<Suppressions> &Lists, const Finding &X) {
  bool Covered = false;
  for (Suppressions &L : Lists)
    Covered |= L.covers(X);
  return Covered;
}

void holdfast::filterFindings(std::vector<Finding> All, Filter &F, Report &R) {
  R.Left.Asked = !F.Lists.empty() || F.Known;
  for (Finding &X : All) {
    bool Suppressed = suppressed(F.Lists, X);
    bool Known = !Suppressed && F.Known && F.Known->covers(X);
    bool Usual = F.Advice || X.Severity > Level::Note;
    if (!F.Checks.matches(X.Rule, Usual) || X.Sure < F.Least ||
        (F.Selected && !F.Selected(X)))
      continue;
    if (F.AddToBaseline && !Suppressed && !Known) {
      F.Known->add(X);
      Known = true;
    }
    R.Left.Suppressed += Suppressed;
    R.Left.Baselined += Known;
    if (Suppressed || Known)
      continue;
    if (X.Severity == Level::Warning && F.AsErrors.matches(X.Rule, false))
      X.Severity = Level::Error;
    R.Findings.push_back(std::move(X));
  }
}
