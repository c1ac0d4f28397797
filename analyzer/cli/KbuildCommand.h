// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_KBUILDCOMMAND_H
#define HOLDFAST_CLI_KBUILDCOMMAND_H

namespace CLI {
class App;
}

namespace holdfast {

/// Adds `holdfast kbuild` to \p App. Its run sets \p ExitCode.
void addKbuild(CLI::App &App, int &ExitCode);

} // namespace holdfast

#endif
