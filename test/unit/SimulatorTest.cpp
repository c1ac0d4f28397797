// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// One function at a time: lock programs by hand, and what their summaries say.
#include "Solved.h"

using namespace holdfast;
using namespace holdfast::test;

TEST(Simulator, LockedSection) {
  Body F("f");
  F.call("lock", {var(0)}).call("assert_write", {var(0)}).call("unlock", {var(0)}).ret();
  auto S = run({F});
  EXPECT_EQ(exits((*S)["f"]), Set{"same"});
  EXPECT_TRUE((*S)["f"].Violations.empty());
  EXPECT_TRUE((*S)["f"].Sum.Requires.empty());
  ASSERT_EQ(exitWith((*S)["f"], 0).Free.size(), 1u) << "nobody else can have held it";
}

TEST(Simulator, Killable) {
  // if (lock_killable(l)) return -4; assert; unlock; return 0
  Body F("f");
  F.call("lock_killable", {var(0)});
  uint32_t Bad = F.block(), Good = F.block();
  F.at(0).branch(F.result(), Bad, Good);
  F.at(Bad).ret(num(-4));
  F.at(Good).call("assert_write", {var(0)}).call("unlock", {var(0)}).ret(num(0));
  auto S = run({F});
  EXPECT_EQ(exits((*S)["f"]), Set{"same"});
  EXPECT_TRUE((*S)["f"].Violations.empty());
  EXPECT_TRUE((*S)["f"].Sum.Requires.empty());
}

TEST(Simulator, AssertionOnTheFailedSide) {
  Body F("f");
  F.call("lock_killable", {var(0)});
  uint32_t Bad = F.block(), Good = F.block();
  F.at(0).branch(F.result(), Bad, Good);
  F.at(Bad).call("assert_held", {var(0)}).ret(num(-4));
  F.at(Good).call("unlock", {var(0)}).ret(num(0));
  auto S = run({F});
  ASSERT_EQ((*S)["f"].Violations.size(), 1u);
  EXPECT_TRUE((*S)["f"].Violations[0].Tried);
}

TEST(Simulator, TrylockReturnsLockedOrNot) {
  // bool get(l) { if (!trylock(l)) return 0; ...; return 1; }  and its user
  Body Get("get"), User("user");
  Get.call("trylock", {var(0)});
  uint32_t No = Get.block(), Yes = Get.block();
  Get.at(0).branch(Expr::logicalNot(Get.result()), No, Yes);
  Get.at(No).ret(num(0));
  Get.at(Yes).ret(num(1));
  User.call("get", {var(0)});
  uint32_t Held = User.block(), End = User.block();
  User.at(0).branch(User.result(), Held, End);
  User.at(Held).call("assert_write", {var(0)}).call("unlock", {var(0)}).jump({End});
  User.at(End).ret();
  auto S = run({Get, User});
  EXPECT_EQ(exits((*S)["get"]), (Set{"same", "p0 write"}));
  EXPECT_EQ(exitWith((*S)["get"], 1).ResultRange, ValueRange::constant(1));
  EXPECT_EQ(exitWith((*S)["get"], 0).ResultRange, ValueRange::zero());
  EXPECT_EQ(exits((*S)["user"]), Set{"same"});
  EXPECT_TRUE((*S)["user"].Violations.empty());
  EXPECT_TRUE((*S)["user"].Sum.Requires.empty());
}

TEST(Simulator, BoolFlagFollowsTheLock) {
  // locked = 0; if (?) { lock; locked = 1; } ...; if (locked) unlock;
  Body F("f");
  F.assign(Expr::local(1), num(0));
  uint32_t Take = F.block(), Meet = F.block(), Drop = F.block(), End = F.block();
  F.at(0).jump({Take, Meet});
  F.at(Take).call("lock", {var(0)}).assign(Expr::local(1), num(1)).jump({Meet});
  F.at(Meet).call("something").branch(var(1), Drop, End);
  F.at(Drop).call("unlock", {var(0)}).jump({End});
  F.at(End).ret();
  EXPECT_EQ(exits((*run({F}))["f"]), Set{"same"});
}

TEST(Simulator, TryParameterDecides) {
  // if (p1) lock; ...; if (p1) unlock;  and with == 2 in place of truth
  for (const Expr *Cond : {var(1), Expr::cmp(CmpOp::Eq, var(1), num(2)),
                           Expr::bitAnd(var(1), num(4))}) {
    Body F("f", 2);
    uint32_t Take = F.block(), Meet = F.block(), Drop = F.block(), End = F.block();
    F.at(0).branch(Cond, Take, Meet);
    F.at(Take).call("lock", {var(0)}).jump({Meet});
    F.at(Meet).call("something").branch(Cond, Drop, End);
    F.at(Drop).call("unlock", {var(0)}).jump({End});
    F.at(End).ret();
    EXPECT_EQ(exits((*run({F}))["f"]), Set{"same"}) << Cond->str();
  }
}

TEST(Simulator, SwitchTwiceOnOneValue) {
  // switch (p1) { case 2: down_read; break; default: lock } ... and back
  for (bool Invert : {false, true}) {
    Body F("f", 2);
    uint32_t R = F.block(), W = F.block(), Meet = F.block(), UpR = F.block(), UpW = F.block(),
             End = F.block();
    F.at(0).choose(var(1), {ValueRange::constant(2)}, {R, W});
    F.at(R).call("down_read", {var(0)}).jump({Meet});
    F.at(W).call("lock", {var(0)}).jump({Meet});
    if (Invert)
      F.at(Meet).branch(Expr::cmp(CmpOp::Ne, var(1), num(2)), UpW, UpR);
    else
      F.at(Meet).choose(var(1), {ValueRange::constant(2)}, {UpR, UpW});
    F.at(UpR).call("assert_held", {var(0)}).call("up_read", {var(0)}).jump({End});
    F.at(UpW).call("assert_write", {var(0)}).call("unlock", {var(0)}).jump({End});
    F.at(End).ret();
    auto S = run({F});
    EXPECT_EQ(exits((*S)["f"]), Set{"same"});
    EXPECT_TRUE((*S)["f"].Violations.empty());
  }
}

TEST(Simulator, HandOver) {
  // lock(next); unlock(cur): two locks of one class, both the caller's to see.
  Body F("f");
  const Expr *Cur = field(var(0), "node::lock");
  const Expr *Next = field(member(var(0), "node::next"), "node::lock");
  F.call("lock", {Next}).call("unlock", {Cur}).ret();
  auto S = run({F});
  EXPECT_EQ(exits((*S)["f"]), Set{"&p0->lock dropped, &p0->next->lock write"});
}

TEST(Simulator, DropAndRetake) {
  Body F("f"), User("user");
  F.call("unlock", {var(0)}).call("assert_held", {var(0)}).call("lock", {var(0)}).ret();
  User.call("lock", {var(0)}).call("f", {var(0)}).call("assert_write", {var(0)}).ret();
  auto S = run({F, User});
  EXPECT_EQ(exits((*S)["f"]), Set{"p0 retaken-write"});
  ASSERT_EQ((*S)["f"].Violations.size(), 1u);
  EXPECT_EQ((*S)["f"].Violations[0].Held.State, LockState::Dropped);
  EXPECT_EQ(exits((*S)["user"]), Set{"p0 write"});
  EXPECT_TRUE((*S)["user"].Violations.empty());
}

TEST(Simulator, Downgrade) {
  Body F("f"), User("user");
  F.call("downgrade", {var(0)}).ret();
  User.call("lock", {var(0)}).call("f", {var(0)}).call("assert_held", {var(0)});
  User.call("assert_write", {var(0)}).ret();
  auto S = run({F, User});
  EXPECT_EQ(exits((*S)["f"]), Set{"p0 retaken-read"});
  EXPECT_EQ(exits((*S)["user"]), Set{"p0 read"});
  ASSERT_EQ((*S)["user"].Violations.size(), 1u);
}

TEST(Simulator, ReleasedInEitherMode) {
  // p1 ? up_read(p0) : unlock(p0) -- then a third way that does nothing.
  Body F("f", 2), User("user");
  uint32_t R = F.block(), Else = F.block(), W = F.block(), End = F.block();
  F.at(0).jump({R, Else});
  F.at(R).call("up_read", {var(0)}).jump({End});
  F.at(Else).jump({W, End});
  F.at(W).call("unlock", {var(0)}).jump({End});
  F.at(End).ret();
  User.call("lock", {var(0)}).call("f", {var(0), num(0)}).ret();
  auto S = run({F, User});
  EXPECT_EQ(exits((*S)["user"]), (Set{"same", "p0 write"}));
}

TEST(Simulator, ThreeErrorsAreNegative) {
  // if (?) return -22; if (?) return -12; if (?) return -22; lock; return 0;
  Body F("f"), User("user");
  uint32_t Out = F.block(), Good = F.block();
  F.at(Out).ret(var(1));
  F.at(Good).call("lock", {var(0)}).ret(num(0));
  uint32_t From = 0;
  for (int64_t Error : {-22, -12, -22}) {
    uint32_t Next = Error == -22 && From ? Good : F.block(), Bad = F.block();
    F.at(From).jump({Bad, Next});
    F.at(Bad).assign(Expr::local(1), num(Error)).jump({Out});
    From = Next;
  }
  auto S = run({F});
  EXPECT_EQ(exits((*S)["f"]), (Set{"same", "p0 write"}));
  EXPECT_EQ(exitWith((*S)["f"], 0).ResultRange.Hi, -12);
}
