// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// The bounded part of fuzzing: each reader over its seeds and over copies of them
/// that are damaged, always the same. A target ends the program where a promise is
/// broken. `./dev fuzz` goes on from here.
#include "fuzz/Damage.h"
#include "fuzz/Targets.h"
#include <gtest/gtest.h>
#include <set>

using namespace holdfast;

namespace {

class Fuzz : public testing::TestWithParam<FuzzTarget> {};

TEST_P(Fuzz, TakesItsSeedsAndWhatIsDamaged) {
  const FuzzTarget &T = GetParam();
  std::vector<std::string> Seeds = T.Seeds();
  ASSERT_FALSE(Seeds.empty());
  for (const std::string &Seed : Seeds)
    T.Run(Seed);
  std::mt19937 Random(5);
  for (unsigned I = 0; I < T.Rounds; ++I) {
    std::string Text = damaged(Seeds[I % Seeds.size()], Random);
    if (I % 3 == 0)
      Text = damaged(std::move(Text), Random);
    if (I % 7 == 0)
      Text += Seeds[Random() % Seeds.size()];
    T.Run(Text);
  }
}

INSTANTIATE_TEST_SUITE_P(Readers, Fuzz, testing::ValuesIn(fuzzTargets()),
                         [](const auto &Info) {
                           std::string Name = Info.param.Name;
                           std::replace(Name.begin(), Name.end(), '-', '_');
                           return Name;
                         });

TEST(FuzzTargets, HaveNamesOfTheirOwn) {
  std::set<std::string> Names;
  for (const FuzzTarget &T : fuzzTargets())
    EXPECT_TRUE(Names.insert(T.Name).second) << T.Name;
}

TEST(FuzzTargetsDeathTest, ABrokenPromiseEndsTheProgram) {
  promise(true, "kept");
  EXPECT_DEATH(promise(false, "this one"), "a promise is broken: this one");
}

} // namespace
