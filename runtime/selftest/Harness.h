// SPDX-License-Identifier: GPL-2.0-or-later
/// \file Builds programs out of a kernel tree's objects and our two halves.
#pragma once

#include "Shell.h"

#include <string>
#include <vector>

namespace holdfast::selftest {

struct Settings {
  fs::path Tree;  ///< kernel source
  fs::path Build; ///< object folder; configured here if it is not
  std::string Llvm = "-22";
  fs::path Kernel; ///< our kernel half: *.c and overlay/
  fs::path Config; ///< the configuration fragment
};

/// An object of the tree, by its path without suffix, or one of our kernel half.
struct Unit {
  std::string Name;
  bool Ours = false;
};

class Harness {
public:
  explicit Harness(Settings S);

  /// Configures the tree unless that was done with this fragment.
  void configure();

  /// Compiles the units with the flags that kbuild used (of the tree's first unit
  /// for ours), generates stubs for what is then undefined, links with the host
  /// archives and returns the program. Throws Failure.
  fs::path link(const std::string &Program, const std::vector<Unit> &Units,
                const std::vector<fs::path> &Archives);

private:
  void record(const std::vector<Unit> &Units);
  std::string flags(const std::string &Unit) const;
  fs::path compile(const Unit &U);
  bool upToDate(const fs::path &Output, const std::vector<fs::path> &Inputs) const;
  fs::path stubs(const std::string &Program, const std::vector<fs::path> &Objects,
                 const std::vector<fs::path> &Archives);
  void run(const std::string &What, const std::string &Command);
  std::string tool(const std::string &Name) const { return Name + S.Llvm; }

  Settings S;
  fs::path Out, Log;
  std::string FlagsFrom;
};

} // namespace holdfast::selftest
