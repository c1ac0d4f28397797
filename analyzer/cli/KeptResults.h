// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_KEPTRESULTS_H
#define HOLDFAST_CLI_KEPTRESULTS_H

#include "checks/Checked.h"
#include "cli/Analysis.h"
#include "cli/Progress.h"
#include "frontend/Frontend.h"
#include "store/Store.h"
#include "llvm/ADT/DenseMap.h"

namespace holdfast {

/// Solves and checks the programs of one database, one after the other, each with what
/// is known from those before it and from earlier runs.
class KeptResults {
public:
  /// \p S may be null. What is new of \p Jobs is kept in it.
  KeptResults(const Rules &R, const AnalysisOptions &O, Store *S,
              const std::vector<CompileJob> &Jobs);

  /// \p Changed: the program is not as the database has it, but a change of the one
  /// solved before. Nothing of it is kept.
  Solution solve(const Program &P, bool Changed = false);

  /// Links, solves and checks, unless that was done before. \p Names are the units'
  /// digests; one that is not known is Digest().
  Checked check(llvm::function_ref<std::vector<TranslationUnit>()> Units,
                const std::vector<Digest> &Names, PhaseTimes &Times,
                bool Changed = false);

private:
  const std::string &known(Digest Name);

  const Rules &R;
  const AnalysisOptions &O;
  Store *S;
  Digest Database;
  llvm::DenseMap<Digest, std::string> Known; ///< solutions by name; empty: none
};

} // namespace holdfast

#endif
