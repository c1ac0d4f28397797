// SPDX-License-Identifier: GPL-2.0-or-later
#include "Targets.h"
#include "filter/Git.h"
#include <cstdio>
#include <cstdlib>
#include <fstream>

using namespace holdfast;

llvm::ArrayRef<FuzzTarget> holdfast::fuzzTargets() {
  static const std::vector<FuzzTarget> All = [] {
    std::vector<FuzzTarget> Out;
    addStoreTargets(Out);
    addPatchTargets(Out);
    addBuildTargets(Out);
    addFilterTargets(Out);
    addRuleTargets(Out);
    addTraceTargets(Out);
    return Out;
  }();
  return All;
}

void holdfast::promise(bool Kept, const char *What) {
  if (Kept)
    return;
  std::fprintf(stderr, "fuzz: a promise is broken: %s\n", What);
  std::abort();
}

std::string holdfast::fuzzFile(llvm::StringRef Data) {
  static const ScratchFolder Folder = llvm::cantFail(ScratchFolder::make());
  std::string Path = Folder.path() + "/input";
  std::ofstream(Path, std::ios::binary).write(Data.data(), std::streamsize(Data.size()));
  return Path;
}
