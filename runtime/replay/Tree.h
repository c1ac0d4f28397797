// SPDX-License-Identifier: GPL-2.0-or-later
//
// A kernel tree and an object folder: what it takes to compile one driver as the
// tree itself would, in seconds.
#pragma once
#include "replay/Files.h"
#include <functional>
#include <string>
#include <vector>

namespace holdfast {

class Tree {
public:
  using Say = std::function<void(const std::string &)>;
  /// Finds out the release. An empty Build means a folder in the cache that is
  /// configured with Fragments as needed; another one must be configured, for
  /// x86-64, with SMP and PROVE_LOCKING. Throws ReplayError.
  Tree(std::string Source, std::string Build, std::vector<std::string> Fragments,
       Say Progress);

  const std::string &source() const { return Source; }
  const std::string &build() const { return Build; }
  /// "6.12.117"
  const std::string &release() const { return Release; }
  /// True for 6.12 if Major.Minor is 6.12 or less.
  bool since(unsigned Major, unsigned Minor) const;

  /// Makes objects of the tree, by their paths in it. Throws ReplayError.
  void make(const std::vector<std::string> &Objects);
  /// Compiler and flags as the tree compiles C, but for the file's own names.
  std::vector<std::string> flags();
  /// The objects that an object which has been made was linked from, down to those
  /// that were compiled; the object itself if it was compiled.
  std::vector<std::string> partsOf(const std::string &Object) const;
  /// Was an object which has been made compiled from one C file?
  bool isFromC(const std::string &Object) const;
  /// The command that compiled an object which has been made, without its output.
  /// Throws ReplayError if no compiler made it from one C file.
  std::vector<std::string> commandOf(const std::string &Object) const;
  /// Of an error in what was built from the tree: what its reader may do.
  std::string advice() const;
  /// The tools' suffix as `make LLVM=` takes it.
  static std::string llvm();

private:
  void readRelease();
  void configure(const std::vector<std::string> &Fragments);
  void checkConfig() const;
  std::string missingSources(const std::vector<std::string> &Objects) const;
  std::string savedCommand(const std::string &Object) const;
  bool upToDate(const std::string &Object) const;
  std::vector<std::string> makeCommand() const;

  std::string Source, Build, Release;
  unsigned Version = 0, Patchlevel = 0;
  Say Progress;
};

} // namespace holdfast
