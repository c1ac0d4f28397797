// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_SOLVE_KNOWNRESULTS_H
#define HOLDFAST_SOLVE_KNOWNRESULTS_H

#include "solve/Simulator.h"
#include "store/Digest.h"
#include "llvm/ADT/StringRef.h"

/// \file
/// What an earlier run found, for functions whose every input is as it was then.
namespace holdfast {

/// By which a result is known again.
struct ResultKeys {
  Digest Own;       ///< the function, and the summaries it asks for outside its component
  Digest Component; ///< Own of all members: decides the result
  Digest Summary;   ///< of what came out, as far as callers see it
};

/// The results in \p Content, by the functions of a program. Reads lazily: what is
/// not asked for costs next to nothing.
class KnownResults {
public:
  /// Null where \p Content is not what encodeResults() made. It is referred to.
  static std::unique_ptr<KnownResults> decode(llvm::StringRef Content, const Program &P);
  ~KnownResults();

  /// Null: nothing is known of \p F.
  const ResultKeys *keys(FunctionId F) const;
  /// The result that was kept with the keys; none where it cannot be read.
  /// Thread-safe.
  std::optional<FunctionResult> result(FunctionId F) const;

private:
  struct Content;
  explicit KnownResults(std::unique_ptr<Content> C);
  std::unique_ptr<Content> C;
};

/// \p Results and \p Keys are by function of \p P.
std::string encodeResults(const Program &P, const std::vector<FunctionResult> &Results,
                          const std::vector<ResultKeys> &Keys);

} // namespace holdfast

#endif
