// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_COMPDBCOMMAND_H
#define HOLDFAST_CLI_COMPDBCOMMAND_H

namespace CLI {
class App;
}

namespace holdfast {

/// Registers `holdfast compdb`. When it is on the command line, it runs during
/// App.parse() and sets \p ExitCode: 0, 2 for usage and configuration, 3 if a
/// part could not be recorded or it was interrupted.
void addCompdb(CLI::App &App, int &ExitCode);

} // namespace holdfast

#endif
