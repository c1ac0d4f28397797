// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_PARSING_H
#define HOLDFAST_CLI_PARSING_H

#include "cli/Analysis.h"
#include "frontend/Frontend.h"
#include "kbuild/KernelTree.h"
#include "store/Store.h"

namespace holdfast {

/// The store that the options name; null where there is to be none. Without a home
/// folder there is none either, which is said on stderr.
std::unique_ptr<Store> openStore(const AnalysisOptions &O, const Frontend &FE);
/// To be called once, at the end: says on stderr what the user has to know.
void closeStore(Store *S);

/// The lock programs of units, and the names under which the store has them.
struct ParsedUnits {
  std::vector<TranslationUnit> Units;
  std::vector<Digest> Names; ///< by unit; Digest() for what could not be stored
};

/// The lock programs of all units, in the order of \p Jobs: from the store where
/// it (may be null) has them, parsed where it does not. Those that fail are listed in \p
/// Cover.
ParsedUnits parseAll(Frontend &FE, Store *S, const std::vector<CompileJob> &Jobs,
                     const KernelTree &Tree, const AnalysisOptions &O, Coverage &Cover);

} // namespace holdfast

#endif
