// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_INPUT_H
#define HOLDFAST_CLI_INPUT_H

#include "cli/Analysis.h"
#include "cli/WorkFolder.h"
#include "frontend/Frontend.h"
#include "kbuild/KernelTree.h"
#include <memory>

namespace holdfast {

/// What there is to parse, and the tree that it is of.
struct Input {
  std::vector<CompileJob> Jobs; ///< by File
  KernelTree Tree;              ///< its Root is never empty
  std::string Kernel;           ///< the release whose rules apply; "": the newest
  std::vector<Coverage::Failure> Failed;  ///< what there would be more, but for these
  std::shared_ptr<const WorkFolder> Work; ///< has generated headers of the jobs, or null
};

/// What -p names (a database, what kbuild recorded), the module of --module, or the
/// files and flags of the command line.
llvm::Expected<Input> readInput(const AnalysisOptions &O);

} // namespace holdfast

#endif
