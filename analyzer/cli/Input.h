// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_INPUT_H
#define HOLDFAST_CLI_INPUT_H

#include "cli/Analysis.h"
#include "frontend/Frontend.h"
#include "kbuild/KernelTree.h"

namespace holdfast {

/// What there is to parse, and the tree that it is of.
struct Input {
  std::vector<CompileJob> Jobs; ///< by File
  KernelTree Tree;              ///< its Root is never empty
};

/// The database of -p, or the files and flags of the command line.
llvm::Expected<Input> readInput(const AnalysisOptions &O);

} // namespace holdfast

#endif
