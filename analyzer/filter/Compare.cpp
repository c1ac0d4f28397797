// SPDX-License-Identifier: GPL-2.0-or-later
//
// When is a finding the one that was there before?
//
// Lines move, so places say nothing. Three looks, each at what the one before left
// over, and each finding is used up once:
//
//   the fingerprint and the text of the line: the same call, further down;
//   the fingerprint: of two calls in one function with the same path one may go and
//     another come, and what counts is how many there are;
//   the function, the lock, and where the path ends: the change leads to the same
//     place through another wrapper. It was wrong before, and the change neither
//     mends it nor makes it worse.
//
// Two calls with one fingerprint where there was one: that whose line is new is the
// one reported, which is why the text is looked at first.
#include "filter/Compare.h"
#include <map>

using namespace holdfast;

namespace {

/// What two findings must share to be one.
using Key = std::vector<std::string>;
using KeyOf = std::function<Key(const Finding &, const LineText &)>;

Key byLine(const Finding &F, const LineText &Line) {
  return {F.Fingerprint, Line(F.Loc)};
}

Key byPath(const Finding &F, const LineText &) { return {F.Fingerprint}; }

Key byEnd(const Finding &F, const LineText &) {
  std::string End = F.Steps.empty() ? F.Message : F.Steps.back().Message;
  return {F.Rule, F.Function, F.LockClass, F.Required, End};
}

/// Marks what is on both sides.
class Matching {
public:
  Matching(const std::vector<Finding> &Old, const std::vector<Finding> &New)
      : Old(Old), New(New), OldUsed(Old.size()), NewUsed(New.size()) {}

  void match(const KeyOf &Of, const LineText &OldLine, const LineText &NewLine) {
    std::map<Key, std::vector<size_t>> Free;
    for (size_t I = Old.size(); I-- > 0;)
      if (!OldUsed[I])
        Free[Of(Old[I], OldLine)].push_back(I);
    for (size_t I = 0; I < New.size(); ++I) {
      if (NewUsed[I])
        continue;
      auto It = Free.find(Of(New[I], NewLine));
      if (It == Free.end() || It->second.empty())
        continue;
      OldUsed[It->second.back()] = NewUsed[I] = true;
      It->second.pop_back();
    }
  }

  const std::vector<Finding> &Old, &New;
  std::vector<bool> OldUsed, NewUsed;
};

std::vector<Finding> leftOver(std::vector<Finding> All, const std::vector<bool> &Used) {
  std::vector<Finding> Out;
  for (size_t I = 0; I < All.size(); ++I)
    if (!Used[I])
      Out.push_back(std::move(All[I]));
  return Out;
}

} // namespace

Comparison holdfast::compareFindings(std::vector<Finding> Old, std::vector<Finding> New,
                                     const LineText &OldLine, const LineText &NewLine) {
  Matching M(Old, New);
  for (const KeyOf &Of : {KeyOf(byLine), KeyOf(byPath), KeyOf(byEnd)})
    M.match(Of, OldLine, NewLine);
  std::vector<bool> OldUsed = std::move(M.OldUsed), NewUsed = std::move(M.NewUsed);
  return {leftOver(std::move(New), NewUsed), leftOver(std::move(Old), OldUsed)};
}
