// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_RULES_RULESDIR_H
#define HOLDFAST_RULES_RULESDIR_H

#include <string>

namespace holdfast {

/// Where the rules are when nobody says so: $HOLDFAST_RULES, else next to the
/// executable (installed, then in a build tree), else where the sources were.
std::string defaultRulesDir();

} // namespace holdfast

#endif
