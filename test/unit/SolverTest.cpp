// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Functions together: summaries at calls, recursion, and what must not show.
#include "Solved.h"

using namespace holdfast;
using namespace holdfast::test;

TEST(Solver, DemandsGoUpToTheCaller) {
  Body Inner("inner"), Outer("outer", 2);
  const Expr *Lock = field(member(var(1), "vma::mm"), "mm::lock");
  Inner.call("assert_write", {field(var(0), "mm::lock")}).ret();
  Outer.call("inner", {member(var(1), "vma::mm")}).ret();
  Body Holder("holder", 2);
  Holder.call("down_read", {Lock}).call("inner", {member(var(1), "vma::mm")}).ret();
  auto S = run({Inner, Outer, Holder});
  ASSERT_EQ((*S)["outer"].Sum.Requires.size(), 1u);
  const Requirement &Need = *(*S)["outer"].Sum.Requires[0];
  EXPECT_EQ(Need.Lock->str(), "&p1->mm->lock");
  EXPECT_EQ(Need.Mode, LockMode::Write);
  EXPECT_EQ(Need.Kind, DemandKind::Call);
  ASSERT_TRUE(Need.Inner);
  EXPECT_EQ(Need.Inner->Kind, DemandKind::Assertion);
  ASSERT_EQ((*S)["holder"].Violations.size(), 1u) << "held for read only";
  EXPECT_TRUE((*S)["holder"].Violations[0].Exact);
  EXPECT_EQ((*S)["holder"].Violations[0].Held.State, LockState::HeldRead);
}

TEST(Solver, RecursionReachesItsBase) {
  // f(l, n) { if (n) { f(l, n); return; } unlock(l); }
  Body F("f", 2);
  uint32_t Again = F.block(), Base = F.block();
  F.at(0).branch(var(1), Again, Base);
  F.at(Again).call("f", {var(0), member(var(1), "n::next")}).ret();
  F.at(Base).call("unlock", {var(0)}).ret();
  EXPECT_EQ(exits((*run({F}))["f"]), Set{"p0 dropped"});
}

TEST(Solver, RecursionIsSeenToReturn) {
  // f(l, n) { if (!n) return; f(l, n->next); lock(l); unlock(l); lock(l); }
  Body F("f", 2);
  uint32_t Base = F.block(), Again = F.block();
  F.at(0).branch(Expr::logicalNot(var(1)), Base, Again);
  F.at(Base).ret();
  F.at(Again).call("f", {var(0), member(var(1), "n::next")}).call("lock", {var(0)}).ret();
  EXPECT_TRUE(exits((*run({F}))["f"]).count("p0 write"));
}

TEST(Solver, MutualRecursion) {
  Body A("a", 2), B("b", 2);
  uint32_t Base = A.block(), Again = A.block();
  A.at(0).branch(Expr::logicalNot(var(1)), Base, Again);
  A.at(Base).call("unlock", {var(0)}).ret();
  A.at(Again).call("b", {var(0), member(var(1), "n::next")}).ret();
  B.call("a", {var(0), var(1)}).ret();
  auto S = run({A, B});
  EXPECT_EQ(exits((*S)["a"]), Set{"p0 dropped"});
  EXPECT_EQ(exits((*S)["b"]), Set{"p0 dropped"});
}

TEST(Solver, DISABLED_StoresHappenAtOnce) {
  // swap(int *a, int *b) on the caller's 1 and 2, which then decide.
  Body Swap("swap", 2), User("user");
  Swap.assign(Expr::local(2), Expr::load(var(0)));
  Swap.assign(var(0), Expr::load(var(1))).assign(var(1), var(2)).ret();
  User.assign(Expr::local(1), num(1)).assign(Expr::local(2), num(0));
  User.call("swap", {Expr::local(1), Expr::local(2)});
  uint32_t Take = User.block(), End = User.block();
  User.at(0).branch(Expr::logicalNot(var(1)), Take, End);
  User.at(Take).branch(var(2), User.block(), End);
  User.call("lock", {var(0)}).ret();
  User.at(End).ret();
  EXPECT_EQ(exits((*run({Swap, User}))["user"]), Set{"p0 write"});
}

TEST(Solver, NamesDoNotDecideWhatIsKnown) {
  // fp = ? take : drop; fp(l): what runs is known in each state.
  for (const char *Caller : {"aaa", "zzz"}) {
    Body Take("take"), Drop("drop"), F(Caller);
    Take.call("lock", {var(0)}).ret();
    Drop.call("unlock", {var(0)}).ret();
    uint32_t A = F.block(), B = F.block();
    F.at(0).jump({A, B});
    F.at(A).call("down_read", {field(var(0), "other::lock")});
    F.assign(Expr::local(1), fn("take")).callValue(var(1), {var(0)}).ret();
    F.at(B).assign(Expr::local(1), fn("drop")).callValue(var(1), {var(0)}).ret();
    auto S = run({Take, Drop, F});
    EXPECT_EQ(exits((*S)[Caller]), (Set{"p0 dropped", "p0 write, &p0->lock read"})) << Caller;
  }
}

TEST(Solver, DemandOfAPassedFunctionIsMetAtAnyDepth) {
  // walk(l, cb) { cb(l); }: the user holds for read, cb asserts write, perhaps
  // through other functions.
  for (const char *Cb : {"h4", "h1"}) {
    std::vector<Body> All;
    for (int I = 1; I <= 4; ++I) {
      Body H("h" + std::to_string(I));
      if (I == 4)
        H.call("assert_write", {var(0)});
      else
        H.call("h" + std::to_string(I + 1), {var(0)});
      All.push_back(H.ret());
    }
    Body Walk("walk", 2), User("a_user"), Other("b_user"), Easy("easy");
    Walk.callValue(var(1), {var(0)}).ret();
    User.call("down_read", {var(0)}).call("walk", {var(0), fn(Cb)}).ret();
    Other.call("walk", {var(0), fn("easy")}).ret();
    Easy.ret();
    for (const Body &B : {Walk, User, Other, Easy})
      All.push_back(B);
    auto S = run(All);
    EXPECT_EQ((*S)["a_user"].Violations.size(), 1u) << Cb;
  }
}

TEST(Solver, JobsDoNotShow) {
  std::vector<Body> All;
  for (unsigned I = 0; I < 40; ++I) {
    Body F("f" + std::to_string(I), 2);
    if (I >= 10)
      F.call("f" + std::to_string(I % 10), {var(0), var(1)});
    F.call(I % 3 ? "lock" : "unlock", {field(var(1), I % 2 ? "a::l" : "b::l")}).ret();
    All.push_back(F);
  }
  Program P = linkAll(All);
  Rules R = lockRules();
  Solution One = solve(P, R, {.Jobs = 1}), Two = solve(P, R, {.Jobs = 2});
  for (FunctionId F = 0; F < P.size(); ++F)
    EXPECT_EQ(exits(One[F]), exits(Two[F]));
}
