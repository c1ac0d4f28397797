// SPDX-License-Identifier: GPL-2.0-or-later
//
// Three shortcuts, each for what the one before cannot help with:
//
//   nothing changed   the findings of these lock programs are kept as they are: nothing
//                     is linked, solved or checked;
//   a few functions   the results of all the others are kept (solve/Solver.cpp);
//   much              all is solved, and kept for the next time.
#include "cli/KeptResults.h"
#include "cli/Interrupt.h"
#include "solve/InputDigest.h"
#include "llvm/ADT/StringExtras.h"

using namespace holdfast;

static Digest nameOf(const std::vector<CompileJob> &Jobs) {
  std::vector<std::string> Files;
  for (const CompileJob &J : Jobs)
    Files.push_back(J.Directory + '\0' + J.File);
  std::sort(Files.begin(), Files.end()); // however the database is sorted
  DigestBuilder B;
  for (const std::string &F : Files)
    B.add(F);
  return B.finish();
}

KeptResults::KeptResults(const Rules &R, const AnalysisOptions &O, Store *S,
                         const std::vector<CompileJob> &Jobs)
    : R(R), O(O), S(S), Database(nameOf(Jobs)) {}

const std::string &KeptResults::known(Digest Name) {
  auto [It, New] = Known.try_emplace(Name);
  if (New && S)
    if (std::optional<Bytes> Content = S->read(EntryKind::Solution, Name))
      It->second = llvm::toStringRef(*Content).str();
  return It->second;
}

/// To write all that is known again takes about as long as to simulate this part.
static bool muchIsNew(const Solution &Sol) { return Sol.simulated() * 50 > Sol.size(); }

Solution KeptResults::solve(const Program &P, bool Changed) {
  Digest Surroundings = digestOfSurroundings(P, R);
  Digest Name = DigestBuilder().add(Database).add(Surroundings).finish();
  std::unique_ptr<KnownResults> Before;
  if (const std::string &Content = known(Name); !Content.empty())
    Before = KnownResults::decode(Content, P);
  Progress Shown("solved", P.size(), O.Quiet);
  SolveOptions Options;
  Options.Jobs = O.Jobs;
  Options.Known = Before.get();
  Options.GoOn = [&] {
    Shown.step();
    return !interrupted();
  };
  Solution Sol = holdfast::solve(P, R, Options);
  if (Changed || interrupted() || !muchIsNew(Sol))
    return Sol;
  std::string &Content = Known[Name] = Sol.encode(P);
  if (S)
    S->write(EntryKind::Solution, Name, Content);
  return Sol;
}

Checked KeptResults::check(llvm::function_ref<std::vector<TranslationUnit>()> Units,
                           const std::vector<Digest> &Names, PhaseTimes &Times,
                           bool Changed) {
  Digest Name = nameOfChecked(R, Names);
  bool Nameable = S && llvm::find(Names, Digest()) == Names.end();
  if (Nameable)
    if (std::optional<Bytes> Content = S->read(EntryKind::Findings, Name))
      if (std::optional<Checked> C = decodeChecked(llvm::toStringRef(*Content)))
        return *C;
  Times.begin("link");
  Program P = Program::link(Units());
  Times.begin("solve");
  Solution Sol = solve(P, Changed);
  Times.begin("check");
  Checked C = holdfast::check(P, R, Sol, O.Jobs);
  if (Nameable && !Changed && !interrupted())
    S->write(EntryKind::Findings, Name, encode(C));
  return C;
}
