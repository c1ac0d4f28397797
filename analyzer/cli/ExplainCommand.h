// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_EXPLAINCOMMAND_H
#define HOLDFAST_CLI_EXPLAINCOMMAND_H

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace holdfast {

/// Registers `holdfast explain FUNCTION`: how it is entered, what it requires,
/// what it does to locks, and who calls it holding what.
void addExplain(CLI::App &App, const std::vector<std::string> &Flags, bool HasFlags,
                int &ExitCode);

} // namespace holdfast

#endif
