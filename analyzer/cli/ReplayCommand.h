// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_REPLAYCOMMAND_H
#define HOLDFAST_CLI_REPLAYCOMMAND_H

namespace CLI {
class App;
}

namespace holdfast {

/// Registers `holdfast replay`: the runtime half. When it is on the command line
/// it runs during App.parse() and sets \p ExitCode: 0 clean, 1 findings, 2 usage
/// and configuration, 3 incomplete.
void addReplay(CLI::App &App, int &ExitCode);

} // namespace holdfast

#endif
