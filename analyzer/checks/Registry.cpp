// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Check.h"
#include "checks/Unchecked.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/xxhash.h"
#include <algorithm>
#include <cstdio>
#include <set>

using namespace holdfast;

static const Check Checks[] = {
    checkOwnership,        checkBalance,       checkLockOrder,     checkFaultRetry,
    checkMissingAssertion, checkWeakAssertion, checkSleepInAtomic, checkIrqUnsafe};

/// Rule, function, the names on the path and the lock: what stays when lines
/// move. The 64 bits are xxh3's, in hexadecimal.
static std::string fingerprint(const Finding &F) {
  std::string Key = F.Rule + "\n" + F.Function + "\n" + F.LockClass + "\n" + F.Required;
  for (const Step &S : F.Steps)
    Key += "\n" + S.Function;
  char Text[17];
  std::snprintf(Text, sizeof Text, "%016llx",
                static_cast<unsigned long long>(llvm::xxh3_64bits(Key)));
  return Text;
}

/// Advice follows what is wrong, what matters to most callers first.
static bool before(const Finding &A, const Finding &B) {
  bool NoteA = A.Severity == Level::Note, NoteB = B.Severity == Level::Note;
  if (NoteA != NoteB)
    return NoteB;
  if (NoteA && A.Rank != B.Rank)
    return A.Rank > B.Rank;
  return std::tie(A.Loc, A.Rule, A.Message, A.Function) <
         std::tie(B.Loc, B.Rule, B.Message, B.Function);
}

/// The level is what checks.json says, and none is surer than that allows.
static void grade(const Rules &R, Finding &F) {
  for (const CheckInfo &C : R.Checks)
    if (C.Id == F.Rule) {
      F.Severity = C.Severity;
      F.Sure = std::min(F.Sure, C.Most);
    }
}

/// What all checks find, by check. Each has contexts of its own: they keep what they
/// were asked, and not for two threads. What they start from is made once.
static std::vector<Finding> runAll(const Program &P, const Rules &R, const Solution &S,
                                   unsigned Jobs) {
  std::vector<std::vector<Finding>> Found(std::size(Checks));
  const Contexts Fresh(P, R, S);
  llvm::DefaultThreadPool Pool(llvm::hardware_concurrency(Jobs));
  for (size_t I = 0; I < std::size(Checks); ++I)
    Pool.async([&, I] {
      Contexts Ctx(Fresh);
      Checks[I]({P, R, S, Ctx}, Found[I]);
    });
  Pool.wait();
  std::vector<Finding> All;
  for (std::vector<Finding> &Some : Found)
    std::move(Some.begin(), Some.end(), std::back_inserter(All));
  return All;
}

std::vector<Finding> holdfast::runChecks(const Program &P, const Rules &R,
                                         const Solution &S, unsigned Jobs) {
  std::vector<Finding> All = runAll(P, R, S, Jobs), Kept;
  UncheckedPlaces Off(P);
  std::erase_if(All, [&](const Finding &F) { return Off.covers(F); });
  std::sort(All.begin(), All.end(), before);
  std::set<std::tuple<std::string, Location, std::string, std::string>> Seen;
  for (Finding &F : All) {
    if (!Seen.insert({F.Rule, F.Loc, F.LockClass, F.Required}).second)
      continue;
    F.Fingerprint = fingerprint(F);
    grade(R, F);
    Kept.push_back(std::move(F));
  }
  return Kept;
}
