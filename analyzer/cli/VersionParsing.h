// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_VERSIONPARSING_H
#define HOLDFAST_CLI_VERSIONPARSING_H

#include "cli/Parsing.h"
#include <map>
#include <optional>

namespace holdfast {

/// One version of the sources, parsed. Units that the overlays have no say in are
/// shared by all versions.
struct ParsedVersion {
  struct Item {
    std::string File; ///< as in the job
    std::shared_ptr<const ParseResult> Result;
    Digest Name; ///< as ParsedUnits::Names
  };
  std::vector<Item> Units; ///< in the order of the jobs; fewer if interrupted
};

/// Parses several versions of one tree, which differ by an overlay each. All
/// overlays must have entries for the same paths: what asks for none of them is the
/// same in every version, and is parsed or loaded once.
class VersionParser {
public:
  VersionParser(const Rules &R, const std::string &Tree, const AnalysisOptions &O);
  ~VersionParser() { closeStore(S.get()); }

  ParsedVersion parse(const std::vector<CompileJob> &Jobs, const OverlayPtr &Over);

  /// May be null.
  Store *store() const { return S.get(); }

private:
  struct Run;
  struct Named {
    std::shared_ptr<ParseResult> Result;
    Digest Name;
  };

  void load(Run &R, size_t I);
  void parseOne(Run &R, Frontend &FE, size_t I);
  void keepShared(Run &R);
  std::vector<size_t> missing(const Run &R) const;
  ParsedVersion collect(const Run &R) const;

  const AnalysisOptions &O;
  Frontend Base; ///< knows the bodies of the shared units alone
  std::unique_ptr<Store> S;
  std::map<std::string, Named> Shared; ///< by File
};

/// Is every unit of \p A in \p B with the same lock program, and the other way round?
/// Then so are the findings, but for their places.
bool sameProgram(const ParsedVersion &A, const ParsedVersion &B);

} // namespace holdfast

#endif
