// SPDX-License-Identifier: GPL-2.0-or-later
//
// Both sides of a change.
//
// Every version is the whole program: a patch may break a function that it does not
// touch, in a file that it does not touch. What saves time is that nearly all of it
// is the same on both sides:
//
//   parse   units that read none of the changed files are parsed or loaded once
//           (cli/VersionParsing.h);
//   solve   where the lock programs of both sides are the same but for their places,
//           as of a change to comments, to documentation, to code that does nothing
//           with locks, neither side is solved: no finding can have come or gone.
//
// Versions are solved one at a time and only their findings are kept, so a range of
// a hundred commits takes no more memory than one version.
#include "cli/DiffAnalysis.h"
#include "cli/Interrupt.h"
#include "cli/KeptResults.h"
#include "cli/VersionParsing.h"
#include "cli/Versions.h"
#include "filter/Compare.h"
#include "kbuild/Paths.h"
#include "rules/RuleLoader.h"
#include "rules/RulesDir.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Path.h"
#include <cstdio>

using namespace holdfast;

namespace {

/// The lines of one version's files, read when they are asked for.
class SourceLines {
public:
  SourceLines(const KernelTree &Tree, OverlayPtr Over)
      : Tree(Tree), Over(std::move(Over)) {}

  std::string at(const Location &L) {
    auto [It, New] = Files.try_emplace(L.File);
    if (New)
      It->second = text(L.File.str());
    llvm::SmallVector<llvm::StringRef, 0> &Lines = Split[L.File];
    if (New)
      llvm::StringRef(It->second).split(Lines, '\n');
    return L.Line && L.Line <= Lines.size() ? Lines[L.Line - 1].trim().str() : "";
  }

private:
  std::string text(const std::string &File) const {
    std::string Path = absolute(File, Tree.Root);
    const FileOverlay::Entry *E = Over->find(Path);
    return E && E->What != FileOverlay::AsOnDisk ? E->Content : readText(Path);
  }

  const KernelTree &Tree;
  OverlayPtr Over;
  std::map<Symbol, std::string> Files;
  std::map<Symbol, llvm::SmallVector<llvm::StringRef, 0>> Split;
};

class DiffAnalysis {
public:
  DiffAnalysis(const DiffAnalysisOptions &O, const Input &In, const Rules &R)
      : O(O), In(In), Parser(R, In.Tree.Root, O.Analyze),
        Kept(R, O.Analyze, Parser.store(), In.Jobs) {}

  DiffReport run(const ChangeSet &Set, std::vector<std::string> &Notes);

private:
  StepReport compare(const ChangeStep &S);
  const std::vector<Finding> &findingsOf(size_t Version);
  void cover(DiffReport &Out) const;

  const DiffAnalysisOptions &O;
  const Input &In;
  VersionParser Parser;
  KeptResults Kept;
  std::vector<VersionInput> Inputs;
  std::vector<ParsedVersion> Parsed;
  std::map<size_t, std::vector<Finding>> Findings; ///< of versions already solved
  Coverage Solved;                                 ///< of the version solved last
  PhaseTimes Times;
};

std::vector<TranslationUnit> unitsOf(const ParsedVersion &V) {
  std::vector<TranslationUnit> Units;
  for (const ParsedVersion::Item &I : V.Units)
    if (I.Result->Error.empty())
      Units.push_back(I.Result->Unit);
  return Units;
}

const std::vector<Finding> &DiffAnalysis::findingsOf(size_t Version) {
  auto [It, New] = Findings.try_emplace(Version);
  if (!New)
    return It->second;
  std::vector<Digest> Names;
  for (const ParsedVersion::Item &I : Parsed[Version].Units)
    if (I.Result->Error.empty())
      Names.push_back(I.Name);
  Checked C = Kept.check([&] { return unitsOf(Parsed[Version]); }, Names, Times,
                         /*Changed=*/Version > 0);
  static_cast<ProgramCoverage &>(Solved) = std::move(C.Cover);
  for (Finding &F : C.Findings)
    if (F.Sure >= O.Least && (O.Advice || F.Severity != Level::Note))
      It->second.push_back(std::move(F));
  return It->second;
}

StepReport DiffAnalysis::compare(const ChangeStep &S) {
  StepReport Out;
  Out.Title = S.Title;
  if (interrupted() || sameProgram(Parsed[S.Old], Parsed[S.New]))
    return Out;
  const std::vector<Finding> &Old = findingsOf(S.Old), &New = findingsOf(S.New);
  if (interrupted())
    return Out;
  SourceLines OldLines(In.Tree, Inputs[S.Old].Over),
      NewLines(In.Tree, Inputs[S.New].Over);
  Comparison C = compareFindings(
      Old, New, [&](const Location &L) { return OldLines.at(L); },
      [&](const Location &L) { return NewLines.at(L); });
  Out.Introduced = std::move(C.Introduced);
  Out.Fixed = std::move(C.Fixed);
  return Out;
}

/// A file counts as failed if it did in any version: what it has in another one would
/// look new, or mended.
void DiffAnalysis::cover(DiffReport &Out) const {
  Out.Cover = Solved;
  std::map<std::string, std::string> Failed;
  for (const ParsedVersion &V : Parsed)
    for (const ParsedVersion::Item &I : V.Units)
      if (!I.Result->Error.empty())
        Failed[In.Tree.relative(I.File)] = I.Result->Error;
  for (const auto &[File, Why] : Failed)
    Out.Cover.Failed.push_back({File, Why});
  if (!Parsed.empty())
    for (const ParsedVersion::Item &I : Parsed.back().Units)
      Out.Cover.Files += I.Result->Error.empty();
  Out.Cover.Interrupted = interrupted();
}

DiffReport DiffAnalysis::run(const ChangeSet &Set, std::vector<std::string> &Notes) {
  DiffReport Out;
  Inputs = versionInputs(In, Set, Notes);
  if (Set.Steps.empty())
    return Out;
  Times.begin("parse");
  // The newest first: what it shows of shared units is what the user has just built.
  Parsed.resize(Inputs.size());
  for (size_t I = Inputs.size(); I-- > 0;)
    Parsed[I] = Parser.parse(Inputs[I].Jobs, Inputs[I].Over);
  for (const ChangeStep &S : Set.Steps) {
    Out.Steps.push_back(compare(S));
    Findings.erase(Findings.begin(), Findings.lower_bound(S.New));
  }
  cover(Out);
  if (!O.Analyze.Quiet)
    std::fprintf(stderr, "%s\n", Times.str().c_str());
  return Out;
}

} // namespace

llvm::Expected<DiffReport> holdfast::analyzeDiff(const DiffAnalysisOptions &O,
                                                 const Input &In, const ChangeSet &Set,
                                                 std::vector<std::string> &Notes) {
  std::string Kernel = In.Kernel;
  llvm::Expected<Rules> R = loadRules(
      O.Analyze.RulesDir.empty() ? defaultRulesDir() : O.Analyze.RulesDir, Kernel);
  if (!R)
    return R.takeError();
  DiffReport Out = DiffAnalysis(O, In, *R).run(Set, Notes);
  Out.ToolVersion = HOLDFAST_VERSION;
  Out.Kernel = std::move(Kernel);
  return Out;
}
