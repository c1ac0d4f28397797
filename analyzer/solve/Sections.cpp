// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Sections that a task may be in many times over: RCU's read side, preemption
/// or interrupts disabled. They are counted rather than put into the lockset,
/// which would tell states apart by them: twice the states for every function
/// that disables interrupts, for the sake of what two checks ask. Where paths
/// meet, the least and the most stay, so that a section is only ever claimed where
/// all of them are in it, or none.
#include "solve/State.h"
#include <algorithm>

using namespace holdfast;

/// What a loop can count to that enters a section more often than it leaves it.
static constexpr int MaxDepth = 3;

void State::enterSection(const Section &S) {
  auto It =
      std::lower_bound(Sections.begin(), Sections.end(), S.Class,
                       [](const Section &A, Symbol Class) { return A.Class < Class; });
  if (It == Sections.end() || It->Class != S.Class)
    It = Sections.insert(It, {S.Class, 0, 0, {}});
  It->Least = std::clamp(It->Least + S.Least, -MaxDepth, MaxDepth);
  It->Most = std::clamp(It->Most + S.Most, -MaxDepth, MaxDepth);
  It->Where = S.Where;
  if (!It->Least && !It->Most)
    Sections.erase(It);
}

Section State::sectionOf(Symbol Class) const {
  for (const Section &S : Sections)
    if (S.Class == Class)
      return S;
  return {Class, 0, 0, {}};
}

void State::joinSections(const std::vector<Section> &Other, bool &Changed) {
  auto widen = [&](Section To) {
    Section Mine = sectionOf(To.Class);
    To.Least = std::min(To.Least, Mine.Least);
    To.Most = std::max(To.Most, Mine.Most);
    if (To.Least == Mine.Least && To.Most == Mine.Most)
      return;
    Changed = true;
    enterSection({To.Class, To.Least - Mine.Least, To.Most - Mine.Most,
                  Mine.Where ? Mine.Where : To.Where});
  };
  for (const Section &S : std::vector<Section>(Sections))
    if (std::none_of(Other.begin(), Other.end(),
                     [&](const Section &O) { return O.Class == S.Class; }))
      widen({S.Class, 0, 0, {}});
  for (const Section &S : Other)
    widen(S);
}
