// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_TEST_UNIT_SOLVED_H
#define HOLDFAST_TEST_UNIT_SOLVED_H

#include "Programs.h"
#include "solve/Solver.h"
#include <gtest/gtest.h>
#include <memory>
#include <set>

/// \file
/// Programs by hand, solved, and their summaries in words.
namespace holdfast::test {

struct Solved {
  Program P;
  Rules R;
  Solution S;
  const FunctionResult &operator[](const char *Name) const { return S[P.find(sym(Name))]; }
};

inline std::unique_ptr<Solved> run(std::vector<Body> Bodies, Rules R = lockRules(),
                            std::vector<SlotStore> Slots = {}) {
  auto Out = std::make_unique<Solved>();
  Out->P = linkAll(std::move(Bodies), std::move(Slots));
  Out->R = std::move(R);
  Out->S = solve(Out->P, Out->R, {.Jobs = 1});
  return Out;
}

/// `p0 held-write | ` and the like: the exits of a function, each once, sorted.
inline std::set<std::string> exits(const FunctionResult &F) {
  static const char *const Words[] = {"read", "write", "dropped", "retaken-read",
                                      "retaken-write"};
  std::set<std::string> Out;
  for (const ExitCase &C : F.Sum.Cases) {
    std::string S;
    for (const LockEntry &L : C.Locks)
      S += (S.empty() ? "" : ", ") + L.Lock->str() + " " + Words[int(L.State)];
    Out.insert(S.empty() ? "same" : S);
  }
  return Out;
}

inline const ExitCase &exitWith(const FunctionResult &F, size_t Locks) {
  static const ExitCase None;
  for (const ExitCase &C : F.Sum.Cases)
    if (C.Locks.size() == Locks)
      return C;
  ADD_FAILURE() << "no exit with " << Locks << " locks";
  return None;
}

using Set = std::set<std::string>;

} // namespace holdfast::test

#endif
