// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_ANALYSIS_H
#define HOLDFAST_CLI_ANALYSIS_H

#include "model/Finding.h"
#include "model/Rules.h"
#include "solve/Solver.h"
#include "llvm/Support/Error.h"
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace holdfast {

struct Analysis;

/// What `check` and `explain` have in common.
struct AnalysisOptions {
  std::string Build;              ///< -p: object folder or database
  std::string Module;             ///< --module: an out-of-tree module's folder
  std::vector<std::string> Files; ///< given with `-- flags` instead of -p
  std::vector<std::string> Flags;
  bool HasFlags = false; ///< there was a `--`
  std::string Kernel;    ///< a release or a folder of headers; overrides what is found
  std::string RulesDir;
  unsigned Jobs = 0; ///< 0: one per core
  bool Quiet = false;
  bool NoCache = false; ///< neither read nor write the store
  std::string CacheDir; ///< where the store is; empty: the usual place
  bool Check = false;   ///< run the checks, and keep neither program nor solution
  bool Dump = false;    ///< print the lock programs instead
  bool NoParse = false; ///< stop where parsing would begin
  /// Called when Tree and FilesRead are known and nothing is parsed yet: what
  /// is wrong with the command line should not take long to hear of.
  std::function<llvm::Error(const Analysis &)> BeforeParse;
};

/// Adds the options they share to a subcommand.
void addAnalysisOptions(CLI::App &Sub, AnalysisOptions &O);
/// And --module, for those that can do with one.
void addModuleOption(CLI::App &Sub, AnalysisOptions &O);

/// A program, parsed, linked and solved, with what was not.
struct Analysis {
  Rules R;
  Program Prog;
  Solution Sol;
  Coverage Cover;
  std::string Kernel;
  std::string Tree;
  /// Holds all files of the tree that are read (all files, if none is of the
  /// tree): where the search for a configuration begins.
  std::string ConfigFolder;
  std::vector<std::string> FilesRead; ///< relative to the tree, sorted
  std::vector<Finding> Findings;      ///< Check
  std::string Dumped;                 ///< Dump
};

/// Runs kbuild -> frontend -> link -> solve (-> checks). Fails on bad options, rules or
/// databases; files that do not parse are listed in Cover instead. Progress and
/// the time each phase took go to stderr unless Quiet.
llvm::Expected<Analysis> analyze(const AnalysisOptions &O);

/// PATHs of the command line, absolute or relative to the tree, all made relative to it;
/// "" is the tree. One below which the database has no file is a mistake in writing.
llvm::Expected<std::vector<std::string>>
pathsInTree(const std::vector<std::string> &Paths, const Analysis &A);
/// Is \p File one of \p Paths, as pathsInTree() has them, or below one? Of no paths,
/// every file is.
bool isSelected(const std::string &File, const std::vector<std::string> &Paths);

/// Says on stderr what was not looked at. Is there nothing of the kind?
bool checkComplete(const Coverage &C);

/// What is wrong with the command line or with what it names.
llvm::Error errorOf(const std::string &Text);
/// Prints "holdfast: error: ..." and returns exit code 2.
int reportError(llvm::Error E);

/// Writes to standard output; fails where not all of it could be written.
llvm::Error printText(const std::string &Text);

} // namespace holdfast

#endif
