// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_CACHECOMMAND_H
#define HOLDFAST_CLI_CACHECOMMAND_H

namespace CLI {
class App;
}

namespace holdfast {

/// Registers `holdfast cache`, which shows, limits, prunes and clears the store.
/// Sets \p ExitCode: 0, or 2 for usage and for a store that cannot be changed.
void addCache(CLI::App &App, int &ExitCode);

} // namespace holdfast

#endif
