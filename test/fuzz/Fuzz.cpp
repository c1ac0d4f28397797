// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// libFuzzer's side of the targets, all in one program:
///
///   holdfast-fuzz --list                        their names
///   holdfast-fuzz --seeds=NAME FOLDER           writes a target's seeds
///   holdfast-fuzz --target=NAME [-OPTION...] [CORPUS...]
///
/// libFuzzer leaves arguments with two dashes to us, and hands them to the processes
/// that it starts (-fork).
#include "Targets.h"
#include "llvm/Support/FileSystem.h"
#include <cstdio>
#include <cstdlib>
#include <fstream>

using namespace holdfast;

static const FuzzTarget *Chosen = nullptr;

static const FuzzTarget &targetOf(llvm::StringRef Name) {
  for (const FuzzTarget &T : fuzzTargets())
    if (Name == T.Name)
      return T;
  std::fprintf(stderr, "holdfast-fuzz: no target '%s'; --list shows them\n",
               Name.str().c_str());
  std::exit(2);
}

static void writeSeeds(const FuzzTarget &T, const std::string &Folder) {
  if (llvm::sys::fs::create_directories(Folder))
    std::exit(2);
  unsigned Number = 0;
  for (const std::string &Seed : T.Seeds())
    std::ofstream(Folder + "/seed-" + std::to_string(Number++), std::ios::binary) << Seed;
}

extern "C" int LLVMFuzzerInitialize(int *Count, char ***Args) {
  for (int I = 1; I < *Count; ++I) {
    llvm::StringRef Word = (*Args)[I];
    if (Word == "--list") {
      for (const FuzzTarget &T : fuzzTargets())
        std::printf("%s\n", T.Name);
      std::exit(0);
    }
    if (Word.consume_front("--seeds=")) {
      writeSeeds(targetOf(Word), I + 1 < *Count ? (*Args)[I + 1] : ".");
      std::exit(0);
    }
    if (Word.consume_front("--target="))
      Chosen = &targetOf(Word);
  }
  if (!Chosen) {
    std::fprintf(stderr, "holdfast-fuzz: --target=NAME is missing; --list shows them\n");
    std::exit(2);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  Chosen->Run({reinterpret_cast<const char *>(Data), Size});
  return 0;
}
