// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_HOOKCOMMAND_H
#define HOLDFAST_CLI_HOOKCOMMAND_H

namespace CLI {
class App;
}

namespace holdfast {

/// Registers `holdfast hook`, which writes git hooks that run `holdfast diff`, takes
/// them away again, and tells which are there. Sets \p ExitCode: 0, or 2 for usage
/// and for a repository where it cannot be done.
void addHook(CLI::App &App, int &ExitCode);

} // namespace holdfast

#endif
