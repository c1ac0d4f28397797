// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_RULESCOMMAND_H
#define HOLDFAST_CLI_RULESCOMMAND_H

#include <CLI/CLI.hpp>

namespace holdfast {

/// Adds `holdfast rules`. When it runs it leaves its exit code in \p ExitCode:
/// 0, or 2 when the rules, the release or the name are no good.
void addRules(CLI::App &App, int &ExitCode);

} // namespace holdfast

#endif
