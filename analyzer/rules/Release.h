// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_RULES_RELEASE_H
#define HOLDFAST_RULES_RELEASE_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// A kernel release, compared by number: 6.1 < 6.1.192 < 6.12. A suffix
/// (`-rc3`, `+`, `-18-amd64`) is part of no comparison.
struct Release {
  std::vector<unsigned> Numbers;

  /// Nothing when \p Text is no release such as 6.1, 6.12.117 or 6.13-rc2.
  static std::optional<Release> parse(std::string_view Text);
};

/// Negative, zero or positive as \p A is older than, the same as or newer than
/// \p B. Numbers left out are zero.
int compare(const Release &A, const Release &B);

/// The releases a fact holds for: From <= R < Before, either may be open.
struct ReleaseRange {
  std::optional<Release> From;
  std::optional<Release> Before;

  /// \p R empty means the newest release there is.
  bool contains(const std::optional<Release> &R) const;
  bool overlaps(const ReleaseRange &O) const;
};

/// Of sources such as `a.c:1 (6.12), b.c:2 (6.1)` those that fit \p R best:
/// the newest that are not newer than it. Documents always stay.
std::string sourcesFor(const std::string &Sources,
                       const std::optional<Release> &R);

} // namespace holdfast

#endif
