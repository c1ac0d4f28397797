// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_UNCHECKED_H
#define HOLDFAST_CHECKS_UNCHECKED_H

#include "link/Program.h"
#include "model/Finding.h"
#include <set>
#include <utility>

namespace holdfast {

/// Where the tree asks that nothing be reported. Nor is what is demanded by way of such
/// code: whoever turns the analysis off knows of a reason that it cannot see.
class UncheckedPlaces {
public:
  explicit UncheckedPlaces(const Program &Prog);

  /// Does \p F stand in unchecked code, or is it a demand that leads through some?
  bool covers(const Finding &F) const;

private:
  bool covers(const Location &L, const std::string &Function) const;

  std::set<std::pair<Symbol, std::string>> Functions; ///< by file and name
  std::set<Location> Places;
};

} // namespace holdfast

#endif
