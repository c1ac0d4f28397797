// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Traces that a user pastes from a report.
#include "Targets.h"
#include "sched/Trace.h"

using namespace holdfast;

static void runTrace(llvm::StringRef Data) {
  std::string Error;
  std::optional<Trace> T = Trace::parse(Data, Error);
  promise(T.has_value() == Error.empty(), "either a trace or an error");
  if (!T)
    return;
  std::optional<Trace> Again = Trace::parse(T->str(), Error);
  promise(Again && *Again == *T, "what is printed reads the same");
}

static std::vector<std::string> traces() {
  Trace T;
  T.Runs = {{0, 3}, {1, 0}, {52, 1}, {0, 4000000000u}};
  std::vector<std::string> Out{T.str(), "", "a*", "<9999999999>1", "a3b*#"};
  T.Digest = 0xdeadbeef;
  Out.push_back(T.str());
  return Out;
}

void holdfast::addTraceTargets(std::vector<FuzzTarget> &Out) {
  Out.push_back({"trace", runTrace, traces, 5000});
}
