// SPDX-License-Identifier: GPL-2.0-or-later
// holdfast-selftest: two judges of the lockdep engine that nobody here wrote.
#include "Harness.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace holdfast::selftest;

namespace {

constexpr const char *Usage =
    R"(usage: holdfast-selftest --tree SRC --build OBJ [OPTION...]

Runs the tree's own lib/locking-selftest.c on Holdfast's lockdep engine.

  --tree SRC     a kernel source tree, x86-64
  --build OBJ    an object folder of its own; it is configured if it is not
  --judge WHO    who judges the suite's cases: 'engine' (default), 'kernel' (the
                 tree's own lockdep.c; shows that the harness is right) or
                 'nobody' (reports nothing; shows that the cases can fail)
  --oracle N     instead: N generated sequences of events through the engine and
                 the tree's own lockdep.c; each disagreement is shrunk and shown
  --seed S       of the first sequence (default 1)
  --bench        instead: cost of an acquire and release in each
  --verbose      print every case, and every report to stderr
  --llvm SUFFIX  of clang and its tools (default -22)

Exit code: 0 all passed or agreed, 1 not, 2 usage, 3 could not be built.
)";

struct Command {
  Settings S;
  std::string Judge = "engine";
  std::string Oracle, Seed = "1";
  bool Bench = false, Verbose = false;
};

[[noreturn]] void wrongUsage(const std::string &What) {
  std::fprintf(stderr, "holdfast-selftest: error: %s\n", What.c_str());
  std::exit(2);
}

bool isNumber(const std::string &Text) {
  return !Text.empty() && Text.find_first_not_of("0123456789") == std::string::npos;
}

Command parse(int Count, char **Words) {
  Command C;
  for (int I = 1; I < Count; ++I) {
    std::string Word = Words[I];
    auto Value = [&]() -> std::string {
      if (I + 1 == Count)
        wrongUsage(Word + " needs a value");
      return Words[++I];
    };
    if (Word == "--tree")
      C.S.Tree = Value();
    else if (Word == "--build")
      C.S.Build = Value();
    else if (Word == "--judge")
      C.Judge = Value();
    else if (Word == "--oracle")
      C.Oracle = Value();
    else if (Word == "--seed")
      C.Seed = Value();
    else if (Word == "--llvm")
      C.S.Llvm = Value();
    else if (Word == "--bench")
      C.Bench = true;
    else if (Word == "--verbose")
      C.Verbose = true;
    else if (Word == "--help" || Word == "-h")
      std::exit((std::fputs(Usage, stdout), 0));
    else
      wrongUsage("unknown option " + Word);
  }
  if (C.S.Tree.empty() || C.S.Build.empty())
    wrongUsage("--tree and --build are needed; see --help");
  if (C.Judge != "engine" && C.Judge != "kernel" && C.Judge != "nobody")
    wrongUsage("--judge knows engine, kernel and nobody");
  if ((!C.Oracle.empty() && !isNumber(C.Oracle)) || !isNumber(C.Seed))
    wrongUsage("--oracle and --seed need a number");
  return C;
}

std::vector<Unit> primitives(const Settings &S) {
  std::vector<Unit> Units;
  for (const char *Name : {"kernel/locking/mutex", "kernel/locking/mutex-debug",
                           "kernel/locking/rwsem", "kernel/locking/spinlock",
                           "kernel/locking/spinlock_debug", "kernel/locking/rtmutex_api"})
    if (fs::exists(S.Tree / (std::string(Name) + ".c")))
      Units.push_back({Name});
  Units.push_back({"environment", true});
  return Units;
}

/// The tree's own engine, and what it calls.
void addLockdep(std::vector<Unit> &Units) {
  for (const char *Name : {"kernel/locking/lockdep", "lib/find_bit", "lib/bitmap"})
    Units.push_back({Name});
}

int run(const Command &C) {
  fs::path Archives = HOLDFAST_SELFTEST_ARCHIVES;
  Harness H(C.S);
  H.configure();
  std::vector<Unit> Units = primitives(C.S);
  if (!C.Oracle.empty() || C.Bench) {
    addLockdep(Units);
    Units.push_back({"oracle", true});
    fs::path Program =
        H.link("oracle", Units,
               {Archives / "libholdfast_selftest_oracle.a", HOLDFAST_LOCKDEP_ARCHIVE});
    if (C.Bench)
      return program({Program.string(), "bench"});
    return program({Program.string(), "fuzz", C.Oracle, C.Seed});
  }
  Units.insert(Units.begin(), {"lib/locking-selftest"});
  bool Kernel = C.Judge == "kernel";
  if (Kernel)
    addLockdep(Units);
  else
    Units.push_back({"engine", true});
  fs::path Program =
      H.link(Kernel ? "suite-kernel" : "suite-engine", Units,
             {Archives / "libholdfast_selftest_suite.a", HOLDFAST_LOCKDEP_ARCHIVE});
  return program({Program.string(), C.Judge, C.Verbose ? "verbose" : "quiet"});
}

} // namespace

int main(int Count, char **Words) {
  Command C = parse(Count, Words);
  C.S.Kernel = HOLDFAST_SELFTEST_KERNEL;
  C.S.Config = HOLDFAST_SELFTEST_CONFIG;
  try {
    return run(C);
  } catch (const Failure &F) {
    std::fprintf(stderr, "holdfast-selftest: error: %s\n", F.What.c_str());
    return F.Code;
  }
}
