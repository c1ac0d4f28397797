// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Whole functions: lock programs by hand, and what their summaries say.
#include "Programs.h"
#include "solve/Solver.h"
#include <gtest/gtest.h>
#include <set>

using namespace holdfast;
using namespace holdfast::test;

namespace {

struct Solved {
  Program P;
  Rules R;
  Solution S;
  const FunctionResult &operator[](const char *Name) const { return S[P.find(sym(Name))]; }
};

std::unique_ptr<Solved> run(std::vector<Body> Bodies, Rules R = lockRules(),
                            std::vector<SlotStore> Slots = {}) {
  auto Out = std::make_unique<Solved>();
  Out->P = linkAll(std::move(Bodies), std::move(Slots));
  Out->R = std::move(R);
  Out->S = solve(Out->P, Out->R, 1);
  return Out;
}

/// `p0 held-write | ` and the like: the exits of a function, each once, sorted.
std::set<std::string> exits(const FunctionResult &F) {
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

const ExitCase &exitWith(const FunctionResult &F, size_t Locks) {
  static const ExitCase None;
  for (const ExitCase &C : F.Sum.Cases)
    if (C.Locks.size() == Locks)
      return C;
  ADD_FAILURE() << "no exit with " << Locks << " locks";
  return None;
}

using Set = std::set<std::string>;

} // namespace

TEST(Simulator, LockedSection) {
  Body F("f");
  F.call("lock", {var(0)}).call("assert_write", {var(0)}).call("unlock", {var(0)}).ret();
  auto S = run({F});
  EXPECT_EQ(exits((*S)["f"]), Set{"same"});
  EXPECT_TRUE((*S)["f"].Violations.empty());
  EXPECT_TRUE((*S)["f"].Sum.Requires.empty());
  ASSERT_EQ(exitWith((*S)["f"], 0).Free.size(), 1u) << "nobody else can have held it";
}

TEST(Simulator, DemandsGoUpToTheCaller) {
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

TEST(Simulator, RecursionReachesItsBase) {
  // f(l, n) { if (n) { f(l, n); return; } unlock(l); }
  Body F("f", 2);
  uint32_t Again = F.block(), Base = F.block();
  F.at(0).branch(var(1), Again, Base);
  F.at(Again).call("f", {var(0), member(var(1), "n::next")}).ret();
  F.at(Base).call("unlock", {var(0)}).ret();
  EXPECT_EQ(exits((*run({F}))["f"]), Set{"p0 dropped"});
}

TEST(Simulator, RecursionIsSeenToReturn) {
  // f(l, n) { if (!n) return; f(l, n->next); lock(l); unlock(l); lock(l); }
  Body F("f", 2);
  uint32_t Base = F.block(), Again = F.block();
  F.at(0).branch(Expr::logicalNot(var(1)), Base, Again);
  F.at(Base).ret();
  F.at(Again).call("f", {var(0), member(var(1), "n::next")}).call("lock", {var(0)}).ret();
  EXPECT_TRUE(exits((*run({F}))["f"]).count("p0 write"));
}

TEST(Simulator, MutualRecursion) {
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

TEST(Simulator, StoresHappenAtOnce) {
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

TEST(Simulator, NamesDoNotDecideWhatIsKnown) {
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

TEST(Simulator, DemandOfAPassedFunctionIsMetAtAnyDepth) {
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

TEST(Simulator, JobsDoNotShow) {
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
  Solution One = solve(P, R, 1), Two = solve(P, R, 2);
  for (FunctionId F = 0; F < P.size(); ++F)
    EXPECT_EQ(exits(One[F]), exits(Two[F]));
}
