// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_CHECKCOMMAND_H
#define HOLDFAST_CLI_CHECKCOMMAND_H

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace holdfast {

/// Registers `holdfast check`. \p Flags is what followed `--` on the command
/// line; \p HasFlags says that there was one.
void addCheck(CLI::App &App, const std::vector<std::string> &Flags, bool HasFlags,
              int &ExitCode);

} // namespace holdfast

#endif
