// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// What is known from an earlier run: it is used where nothing changed, and only there,
/// and it never shows.
#include "Solved.h"
#include "checks/Checked.h"
#include <random>

using namespace holdfast;
using namespace holdfast::test;

namespace {

/// leaf <- middle <- top, and bystander. \p Leaf says what leaf does.
std::vector<Body> chain(const std::function<void(Body &)> &Leaf) {
  Body L("leaf", 2), Middle("middle", 2), Top("top", 2), Bystander("bystander");
  Leaf(L);
  L.ret();
  Middle.call("leaf", {var(0), var(1)}).ret();
  Top.call("down_read", {field(var(1), "mm::lock")}).call("middle", {var(0), var(1)});
  Top.call("assert_write", {field(var(1), "mm::lock")}).ret();
  Bystander.call("lock", {var(0)}).ret();
  return {L, Middle, Top, Bystander};
}

/// a and b call each other.
std::vector<Body> circle(const char *Does) {
  Body A("a", 2), B("b", 2);
  uint32_t Base = A.block(), Again = A.block();
  A.at(0).branch(Expr::logicalNot(var(1)), Base, Again);
  A.at(Base).call(Does, {var(0)}).ret();
  A.at(Again).call("b", {var(0), member(var(1), "n::next")}).ret();
  B.call("a", {var(0), var(1)}).ret();
  return {A, B};
}

/// \p After solved with what is known from \p Before; how many were simulated.
size_t simulatedAfter(std::vector<Body> Before, std::vector<Body> After) {
  auto Old = run(std::move(Before)), Fresh = run(std::move(After));
  std::string Kept = Old->S.encode(Old->P);
  std::unique_ptr<KnownResults> Known = KnownResults::decode(Kept, Fresh->P);
  EXPECT_TRUE(Known);
  Solution S = solve(Fresh->P, Fresh->R, {.Jobs = 1, .Known = Known.get()});
  for (FunctionId F = 0; F < Fresh->P.size(); ++F)
    EXPECT_EQ(exits(S[F]), exits(Fresh->S[F]));
  EXPECT_EQ(S.encode(Fresh->P), Fresh->S.encode(Fresh->P));
  return S.simulated();
}

void unlocks(Body &B) { B.call("unlock", {var(0)}); }
void locks(Body &B) { B.call("lock", {var(0)}); }
void counts(Body &B) { B.assign(Expr::local(2), num(1)).call("unlock", {var(0)}); }
void countsOn(Body &B) { B.assign(Expr::local(2), num(2)).call("unlock", {var(0)}); }

TEST(KnownResults, NothingIsSimulatedTwice) {
  EXPECT_EQ(simulatedAfter(chain(unlocks), chain(unlocks)), 0u);
  EXPECT_EQ(simulatedAfter(circle("unlock"), circle("unlock")), 0u);
}

TEST(KnownResults, AChangeGoesUpAsFarAsItShows) {
  EXPECT_EQ(simulatedAfter(chain(unlocks), chain(locks)), 3u) << "all but bystander";
  EXPECT_EQ(simulatedAfter(chain(counts), chain(countsOn)), 1u)
      << "its summary is as it was";
}

TEST(KnownResults, FunctionsComeAndGo) {
  std::vector<Body> Some = chain(unlocks), Fewer = Some;
  Fewer.pop_back();
  EXPECT_EQ(simulatedAfter(Some, Fewer), 0u);
  EXPECT_EQ(simulatedAfter(Fewer, Some), 1u);
}

TEST(KnownResults, ARecursionIsOne) {
  EXPECT_EQ(simulatedAfter(circle("unlock"), circle("lock")), 2u);
}

TEST(KnownResults, ARecursionIsSimulatedAsAWhole) {
  std::vector<Body> Before = circle("unlock"), After = circle("unlock");
  After[1] = Body("b", 2);
  After[1].assign(Expr::local(2), num(1)).call("a", {var(0), var(1)}).ret();
  EXPECT_EQ(simulatedAfter(Before, After), 2u);
}

TEST(KnownResults, DamageIsNoticedOrHarmless) {
  auto S = run(chain(unlocks));
  std::string Good = S->S.encode(S->P);
  auto read = [&](const std::string &Content) {
    std::unique_ptr<KnownResults> Known = KnownResults::decode(Content, S->P);
    for (FunctionId F = 0; Known && F < S->P.size(); ++F)
      if (Known->keys(F))
        (void)Known->result(F);
    return Known != nullptr;
  };
  EXPECT_TRUE(read(Good));
  for (size_t Size = 0; Size < Good.size(); ++Size)
    read(Good.substr(0, Size));
  EXPECT_FALSE(read(Good.substr(0, Good.size() / 4)));
  std::mt19937 Random(1);
  for (unsigned Round = 0; Round < 5000; ++Round) {
    std::string Bad = Good;
    for (unsigned I = 0; I < 1 + Round % 4; ++I)
      Bad[Random() % Bad.size()] = char(Random());
    read(Bad);
  }
}

TEST(Checked, ComesBackAsItWas) {
  Checked C;
  C.Cover.Functions = 7;
  C.Cover.Imprecise = {"f"};
  Finding F;
  F.Rule = "lock-order";
  F.Loc = {sym("a.c"), 3, 4};
  F.Steps = {{F.Loc, "f", "here"}};
  F.Mend = Fix{"say so", {{F.Loc, "text"}}};
  F.Sure = Confidence::Possible;
  C.Findings = {F, Finding()};
  std::string Text = encode(C);
  std::optional<Checked> Back = decodeChecked(Text);
  ASSERT_TRUE(Back);
  EXPECT_EQ(encode(*Back), Text);
  ASSERT_EQ(Back->Findings.size(), 2u);
  EXPECT_EQ(Back->Findings[0].Loc, F.Loc);
  EXPECT_EQ(Back->Findings[0].Mend->Edits[0].Insert, "text");
  EXPECT_EQ(Back->Cover.Imprecise, C.Cover.Imprecise);
  EXPECT_FALSE(decodeChecked(Text.substr(0, Text.size() - 1)));
}

TEST(Checked, NamedByItsUnitsInAnyOrder) {
  Rules R = lockRules();
  Digest A = Digest::of("a"), B = Digest::of("b");
  EXPECT_EQ(nameOfChecked(R, {A, B}), nameOfChecked(R, {B, A}));
  EXPECT_NE(nameOfChecked(R, {A, B}), nameOfChecked(R, {A}));
  Rules Other = R;
  Other.Checks.push_back({"lock-order", Level::Note, Confidence::Likely, "", "", ""});
  EXPECT_NE(nameOfChecked(R, {A, B}), nameOfChecked(Other, {A, B}));
}

} // namespace
