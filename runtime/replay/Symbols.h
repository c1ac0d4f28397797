// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once
#include <set>
#include <string>

namespace holdfast {

/// The global names of relocatable objects.
struct Symbols {
  std::set<std::string> Defined, Undefined;
  /// Adds those of an x86-64 object; throws ReplayError if it is none.
  void add(const std::string &Path);
  /// What no object defines.
  std::set<std::string> missing() const;
};

} // namespace holdfast
