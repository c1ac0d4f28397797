// SPDX-License-Identifier: GPL-2.0-or-later
// The tree's own lockdep.c as the oracle.
//
//   PROGRAM fuzz COUNT FIRST-SEED
//   PROGRAM bench
//
// Each sequence goes through lockdep.c, through the engine set to search and cache
// as lockdep.c does, and through the engine as it is. The first two must agree on the
// first event that breaks a rule, on which rule, and on every answer up to there. The
// third may object where lockdep.c does not, or to an earlier event: lockdep.c visits
// each class once in a search, and its chain cache does not tell all chains apart
// (runtime/lockdep/Search.h, Order.cpp). Those are counted by which of the two it is,
// and one of each is shown.
//
// One more difference is explained once and for all and only counted: lockdep.c
// folds a lock that has a nest lock onto one of its class on top of the stack, even
// if that one has none, and then objects to its own state at the next look at it.
//
// lockdep.c has room for a fixed number of classes, chains and edges, all static,
// and takes long to wipe: a child does a batch with fresh keys and then ends.
#include "host/Kernel.h"
#include "host/OracleBench.h"
#include "host/OracleRun.h"
#include "kernel/abi.h"

#include "lockdep/Report.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace holdfast::selftest;

namespace {

constexpr unsigned Batch = 400;
constexpr unsigned Kept = 16;

enum class Outcome : uint8_t {
  Agree,
  MissedBySearch,
  MissedByCache,
  MissedByBoth,
  GaveUp,
  Disagree,
};

constexpr unsigned Outcomes = 6;

struct Tally {
  uint64_t Sequences = 0, Events = 0, Objections = 0;
  uint64_t Count[Outcomes] = {};
  uint64_t Seeds[Outcomes][Kept] = {}; ///< the first of each outcome
  uint64_t ByKind[32] = {};

  void note(Outcome O, uint64_t Seed) {
    unsigned I = static_cast<unsigned>(O);
    if (Count[I] < Kept)
      Seeds[I][Count[I]] = Seed;
    ++Count[I];
  }

  void add(const Tally &T) {
    Sequences += T.Sequences, Events += T.Events, Objections += T.Objections;
    for (unsigned O = 0; O < Outcomes; ++O) {
      for (uint64_t I = 0; I < std::min<uint64_t>(T.Count[O], Kept); ++I)
        if (Count[O] + I < Kept)
          Seeds[O][Count[O] + I] = T.Seeds[O][I];
      Count[O] += T.Count[O];
    }
    for (unsigned I = 0; I < 32; ++I)
      ByKind[I] += T.ByKind[I];
  }
};

struct Trio {
  Verdict Kernel, Like, Exact, LikeSearch, LikeCache;

  Outcome outcome() const {
    if (Kernel.What == MixedNest)
      return Outcome::GaveUp;
    if (Kernel != Like)
      return Outcome::Disagree;
    if (Exact == Kernel)
      return Outcome::Agree;
    bool Earlier = Exact.At >= 0 && (Kernel.At < 0 || Exact.At <= Kernel.At);
    if (!Earlier)
      return Outcome::Disagree;
    return LikeSearch == Kernel  ? Outcome::MissedBySearch
           : LikeCache == Kernel ? Outcome::MissedByCache
                                 : Outcome::MissedByBoth;
  }
};

Trio judge(const Sequence &S, unsigned FirstKey) {
  return {runKernel(S, FirstKey), runEngine(S, true, true), runEngine(S, false, false),
          runEngine(S, true, false), runEngine(S, false, true)};
}

unsigned kindIndex(const std::string &What) {
  for (unsigned K = 0; K < 22; ++K)
    if (What == holdfast::kindName(static_cast<holdfast::ReportKind>(K)))
      return K;
  return 31;
}

void runBatch(Tally &T, uint64_t Seed, unsigned Count) {
  for (unsigned I = 0; I < Count; ++I, ++Seed) {
    Sequence S = generate(Seed);
    Trio V = judge(S, I * KeysPerSequence);
    ++T.Sequences;
    T.Events += V.Kernel.At < 0 ? S.Events.size() : static_cast<size_t>(V.Kernel.At) + 1;
    if (V.Kernel.At >= 0) {
      ++T.Objections;
      ++T.ByKind[kindIndex(V.Kernel.What)];
    }
    T.note(V.outcome(), Seed);
  }
}

/// Runs \p Body in a child that writes a T; false if it died.
template <typename T, typename Function> bool inChild(T &Result, Function Body) {
  int Pipe[2];
  if (pipe(Pipe) != 0)
    return false;
  std::fflush(nullptr);
  pid_t Child = fork();
  if (Child == 0) {
    close(Pipe[0]);
    Body(Result);
    bool Sent = write(Pipe[1], &Result, sizeof Result) == sizeof Result;
    _exit(Sent ? 0 : 1);
  }
  close(Pipe[1]);
  size_t Got = 0;
  while (Got < sizeof Result) {
    ssize_t N =
        read(Pipe[0], reinterpret_cast<char *>(&Result) + Got, sizeof Result - Got);
    if (N <= 0)
      break;
    Got += static_cast<size_t>(N);
  }
  close(Pipe[0]);
  int Status = 0;
  waitpid(Child, &Status, 0);
  return Got == sizeof Result && Status == 0;
}

Outcome outcomeOf(const Sequence &S) {
  Outcome Result = Outcome::Agree;
  if (!inChild(Result, [&](Outcome &O) { O = judge(S, 0).outcome(); }))
    return Outcome::Disagree;
  return Result;
}

/// Drops events, many at once and then one by one, while the outcome stays.
Sequence shrink(Sequence S, Outcome Keep) {
  for (size_t Chunk = S.Events.size() / 2; Chunk > 0; Chunk /= 2)
    for (size_t At = 0; At < S.Events.size();) {
      Sequence Less = S;
      auto From = Less.Events.begin() + static_cast<long>(At);
      size_t Count = std::min(Chunk, S.Events.size() - At);
      Less.Events.erase(From, From + static_cast<long>(Count));
      if (outcomeOf(Less) == Keep)
        S = std::move(Less);
      else
        At += Chunk;
    }
  for (size_t I = 0; I < S.Events.size(); ++I) // an acquire and its release
    for (size_t J = I + 1; J < S.Events.size(); ++J) {
      Sequence Less = S;
      Less.Events.erase(Less.Events.begin() + static_cast<long>(J));
      Less.Events.erase(Less.Events.begin() + static_cast<long>(I));
      if (outcomeOf(Less) != Keep)
        continue;
      S = std::move(Less);
      J = I;
    }
  return S;
}

void show(uint64_t Seed, Outcome Kind) {
  Sequence S = shrink(generate(Seed), Kind);
  std::printf("seed %llu, shrunk:\n%s", static_cast<unsigned long long>(Seed),
              S.text().c_str());
  struct Text {
    char Line[3][200];
  } T{};
  inChild(T, [&](Text &Out) {
    Trio V = judge(S, 0);
    const Verdict *All[] = {&V.Kernel, &V.Like, &V.Exact};
    for (int I = 0; I < 3; ++I)
      std::snprintf(Out.Line[I], sizeof Out.Line[I], "%s", All[I]->text().c_str());
  });
  std::printf("  lockdep.c: %s\n  engine like lockdep.c: %s\n  engine: %s\n", T.Line[0],
              T.Line[1], T.Line[2]);
}

constexpr const char *Meaning[Outcomes] = {
    "agreements",
    "missed by lockdep.c: its search visits each class once",
    "missed by lockdep.c: its chain cache takes two chains for one",
    "missed by lockdep.c: by both together",
    "where lockdep.c gave up: a lock folded onto one without a nest lock",
    "disagreements",
};

int fuzz(uint64_t Count, uint64_t Seed) {
  Tally All;
  for (uint64_t Done = 0; Done < Count; Done += Batch) {
    unsigned Size = static_cast<unsigned>(std::min<uint64_t>(Batch, Count - Done));
    Tally T;
    if (!inChild(T, [&](Tally &Out) { runBatch(Out, Seed + Done, Size); })) {
      std::printf("a batch died; its first seed is %llu\n",
                  static_cast<unsigned long long>(Seed + Done));
      return 1;
    }
    All.add(T);
  }
  auto Number = [](uint64_t N) { return static_cast<unsigned long long>(N); };
  std::printf("%llu sequences, %llu events, %llu broke a rule\n", Number(All.Sequences),
              Number(All.Events), Number(All.Objections));
  for (unsigned K = 0; K < 32; ++K)
    if (All.ByKind[K])
      std::printf(
          "  %8llu %s\n", Number(All.ByKind[K]),
          K == 31 ? "other"
                  : std::string(holdfast::kindName(static_cast<holdfast::ReportKind>(K)))
                        .c_str());
  for (unsigned O = 1; O < Outcomes; ++O)
    std::printf("%llu %s\n", Number(All.Count[O]), Meaning[O]);
  for (Outcome O : {Outcome::MissedBySearch, Outcome::MissedByCache, Outcome::Disagree}) {
    unsigned I = static_cast<unsigned>(O);
    for (uint64_t J = 0;
         J < std::min<uint64_t>(All.Count[I], O == Outcome::Disagree ? 3 : 1); ++J) {
      std::printf("\n%s, ", Meaning[I]);
      show(All.Seeds[I][J], O);
    }
  }
  return All.Count[static_cast<unsigned>(Outcome::Disagree)] != 0;
}

} // namespace

int main(int Arguments, char **Words) {
  installHandlers();
  hf_prepare();
  if (Arguments == 4 && std::strcmp(Words[1], "fuzz") == 0)
    return fuzz(std::strtoull(Words[2], nullptr, 10),
                std::strtoull(Words[3], nullptr, 10));
  if (Arguments == 2 && std::strcmp(Words[1], "bench") == 0)
    return bench();
  return 2;
}
