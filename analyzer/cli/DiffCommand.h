// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_DIFFCOMMAND_H
#define HOLDFAST_CLI_DIFFCOMMAND_H

namespace CLI {
class App;
}

namespace holdfast {

/// Registers `holdfast diff`, which reports what a change introduces and what it
/// fixes. Sets \p ExitCode as `check` does, where what counts is introduced.
void addDiff(CLI::App &App, int &ExitCode);

} // namespace holdfast

#endif
