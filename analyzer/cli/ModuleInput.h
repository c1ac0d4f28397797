// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_MODULEINPUT_H
#define HOLDFAST_CLI_MODULEINPUT_H

#include "cli/Analysis.h"
#include "cli/WorkFolder.h"
#include "llvm/ADT/StringRef.h"

namespace holdfast {

/// How an out-of-tree module is compiled.
struct RecordedModule {
  std::string Database;             ///< the file; "" if it was interrupted
  std::string Release;              ///< of the headers
  std::vector<std::string> Failed;  ///< what kbuild could not do
  std::unique_ptr<WorkFolder> Work; ///< where the database and generated headers are
};

/// The subfolder of a store with the work folders of modules.
constexpr const char ModuleFolders[] = "modules";

/// Is the value of --kernel a folder, not a version?
bool namesFolder(llvm::StringRef Kernel);

/// Records the module of \p O against the headers that --kernel names. The module's
/// folder and the headers are only read. Without O.NoCache the work folder stays in the
/// store, so that the commands, and with them what they are found by there, are the
/// same the next time.
llvm::Expected<RecordedModule> recordModule(const AnalysisOptions &O);

} // namespace holdfast

#endif
