// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/RulesCommand.h"
#include "rules/RuleLoader.h"
#include "rules/RulesDir.h"
#include "rules/RulesText.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>

namespace holdfast {

namespace {
struct Options {
  std::string Kernel;
  std::string Dir;
  std::string Format = "text";
  std::string Name;
};
} // namespace

static int run(const Options &O) {
  std::string Dir = O.Dir.empty() ? defaultRulesDir() : O.Dir;
  llvm::Expected<Rules> R = loadRules(Dir, O.Kernel);
  if (!R) {
    llvm::errs() << "holdfast: error: " << llvm::toString(R.takeError())
                 << '\n';
    return 2;
  }
  std::vector<RuleLine> Lines = listRules(*R, O.Name);
  if (Lines.empty()) {
    llvm::errs() << "holdfast: error: no rule for '" << O.Name << "'"
                 << (O.Kernel.empty() ? "" : " in kernel " + O.Kernel)
                 << "; 'holdfast rules' without a name lists them all\n";
    return 2;
  }
  if (O.Format == "json")
    llvm::outs() << rulesJson(*R, Lines);
  else
    llvm::outs() << rulesText(*R, Lines);
  return 0;
}

void addRules(CLI::App &App, int &ExitCode) {
  CLI::App *Cmd = App.add_subcommand(
      "rules", "List the checks, and what is known of the kernel's functions");
  auto O = std::make_shared<Options>();
  Cmd->add_option("--kernel", O->Kernel,
                  "The kernel release, such as 6.1 or 6.12.117 "
                  "(default: the newest known)")
      ->type_name("VERSION");
  Cmd->add_option("--rules", O->Dir,
                  "The directory of the rules (default: $HOLDFAST_RULES, else "
                  "those that came with Holdfast)")
      ->type_name("DIR");
  Cmd->add_option("--format", O->Format, "text or json (default: text)")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  Cmd->add_option("NAME", O->Name,
                  "Only what is known of this function, macro, slot, field, "
                  "lock class or check")
      ->type_name(" ");
  Cmd->footer("Exit: 0 listed, 2 usage, broken rules or no such name.\n\n"
              "Example: holdfast rules --kernel 6.1 vm_operations_struct::fault");
  Cmd->callback([O, &ExitCode] { ExitCode = run(*O); });
}

} // namespace holdfast
