// SPDX-License-Identifier: GPL-2.0-or-later
#include "sched/Fiber.h"
#include <cfenv>
#include <cstdint>
#include <gtest/gtest.h>

using namespace holdfast;

namespace {

struct Pair {
  Fiber Main, Other;
  int Count = 0;
  bool RoundsUp = false;
};

Fiber *countTwice(void *Argument) {
  Pair &P = *static_cast<Pair *>(Argument);
  ++P.Count;
  Fiber::switchTo(P.Other, P.Main);
  ++P.Count;
  return &P.Main;
}

TEST(Fiber, RunsSwitchesAndFinishes) {
  FiberStack S(64 * 1024);
  Pair P;
  P.Other.start(S, countTwice, &P);
  EXPECT_EQ(P.Count, 0);
  Fiber::switchTo(P.Main, P.Other);
  EXPECT_EQ(P.Count, 1);
  EXPECT_FALSE(P.Other.finished());
  Fiber::switchTo(P.Main, P.Other);
  EXPECT_EQ(P.Count, 2);
  EXPECT_TRUE(P.Other.finished());
}

TEST(Fiber, AFinishedOrAbandonedOneStartsAgain) {
  FiberStack S(64 * 1024);
  Pair P;
  for (int I = 0; I < 10; ++I) {
    P.Other.start(S, countTwice, &P);
    Fiber::switchTo(P.Main, P.Other);
    if (I % 2)
      Fiber::switchTo(P.Main, P.Other);
  }
  EXPECT_EQ(P.Count, 15);
}

Fiber *roundUpwards(void *Argument) {
  Pair &P = *static_cast<Pair *>(Argument);
  std::fesetround(FE_UPWARD);
  Fiber::switchTo(P.Other, P.Main);
  P.RoundsUp = std::fegetround() == FE_UPWARD;
  return &P.Main;
}

TEST(Fiber, EachHasItsOwnControlWords) {
  FiberStack S(64 * 1024);
  Pair P;
  P.Other.start(S, roundUpwards, &P);
  Fiber::switchTo(P.Main, P.Other);
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
  Fiber::switchTo(P.Main, P.Other);
  EXPECT_TRUE(P.RoundsUp);
  EXPECT_EQ(std::fegetround(), FE_TONEAREST);
}

Fiber *keepRegisters(void *Argument) {
  Pair &P = *static_cast<Pair *>(Argument);
  long A = P.Count, B = A * 3, C = A * 5, D = A * 7, E = A * 11, F = A * 13;
  for (int I = 0; I < 100; ++I) {
    asm volatile("" : "+r"(A), "+r"(B), "+r"(C), "+r"(D), "+r"(E), "+r"(F));
    Fiber::switchTo(P.Other, P.Main);
    A += 1, B += 2, C += 3, D += 4, E += 5, F += 6;
  }
  P.Count = static_cast<int>(A + B + C + D + E + F);
  return &P.Main;
}

TEST(Fiber, KeepsRegistersAcrossSwitches) {
  FiberStack S1(64 * 1024), S2(64 * 1024);
  Pair P1, P2;
  P1.Count = 1;
  P2.Count = 1000;
  P1.Other.start(S1, keepRegisters, &P1);
  P2.Other.start(S2, keepRegisters, &P2);
  for (int I = 0; I < 101; ++I) {
    Fiber::switchTo(P1.Main, P1.Other);
    Fiber::switchTo(P2.Main, P2.Other);
  }
  EXPECT_EQ(P1.Count, 40 * 1 + 21 * 100);
  EXPECT_EQ(P2.Count, 40 * 1000 + 21 * 100);
}

TEST(Fiber, StartsWithAnAlignedStack) {
  FiberStack S(64 * 1024);
  struct {
    Fiber Main, Other;
    bool Aligned = false;
  } P;
  P.Other.start(
      S,
      [](void *Argument) -> Fiber * {
        alignas(16) volatile char Local[16] = {};
        auto *Pointer = static_cast<decltype(P) *>(Argument);
        const uintptr_t Frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
        Pointer->Aligned =
            Frame % 16 == 0 && reinterpret_cast<uintptr_t>(&Local) % 16 == 0;
        return &Pointer->Main;
      },
      &P);
  Fiber::switchTo(P.Main, P.Other);
  EXPECT_TRUE(P.Aligned);
}

TEST(FiberStack, KnowsItsGuard) {
  FiberStack S(10000);
  EXPECT_EQ(S.size() % 4096, 0u);
  EXPECT_GE(S.size(), 10000u);
  EXPECT_TRUE(S.inGuard(S.bottom() - 1));
  EXPECT_FALSE(S.inGuard(S.bottom()));
  EXPECT_FALSE(S.inGuard(S.top()));
  S.bottom()[0] = 1;
  S.top()[-1] = 1;
}

} // namespace
