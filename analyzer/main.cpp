// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/CacheCommand.h"
#include "cli/CheckCommand.h"
#include "cli/CompdbCommand.h"
#include "cli/DiffCommand.h"
#include "cli/ExplainCommand.h"
#include "cli/GraphCommand.h"
#include "cli/HookCommand.h"
#include "cli/KbuildCommand.h"
#include "cli/ReplayCommand.h"
#include "cli/RulesCommand.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

/// \p First is the first word of the command line.
static int usageError(const CLI::App &App, const std::string &First,
                      const std::string &What) {
  std::string Text = What, Help = "holdfast";
  if (!App.get_subcommands([&](const CLI::App *Sub) { return Sub->get_name() == First; })
           .empty())
    Help += " " + First;
  else if (!First.empty())
    Text = (First[0] == '-' ? "unknown option " : "no command ") + First;
  std::fprintf(stderr, "holdfast: error: %s\nholdfast: try '%s --help'\n", Text.c_str(),
               Help.c_str());
  return 2;
}

int main(int Argc, char **Argv) {
  llvm::CrashRecoveryContext::Enable();
  // What follows `--` is for the compiler, whatever it looks like.
  std::vector<std::string> Args(Argv + 1, Argv + Argc), Flags;
  auto Dashes = std::find(Args.begin(), Args.end(), "--");
  bool HasFlags = Dashes != Args.end();
  if (HasFlags)
    Flags.assign(Dashes + 1, Args.end());
  Args.erase(Dashes, Args.end());

  CLI::App App("Holdfast: a lock-order and lock-ownership checker for the Linux kernel.",
               "holdfast");
  App.set_version_flag("--version", HOLDFAST_VERSION);
  App.require_subcommand(1);
  App.footer("Exit: 0 nothing found, 1 findings, 2 usage or configuration, 3 incomplete.\n"
             "'holdfast COMMAND --help' tells more.");
  int ExitCode = 0;
  holdfast::addCheck(App, Flags, HasFlags, ExitCode);
  holdfast::addDiff(App, ExitCode);
  holdfast::addExplain(App, Flags, HasFlags, ExitCode);
  holdfast::addGraph(App, Flags, HasFlags, ExitCode);
  holdfast::addCompdb(App, ExitCode);
  holdfast::addKbuild(App, ExitCode);
  holdfast::addReplay(App, ExitCode);
  holdfast::addRules(App, ExitCode);
  holdfast::addCache(App, ExitCode);
  holdfast::addHook(App, ExitCode);
  std::reverse(Args.begin(), Args.end()); // as CLI11 wants them
  try {
    App.parse(std::vector<std::string>(Args));
  } catch (const CLI::ParseError &E) {
    if (E.get_exit_code() == 0)
      return App.exit(E); // --help, --version
    return usageError(App, Args.empty() ? "" : Args.back(), E.what());
  }
  return ExitCode;
}
