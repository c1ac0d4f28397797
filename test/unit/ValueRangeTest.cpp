// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Ranges against brute force: a range is the set of the small integers it
/// admits, and every operation is compared with the same one on sets.
#include "Conditions.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

using namespace holdfast;
using namespace holdfast::test;

namespace {

constexpr int64_t Min = ValueRange::Min, Max = ValueRange::Max;

const std::vector<int64_t> &domain() {
  static const std::vector<int64_t> D = [] {
    std::vector<int64_t> Values{Min, Min + 1, -4095, Max - 1, Max};
    for (int64_t V = -9; V <= 9; ++V)
      Values.push_back(V);
    return Values;
  }();
  return D;
}

std::vector<int64_t> membersOf(const ValueRange &R) {
  std::vector<int64_t> Out;
  std::copy_if(domain().begin(), domain().end(), std::back_inserter(Out),
               [&](int64_t V) { return admits(R, V); });
  return Out;
}

/// Ranges as the analyzer makes them, and raw ones that nothing normalized.
std::vector<ValueRange> manyRanges() {
  std::vector<ValueRange> Out{ValueRange::top(), ValueRange::zero(), ValueRange::nonZero()};
  const int64_t Bounds[] = {Min, -5, -4, -1, 0, 1, 3, 6, Max};
  const uint64_t Bits[] = {0, 1, 2, 6, ~uint64_t(7), uint64_t(1) << 63};
  for (int64_t Lo : Bounds)
    for (int64_t Hi : Bounds) {
      Out.push_back(ValueRange::interval(Lo, Hi));
      for (uint64_t Ones : Bits)
        for (uint64_t Zeros : {Bits[0], Bits[1], Bits[3], Bits[4]})
          for (bool NonZero : {false, true})
            Out.push_back({Lo, Hi, Ones, Zeros, NonZero});
    }
  for (uint64_t Ones : Bits)
    for (uint64_t Zeros : Bits)
      Out.push_back(ValueRange::bits(Ones, Zeros));
  for (int64_t V = -5; V <= 5; ++V)
    Out.push_back(ValueRange::constant(V));
  return Out;
}

/// A fixed sample of pairs: all of them would be millions.
template <typename Fn> void forManyPairs(Fn Check) {
  std::vector<ValueRange> All = manyRanges();
  std::mt19937 Random(7);
  std::uniform_int_distribution<size_t> Pick(0, All.size() - 1);
  for (unsigned I = 0; I < 30000 && !testing::Test::HasFailure(); ++I)
    Check(All[Pick(Random)], All[Pick(Random)]);
}

} // namespace

TEST(ValueRange, NamedRangesAdmitWhatTheySay) {
  for (int64_t V : domain()) {
    EXPECT_TRUE(admits(ValueRange::top(), V));
    EXPECT_EQ(admits(ValueRange::zero(), V), V == 0);
    EXPECT_EQ(admits(ValueRange::nonZero(), V), V != 0);
    EXPECT_EQ(admits(ValueRange::interval(-3, 5), V), V >= -3 && V <= 5);
    EXPECT_EQ(admits(ValueRange::bits(1, 4), V), (V & 1) && !(V & 4));
    EXPECT_TRUE(admits(ValueRange::constant(V), V));
    EXPECT_FALSE(admits(ValueRange::constant(V), V == 9 ? 8 : 9));
    EXPECT_TRUE(ValueRange::constant(V).isConstant());
    EXPECT_FALSE(ValueRange::constant(V).isEmpty());
  }
}

TEST(ValueRange, EmptyOnlyWithoutMembers) {
  for (const ValueRange &R : manyRanges()) {
    if (!membersOf(R).empty()) {
      EXPECT_FALSE(R.isEmpty()) << testing::PrintToString(R);
      EXPECT_FALSE(R.normalized().isEmpty()) << testing::PrintToString(R);
    }
    if (R.isEmpty()) {
      EXPECT_TRUE(R.normalized().isEmpty()) << testing::PrintToString(R);
    }
  }
  EXPECT_TRUE(ValueRange::zero().meet(ValueRange::nonZero()).isEmpty());
  EXPECT_TRUE(ValueRange::interval(3, 2).isEmpty());
  EXPECT_TRUE(ValueRange::bits(6, 2).isEmpty());
  EXPECT_TRUE(ValueRange::constant(4).meet(ValueRange::bits(1, 0)).isEmpty());
}

TEST(ValueRange, NormalizingKeepsTheMembers) {
  for (const ValueRange &R : manyRanges())
    EXPECT_EQ(membersOf(R.normalized()), membersOf(R)) << testing::PrintToString(R);
}

TEST(ValueRange, ZeroTestsAreRight) {
  for (const ValueRange &R : manyRanges()) {
    if (R.excludesZero()) {
      EXPECT_FALSE(admits(R, 0)) << testing::PrintToString(R);
    }
    if (R.isZero()) {
      for (int64_t V : membersOf(R))
        EXPECT_EQ(V, 0) << testing::PrintToString(R);
    }
    if (R.isTop()) {
      EXPECT_EQ(membersOf(R), domain());
    }
  }
}

TEST(ValueRange, MeetIsIntersection) {
  forManyPairs([](const ValueRange &A, const ValueRange &B) {
    ValueRange M = A.meet(B);
    for (int64_t V : domain())
      EXPECT_EQ(admits(M, V), admits(A, V) && admits(B, V))
          << testing::PrintToString(A) << testing::PrintToString(B) << V;
    EXPECT_EQ(M, B.meet(A));
  });
}

TEST(ValueRange, JoinAdmitsBoth) {
  forManyPairs([](const ValueRange &A, const ValueRange &B) {
    ValueRange J = A.join(B);
    for (int64_t V : domain())
      if (admits(A, V) || admits(B, V)) {
        EXPECT_TRUE(admits(J, V))
            << testing::PrintToString(A) << testing::PrintToString(B) << V;
      }
  });
}

TEST(ValueRange, JoinLosesNothingItCanSay) {
  EXPECT_EQ(ValueRange::constant(0).join(ValueRange::constant(1)).Lo, 0);
  EXPECT_EQ(ValueRange::constant(0).join(ValueRange::constant(1)).Hi, 1);
  ValueRange Errors = ValueRange::constant(-22).join(ValueRange::constant(-12));
  EXPECT_EQ(Errors.Lo, -22);
  EXPECT_EQ(Errors.Hi, -12);
  EXPECT_TRUE(Errors.excludesZero());
  EXPECT_TRUE(ValueRange::interval(-9, -1).join(ValueRange::interval(1, 9)).excludesZero());
  EXPECT_EQ(ValueRange::bits(6, 1).join(ValueRange::bits(4, 3)).Ones, 4u);
  EXPECT_EQ(ValueRange::bits(6, 1).join(ValueRange::bits(4, 3)).Zeros, 1u);
}

TEST(ValueRange, JoinIsIdempotentAndEmptyIsNeutral) {
  const ValueRange Empty = ValueRange::interval(3, 2);
  for (const ValueRange &Raw : manyRanges()) {
    ValueRange R = Raw.normalized();
    if (R.isEmpty())
      continue;
    EXPECT_EQ(membersOf(R.join(R)), membersOf(R));
    EXPECT_EQ(membersOf(R.join(Empty)), membersOf(R));
    EXPECT_EQ(membersOf(Empty.join(R)), membersOf(R));
  }
}

TEST(ValueRange, WithinIsNeverClaimedWrongly) {
  forManyPairs([](const ValueRange &A, const ValueRange &B) {
    if (A.within(B)) {
      for (int64_t V : membersOf(A))
        EXPECT_TRUE(admits(B, V))
            << testing::PrintToString(A) << testing::PrintToString(B) << V;
    }
    EXPECT_TRUE(A.within(A)) << testing::PrintToString(A);
    EXPECT_TRUE(A.within(ValueRange::top())) << testing::PrintToString(A);
  });
}

TEST(ValueRange, WithinIsExactForIntervalsAndConstants) {
  for (int64_t Lo = -4; Lo <= 4; ++Lo)
    for (int64_t Hi = Lo; Hi <= 4; ++Hi)
      for (const ValueRange &B : manyRanges()) {
        ValueRange A = ValueRange::interval(Lo, Hi);
        if (Lo != Hi && (B.Ones || B.Zeros || B.NonZero))
          continue; // a product domain may say no where bits and bounds mix
        bool All = true;
        for (int64_t V = Lo; V <= Hi; ++V)
          All &= admits(B, V);
        EXPECT_EQ(A.within(B), All) << testing::PrintToString(A) << testing::PrintToString(B);
      }
}

TEST(ValueRange, WideningAdmitsBothAndEnds) {
  std::vector<ValueRange> All;
  for (const ValueRange &R : manyRanges())
    if (!membersOf(R).empty()) // what a reachable state holds
      All.push_back(R.normalized());
  std::mt19937 Random(11);
  std::uniform_int_distribution<size_t> Pick(0, All.size() - 1);
  for (unsigned Chain = 0; Chain < 300; ++Chain) {
    ValueRange R = All[Pick(Random)];
    unsigned LoMoves = 0, HiMoves = 0;
    for (unsigned Step = 0; Step < 100; ++Step) {
      const ValueRange &Next = All[Pick(Random)];
      ValueRange W = R.widen(Next);
      for (int64_t V : domain())
        if (admits(R, V) || admits(Next, V)) {
          ASSERT_TRUE(admits(W, V))
              << testing::PrintToString(R) << testing::PrintToString(Next) << V;
        }
      LoMoves += W.Lo != R.Lo;
      HiMoves += W.Hi != R.Hi;
      R = W;
    }
    // To zero, next to it where zero is excluded, and to no bound at all.
    EXPECT_LE(LoMoves, 4u);
    EXPECT_LE(HiMoves, 4u);
  }
}

TEST(ValueRange, WideningACounterStopsAtOnce) {
  ValueRange R = ValueRange::zero();
  for (int64_t I = 1; I < 5; ++I)
    R = R.widen(ValueRange::constant(I));
  EXPECT_EQ(R.Lo, 0);
  EXPECT_EQ(R.Hi, Max);
  ValueRange Errors = ValueRange::constant(-1).widen(ValueRange::constant(-22));
  EXPECT_EQ(Errors.Lo, Min);
  EXPECT_EQ(Errors.Hi, -1);
}

TEST(ValueRange, Text) {
  EXPECT_EQ(ValueRange::top().str(), "");
  EXPECT_EQ(ValueRange::zero().str(), "== 0");
  EXPECT_EQ(ValueRange::constant(-22).str(), "== -22");
  EXPECT_EQ(ValueRange::nonZero().str(), "!= 0");
  EXPECT_EQ(ValueRange::interval(Min, -1).str(), "<= -1");
  EXPECT_EQ(ValueRange::interval(-4095, -1).str(), ">= -4095, <= -1");
  EXPECT_EQ(ValueRange::bits(8, 1).str(), "has bits 8, lacks bits 1");
  EXPECT_EQ(ValueRange::interval(3, 2).str(), "impossible");
}
