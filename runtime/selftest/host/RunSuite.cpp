// SPDX-License-Identifier: GPL-2.0-or-later
// The program that runs the tree's lib/locking-selftest.c. Linked twice: with our
// engine, and with the tree's own lockdep.c, which shows that all else is right.
//
//   PROGRAM engine|nobody|kernel quiet|verbose
#include "host/EngineGlue.h"
#include "host/Kernel.h"
#include "kernel/abi.h"

#include <cstdio>
#include <cstring>
#include <string>
#include <unistd.h>

using namespace holdfast::selftest;

namespace {

/// The suite prints a table; its cells say "  ok  |" or "FAILED|".
struct Count {
  unsigned Passed = 0, Failed = 0;
  std::string Line, FailedLines, Verdict;

  void add(const std::string &Text) {
    Passed += Text == "  ok  |";
    Failed += Text == "FAILED|";
    Line += Text;
    if (Text.empty() || Text.back() != '\n')
      return;
    if (Line.find("FAILED|") != std::string::npos)
      FailedLines += Line;
    if (Line.find("testcases passed") != std::string::npos ||
        Line.find("unexpected failures") != std::string::npos)
      Verdict = Line;
    Line.clear();
  }
} Counted;

void onText(const char *Text) {
  Counted.add(Text);
  if (Verbose)
    std::fputs(Text, stdout);
}

} // namespace

int main(int Arguments, char **Words) {
  if (Arguments != 3)
    return 2;
  Verbose = std::strcmp(Words[2], "verbose") == 0;
  Silent = std::strcmp(Words[1], "nobody") == 0;
  OnText = onText;
  installHandlers();
  hf_prepare();
  locking_selftest();
  std::fputs(Counted.FailedLines.c_str(), stdout);
  std::printf("%u of %u cases passed, judged by %s\n", Counted.Passed,
              Counted.Passed + Counted.Failed, Words[1]);
  std::printf("the suite says: %s", Counted.Verdict.c_str());
  if (Warnings)
    std::printf("%u WARN(s) from the tree\n", Warnings);
  std::fflush(stdout);
  bool Fine = Counted.Passed && !Counted.Failed && !Warnings &&
              Counted.Verdict.find("Good, all") != std::string::npos;
  return Fine ? 0 : 1;
}
