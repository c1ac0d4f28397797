// SPDX-License-Identifier: GPL-2.0-or-later
#include "sched/Trace.h"
#include "sched/Strategy.h"
#include <gtest/gtest.h>

using namespace holdfast;

namespace {

std::string errorOf(std::string_view Text) {
  std::string Error;
  EXPECT_FALSE(Trace::parse(Text, Error)) << Text;
  return Error;
}

TEST(Trace, PrintsRunsOfSteps) {
  std::vector<Step> Steps;
  for (TaskId Task : {0, 0, 1, 0, 27, 52})
    Steps.emplace_back().Task = Task;
  const Trace T = Trace::of(Steps);
  EXPECT_EQ(T.Runs.size(), 5u);
  EXPECT_EQ(T.str().substr(0, 19), "a2 b1 a1 B1 <52>1 #");
  EXPECT_EQ(T.str().size(), 27u);
}

TEST(Trace, ReadsWhatAPersonTypes) {
  std::string Error;
  const std::optional<Trace> T = Trace::parse("  a3\tb1 a*\n", Error);
  ASSERT_TRUE(T);
  EXPECT_EQ(T->Runs, (std::vector<Trace::Run>{{0, 3}, {1, 1}, {0, 0}}));
  EXPECT_FALSE(T->Digest);
  EXPECT_EQ(T->str(), "a3 b1 a*");
  ASSERT_TRUE(Trace::parse("", Error));
  EXPECT_EQ(Trace::parse("a1 #0000beef", Error)->Digest, 0xbeefu);
}

TEST(Trace, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(errorOf("a3 ?"),
            "column 4: expected a task (a-z, A-Z or <number>) or #digest");
  EXPECT_EQ(errorOf("a3b1"), "column 3: expected a blank");
  EXPECT_EQ(errorOf("a"), "column 2: expected a number of steps (1 to 4294967295) or '*' "
                          "after the task");
  EXPECT_NE(errorOf("a0"), "");
  EXPECT_NE(errorOf("a-1"), "");
  EXPECT_NE(errorOf("a99999999999"), "");
  EXPECT_EQ(errorOf("<12"), "column 4: expected '>' after the task number");
  EXPECT_EQ(errorOf("<>1"), "column 2: expected a task number after '<'");
  EXPECT_NE(errorOf("<4294967295>1"), "");
  EXPECT_NE(errorOf("a1 #123"), "");
  EXPECT_NE(errorOf("a1 #123456789"), "");
  EXPECT_EQ(errorOf("#00000000 a1"), "column 11: nothing may follow the digest");
}

TEST(Trace, RandomOnesSurviveTheRoundTrip) {
  Rng R(1);
  for (int I = 0; I < 20000; ++I) {
    Trace T;
    for (uint64_t N = R.below(8); N > 0; --N)
      T.Runs.push_back(
          {static_cast<TaskId>(R.below(R.below(2) ? 60 : NoTask)),
           static_cast<uint32_t>(R.below(4) ? R.below(1u << R.below(32)) : 0)});
    if (R.below(2))
      T.Digest = static_cast<uint32_t>(R.next());
    std::string Error;
    const std::optional<Trace> Back = Trace::parse(T.str(), Error);
    ASSERT_TRUE(Back) << T.str() << ": " << Error;
    ASSERT_EQ(*Back, T) << T.str();
  }
}

TEST(Trace, RandomTextIsReadOrRefused) {
  Rng R(2);
  const std::string_view Alphabet = "abZ<>*#0123456789f \t?";
  for (int I = 0; I < 50000; ++I) {
    std::string Text, Error;
    for (uint64_t N = R.below(14); N > 0; --N)
      Text += Alphabet[R.below(Alphabet.size())];
    const std::optional<Trace> T = Trace::parse(Text, Error);
    ASSERT_EQ(T.has_value(), Error.empty()) << Text;
    if (T) {
      ASSERT_EQ(*Trace::parse(T->str(), Error), *T) << Text;
    }
  }
}

} // namespace
