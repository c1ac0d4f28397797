// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_GRAPHCOMMAND_H
#define HOLDFAST_CLI_GRAPHCOMMAND_H

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace holdfast {

/// Registers `holdfast graph`: which lock classes are waited for with which held, and
/// one place for each.
void addGraph(CLI::App &App, const std::vector<std::string> &Flags, bool HasFlags,
              int &ExitCode);

} // namespace holdfast

#endif
