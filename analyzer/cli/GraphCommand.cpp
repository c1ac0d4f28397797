// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/GraphCommand.h"
#include "checks/OrderGraph.h"
#include "checks/Words.h"
#include "cli/Analysis.h"
#include "cli/Interrupt.h"
#include "kbuild/Paths.h"
#include "report/LockGraph.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

using namespace holdfast;

namespace {

struct GraphOptions {
  AnalysisOptions Analyze;
  std::vector<std::string> Paths;
  std::vector<std::string> Classes; ///< globs
  std::string Format = "text";
  std::string Output;
  unsigned Depth = 3;
};

using Globs = std::vector<llvm::GlobPattern>;

llvm::Expected<Globs> globs(const std::vector<std::string> &Texts) {
  Globs All;
  for (const std::string &T : Texts) {
    llvm::Expected<llvm::GlobPattern> G = llvm::GlobPattern::create(T);
    if (!G)
      return errorOf("'" + T + "' is no glob: " + llvm::toString(G.takeError()));
    All.push_back(std::move(*G));
  }
  return All;
}

/// Classes go by the name that is shown and by the one that rules use.
bool matches(const Globs &All, const Rules &R, Symbol Class) {
  return All.empty() || std::any_of(All.begin(), All.end(), [&](const auto &G) {
           return G.match(Class.str()) || G.match(lockName(R, Class));
         });
}

LockGraph graphOf(const Analysis &A, const GraphOptions &O,
                  const std::vector<std::string> &Paths, const Globs &Classes) {
  Contexts Ctx(A.Prog, A.R, A.Sol);
  OrderGraphOptions Options;
  Options.Depth = O.Depth;
  if (!Paths.empty())
    Options.Select = [&](Symbol File) { return isSelected(File.str(), Paths); };
  LockGraph G;
  G.Kernel = A.Kernel;
  G.Title = "Lock order" + (A.Kernel.empty() ? "" : " of " + A.Kernel);
  for (size_t I = 0; I < Paths.size(); ++I)
    G.Title += (I ? ", " : ": ") + (Paths[I].empty() ? "." : Paths[I]);
  for (OrderEdge &E : orderGraph({A.Prog, A.R, A.Sol, Ctx}, Options))
    if (matches(Classes, A.R, E.Held) || matches(Classes, A.R, E.Next))
      G.Edges.push_back({lockName(A.R, E.Held), lockName(A.R, E.Next),
                         E.HeldMode == LockMode::Read, E.NextMode == LockMode::Read,
                         E.Try, std::move(E.Witness)});
  return G;
}

int runGraph(GraphOptions &O) {
  watchInterrupts();
  if (O.Analyze.HasFlags)
    O.Analyze.Files = std::exchange(O.Paths, {});
  llvm::Expected<Globs> Classes = globs(O.Classes);
  if (!Classes)
    return reportError(Classes.takeError());
  std::vector<std::string> Paths;
  O.Analyze.BeforeParse = [&](const Analysis &A) -> llvm::Error {
    llvm::Expected<std::vector<std::string>> Known = pathsInTree(O.Paths, A);
    if (!Known)
      return Known.takeError();
    Paths = std::move(*Known);
    return llvm::Error::success();
  };
  llvm::Expected<Analysis> A = analyze(O.Analyze);
  if (!A)
    return reportError(A.takeError());
  LockGraph G = graphOf(*A, O, Paths, *Classes);
  std::string Text = O.Format == "dot"    ? graphDot(G)
                     : O.Format == "html" ? graphHtml(G)
                                          : graphText(G);
  llvm::Error E = O.Output.empty() || O.Output == "-" ? printText(Text)
                                                      : writeAtomically(O.Output, Text);
  if (E)
    return reportError(std::move(E));
  return checkComplete(A->Cover) ? 0 : 3;
}

} // namespace

void holdfast::addGraph(CLI::App &App, const std::vector<std::string> &Flags,
                        bool HasFlags, int &ExitCode) {
  auto O = std::make_shared<GraphOptions>();
  CLI::App *Sub = App.add_subcommand("graph", "Show the order in which locks are taken");
  Sub->footer(
      "An edge is a lock class held and one that is waited for then, with one\n"
      "place where it is so. PATHs (relative to the tree) limit the places.\n"
      "Attempts (mutex_trylock() and the like) are shown as 'try': nothing\n"
      "depends on them.\n\n"
      "Exit: 0 shown, 2 usage or configuration, 3 incomplete (a file failed to\n"
      "parse, or interrupted).\n\n"
      "Examples: holdfast graph -p obj drivers/vfio\n"
      "          holdfast graph -p obj --format dot --class mmap_lock | dot -Tsvg\n"
      "          holdfast graph -p obj --format html -o locks.html");
  addAnalysisOptions(*Sub, O->Analyze);
  addModuleOption(*Sub, O->Analyze);
  Sub->add_option("PATH", O->Paths, "only locks held in these files or folders")
      ->type_name("");
  Sub->add_option("--class", O->Classes,
                  "only edges from or to classes that a glob matches, such as "
                  "'vfio_*' or mmap_lock")
      ->type_name("GLOB")
      ->allow_extra_args(false);
  Sub->add_option("--depth", O->Depth,
                  "calls from the one made with a lock held to the one that waits, both "
                  "counted")
      ->type_name("N")
      ->check(CLI::Range(1, 8))
      ->capture_default_str();
  Sub->add_option("--format", O->Format, "text, dot (for Graphviz) or html (one page)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "dot", "html"}))
      ->capture_default_str();
  Sub->add_option("-o,--output", O->Output, "write the graph to this file")
      ->type_name("FILE");
  Sub->callback([O, Flags, HasFlags, &ExitCode] {
    O->Analyze.Flags = Flags;
    O->Analyze.HasFlags = HasFlags;
    ExitCode = runGraph(*O);
  });
}
