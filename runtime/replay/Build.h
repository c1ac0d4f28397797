// SPDX-License-Identifier: GPL-2.0-or-later
//
// From a tree and a scenario to an image that the harness plays.
#pragma once
#include "replay/Tree.h"
#include <map>
#include <string>
#include <vector>

namespace holdfast {

/// A scenario file says in its first comment what it needs:
///   holdfast-object: drivers/x/y.o    an object of the tree (any number)
///   holdfast-plays: FILE.c            another file of its folder
///   holdfast-include: drivers/x       a folder of the tree for its #include
///   holdfast-config: CONFIG_X=y       on top of the replay fragment
struct Scenario {
  std::string Path;
  std::vector<std::string> Objects, Files, Includes, Config;
  /// Throws ReplayError if there is no such file.
  static Scenario read(const std::string &Path);
};

/// What is linked with the shim and a scenario.
struct ImageRequest {
  Scenario How;
  /// Drivers that are no part of the tree: C files, and -D and -I options.
  std::vector<std::string> Sources, Options;
  /// Objects of the tree besides those that the scenario names. One that the
  /// configuration leaves out is compiled with the tree's common flags.
  std::vector<std::string> Objects;
  /// Undefined names that are known not to matter: data that is zero, functions
  /// that return 0.
  std::vector<std::string> Zeros, Nulls;
  /// Compile Sources so that plain accesses are scheduling points.
  bool MemoryPoints = false;
};

struct BuiltImage {
  std::string Path;
  /// Names that nobody defines: reaching one makes a run incomplete.
  std::vector<std::string> Missing;
};

/// Compiles what is not in the cache and links. Runtime is the folder with
/// shim/ and scenarios/. Throws ReplayError.
BuiltImage buildImage(Tree &T, const std::string &Runtime, const ImageRequest &R,
                      unsigned Jobs);

} // namespace holdfast
