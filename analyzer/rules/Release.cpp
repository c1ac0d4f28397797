// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/Release.h"
#include <algorithm>
#include <cctype>

namespace holdfast {

static bool isDigit(char C) {
  return std::isdigit(static_cast<unsigned char>(C)) != 0;
}

std::optional<Release> Release::parse(std::string_view Text) {
  Release R;
  while (true) {
    size_t Digits = 0;
    unsigned N = 0;
    while (Digits < Text.size() && isDigit(Text[Digits]))
      N = N * 10 + unsigned(Text[Digits++] - '0');
    if (Digits == 0 || Digits > 6)
      return std::nullopt;
    R.Numbers.push_back(N);
    Text.remove_prefix(Digits);
    if (Text.empty() || Text.front() != '.')
      break;
    Text.remove_prefix(1);
  }
  bool Suffix = !Text.empty() && (Text.front() == '-' || Text.front() == '+');
  if (R.Numbers.size() < 2 || (!Text.empty() && !Suffix))
    return std::nullopt;
  return R;
}

int compare(const Release &A, const Release &B) {
  size_t N = std::max(A.Numbers.size(), B.Numbers.size());
  for (size_t I = 0; I < N; ++I) {
    unsigned X = I < A.Numbers.size() ? A.Numbers[I] : 0;
    unsigned Y = I < B.Numbers.size() ? B.Numbers[I] : 0;
    if (X != Y)
      return X < Y ? -1 : 1;
  }
  return 0;
}

bool ReleaseRange::contains(const std::optional<Release> &R) const {
  if (!R)
    return !Before;
  return (!From || compare(*From, *R) <= 0) &&
         (!Before || compare(*R, *Before) < 0);
}

bool ReleaseRange::overlaps(const ReleaseRange &O) const {
  auto EndsBefore = [](const ReleaseRange &A, const ReleaseRange &B) {
    return A.Before && B.From && compare(*A.Before, *B.From) <= 0;
  };
  return !EndsBefore(*this, O) && !EndsBefore(O, *this);
}

static std::optional<Release> releaseOf(std::string_view Source) {
  size_t Open = Source.rfind('(');
  if (Open == std::string_view::npos || !Source.ends_with(')'))
    return std::nullopt;
  return Release::parse(Source.substr(Open + 1, Source.size() - Open - 2));
}

/// Is \p A a better release to quote for \p R than \p B?
static bool fitsBetter(const Release &A, const Release &B,
                       const std::optional<Release> &R) {
  bool ANewer = R && compare(A, *R) > 0, BNewer = R && compare(B, *R) > 0;
  if (ANewer != BNewer)
    return BNewer;
  return ANewer ? compare(A, B) < 0 : compare(A, B) > 0;
}

std::string sourcesFor(const std::string &Sources,
                       const std::optional<Release> &R) {
  std::vector<std::string> Parts;
  std::optional<Release> Best;
  for (size_t At = 0; At <= Sources.size();) {
    size_t End = std::min(Sources.find(", ", At), Sources.size());
    Parts.push_back(Sources.substr(At, End - At));
    At = End + 2;
    if (std::optional<Release> Of = releaseOf(Parts.back()))
      if (!Best || fitsBetter(*Of, *Best, R))
        Best = Of;
  }
  std::string Kept;
  for (const std::string &P : Parts)
    if (std::optional<Release> Of = releaseOf(P);
        !Of || compare(*Of, *Best) == 0)
      Kept += (Kept.empty() ? "" : ", ") + P;
  return Kept;
}

} // namespace holdfast
