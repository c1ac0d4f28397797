// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_PARSING_H
#define HOLDFAST_CLI_PARSING_H

#include "cli/Analysis.h"
#include "frontend/Frontend.h"
#include "kbuild/KernelTree.h"

namespace holdfast {

/// The lock programs of all units, in the order of \p Jobs: from the store where
/// it has them, parsed where it does not. Those that fail are listed in \p Cover.
std::vector<TranslationUnit> parseAll(Frontend &FE, const std::vector<CompileJob> &Jobs,
                                      const KernelTree &Tree, const AnalysisOptions &O,
                                      Coverage &Cover);

} // namespace holdfast

#endif
