// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// With which modes is a function entered? By rule, by caller, by slot.
#include "Programs.h"
#include "solve/Contexts.h"
#include <gtest/gtest.h>
#include <set>

using namespace holdfast;
using namespace holdfast::test;

namespace {

const char *const LockName = "mm::lock";

/// `&local->mm::lock`, the lock most tests are about.
const Expr *lockIn(unsigned Local) { return field(var(Local), LockName); }

struct Fixture {
  Fixture(std::vector<Body> Bodies, std::vector<SlotStore> Slots = {}, Rules Given = lockRules())
      : P(linkAll(std::move(Bodies), std::move(Slots))), R(std::move(Given)),
        S(solve(P, R, {.Jobs = 1})), C(P, R, S) {}

  /// The modes \p F is entered with: "none", "read", "write".
  std::set<std::string> entered(const char *F) const {
    return names(C.byCallers(P.find(sym(F)), sym(LockName)));
  }
  static std::set<std::string> names(const std::vector<EntryMode> &Modes) {
    static const char *const Names[] = {"none", "read", "write", "any"};
    std::set<std::string> Out;
    for (const EntryMode &M : Modes)
      EXPECT_TRUE(Out.insert(Names[int(M.Mode)]).second) << "each mode once";
    return Out;
  }

  Program P;
  Rules R;
  Solution S;
  Contexts C;
};

using Set = std::set<std::string>;

SlotStore store(const char *Slot, const char *Function, const char *Table = "ops") {
  return {sym(Slot), sym(Function), sym(Table), {sym("a.c"), 1, 1}};
}

Requirement needs(const Expr *Lock, LockMode M = LockMode::Write) {
  Requirement N;
  N.Lock = Lock;
  N.Class = sym(LockName);
  N.Mode = M;
  return N;
}

RuleContext holds(const Expr *Lock, LockMode M) {
  RuleContext C;
  C.Holds = {{Lock, M}};
  return C;
}

} // namespace

TEST(Contexts, DirectCallersDecide) {
  Body Reader("reader"), Writer("writer"), Dropper("dropper"), Other("other"), F("f");
  Reader.call("down_read", {lockIn(0)}).call("f", {var(0)}).ret();
  Writer.call("lock", {lockIn(0)}).call("f", {var(0)}).ret();
  Dropper.call("unlock", {lockIn(0)}).call("f", {var(0)}).ret();
  Other.call("lock", {field(var(0), "dev::lock")}).call("f", {var(0)}).ret();
  F.ret();
  EXPECT_EQ(Fixture({Reader, F}).entered("f"), Set{"read"});
  EXPECT_EQ(Fixture({Reader, Writer, Dropper, F}).entered("f"), (Set{"none", "read", "write"}));
  EXPECT_EQ(Fixture({Other, F}).entered("f"), Set()) << "of mm::lock it says nothing";
  EXPECT_EQ(Fixture({F}).entered("f"), Set());
}

TEST(Contexts, TheNearestDecisionCounts) {
  // outer holds for write; middle drops it and calls inner, or does not.
  for (bool Drops : {false, true}) {
    Body Outer("outer"), Middle("middle"), Inner("inner");
    Outer.call("lock", {lockIn(0)}).call("middle", {var(0)}).ret();
    if (Drops)
      Middle.call("unlock", {lockIn(0)});
    Middle.call("inner", {var(0)}).ret();
    Inner.ret();
    Fixture X({Outer, Middle, Inner});
    EXPECT_EQ(X.entered("inner"), Set{Drops ? "none" : "write"});
    std::vector<EntryMode> M = X.C.byCallers(X.P.find(sym("inner")), sym(LockName));
    ASSERT_EQ(M.size(), 1u);
    EXPECT_FALSE(M[0].FromRule);
    EXPECT_EQ(M[0].Path.size(), Drops ? 1u : 2u) << "the one that decided first";
    EXPECT_EQ(X.P.function(M[0].Path.front().Caller).Name, sym(Drops ? "middle" : "outer"));
    EXPECT_EQ(M[0].Acquired.Line, 1u);
  }
}

TEST(Contexts, RecursionEnds) {
  Body A("a"), B("b"), Top("top");
  A.call("b", {var(0)}).ret();
  B.call("a", {var(0)}).ret();
  Top.call("down_read", {lockIn(0)}).call("a", {var(0)}).ret();
  EXPECT_EQ(Fixture({A, B, Top}).entered("b"), Set{"read"});
}

TEST(Contexts, SometimesHeldIsTwoWaysIn) {
  // middle: if (p1) lock(l); f();   outer holds it for read.
  Body Outer("outer"), Middle("middle", 2), F("f");
  uint32_t Take = Middle.block(), Meet = Middle.block();
  Middle.at(0).branch(var(1), Take, Meet);
  Middle.at(Take).call("lock", {lockIn(0)}).jump({Meet});
  Middle.at(Meet).call("f", {var(0)}).ret();
  Outer.call("down_read", {lockIn(0)}).call("middle", {var(0), num(0)}).ret();
  F.ret();
  EXPECT_EQ(Fixture({Outer, Middle, F}).entered("f"), (Set{"read", "write"}));
}

TEST(Contexts, ThroughSlots) {
  Body Core("core"), Fault("fault");
  Core.call("down_read", {lockIn(0)}).callValue(member(var(0), "vm_ops::fault"), {var(0)}).ret();
  Fault.ret();
  Fixture X({Core, Fault}, {store("vm_ops::fault", "fault")});
  EXPECT_EQ(X.entered("fault"), Set{"read"});
  EXPECT_EQ(Fixture::names(X.C.bySlot(sym("vm_ops::fault"), sym(LockName))), Set{"read"});
  EXPECT_EQ(Fixture::names(X.C.bySlot(sym("vm_ops::open"), sym(LockName))), Set());
}

TEST(Contexts, TriedAndFreedLocksAreNotHeld) {
  Body User("user"), F("f");
  User.call("lock", {lockIn(0)}).call("unlock", {lockIn(0)}).call("f", {var(0)}).ret();
  F.ret();
  EXPECT_EQ(Fixture({User, F}).entered("f"), Set{"none"});
}

TEST(Contexts, RulesOfASlot) {
  const Expr *Lock = field(Expr::param(0), LockName);
  Rules R = lockRules();
  CallbackRule &Rule = R.Callbacks[sym("vm_ops::fault")];
  Rule.Slot = sym("vm_ops::fault");
  Rule.Source = "a book";
  Rule.Contexts = {holds(Lock, LockMode::Read)};
  RuleContext VmaOnly;
  VmaOnly.NotHeld = {sym(LockName)};
  Rule.Contexts.push_back(VmaOnly);
  Rule.Contexts.push_back(holds(field(Expr::param(0), "inode::rwsem"), LockMode::Write));
  Fixture X({Body("fault").ret()}, {store("vm_ops::fault", "fault")}, R);
  std::vector<EntryMode> M = X.C.byRule(store("vm_ops::fault", "fault"), needs(Lock));
  ASSERT_EQ(M.size(), 2u) << "the third says nothing of this lock";
  EXPECT_EQ(M[0].Mode, LockMode::Read);
  EXPECT_TRUE(M[0].FromRule);
  EXPECT_EQ(M[0].Source, "a book");
  EXPECT_EQ(M[1].Mode, LockMode::None);
  EXPECT_TRUE(X.C.byRule(store("vm_ops::open", "fault"), needs(Lock)).empty());
  // Another mm than the one that is held.
  const Expr *Other = field(Expr::param(1), LockName);
  M = X.C.byRule(store("vm_ops::fault", "fault"), needs(Other));
  ASSERT_EQ(M.size(), 1u);
  EXPECT_EQ(M[0].Mode, LockMode::None);
}

TEST(Contexts, RulesKnowOtherNamesOfTheLock) {
  const Expr *Vma = member(Expr::param(0), "vmf::vma");
  const Expr *CurrentMm = member(Expr::global(sym("@current")), "task::mm");
  Rules R = lockRules();
  CallbackRule &Rule = R.Callbacks[sym("vm_ops::fault")];
  Rule.Contexts = {holds(field(CurrentMm, LockName), LockMode::Read)};
  Rule.Aliases = {{field(Vma, "vma::mm"), CurrentMm}};
  Fixture X({Body("fault").ret()}, {store("vm_ops::fault", "fault")}, R);
  Requirement Need = needs(field(member(Vma, "vma::mm"), LockName));
  std::vector<EntryMode> M = X.C.byRule(store("vm_ops::fault", "fault"), Need);
  ASSERT_EQ(M.size(), 1u);
  EXPECT_EQ(M[0].Mode, LockMode::Read);
}

TEST(Contexts, ConditionsPickTheContext) {
  const Expr *Lock = field(Expr::param(0), LockName);
  const Expr *Flags = member(Expr::param(0), "vmf::flags");
  Rules R = lockRules();
  CallbackRule &Rule = R.Callbacks[sym("vm_ops::fault")];
  RuleContext Unlocked;
  Unlocked.NothingElse = true;
  Unlocked.When = {{Flags, ValueRange::bits(4, 0)}};
  RuleContext Locked = holds(Lock, LockMode::Read);
  Locked.When = {{Flags, ValueRange::bits(0, 4)}};
  Rule.Contexts = {Unlocked, Locked};
  Fixture X({Body("fault").ret()}, {store("vm_ops::fault", "fault")}, R);
  SlotStore In = store("vm_ops::fault", "fault");
  EXPECT_EQ(Fixture::names(X.C.byRule(In, needs(Lock))), (Set{"none", "read"}));
  Requirement Need = needs(Lock);
  Need.When = {{Flags, ValueRange::bits(4, 0)}};
  EXPECT_EQ(Fixture::names(X.C.byRule(In, Need)), Set{"none"});
  Need.When = {{Flags, ValueRange::bits(0, 4)}};
  EXPECT_EQ(Fixture::names(X.C.byRule(In, Need)), Set{"read"});
}

TEST(Contexts, AContextMayAskForAnotherMemberOfTheTable) {
  const Expr *Lock = field(Expr::param(0), LockName);
  Rules R = lockRules();
  RuleContext C;
  C.NothingElse = true;
  C.When = {{member(Expr::param(0), "vm_ops::map_pages"), ValueRange::nonZero()}};
  R.Callbacks[sym("vm_ops::fault")].Contexts = {C, holds(Lock, LockMode::Read)};
  std::vector<SlotStore> Slots{store("vm_ops::fault", "one", "plain"),
                               store("vm_ops::fault", "two", "full"),
                               store("vm_ops::map_pages", "map", "full")};
  Fixture X({Body("one").ret(), Body("two").ret(), Body("map").ret()}, Slots, R);
  EXPECT_EQ(Fixture::names(X.C.byRule(Slots[0], needs(Lock))), Set{"read"});
  EXPECT_EQ(Fixture::names(X.C.byRule(Slots[1], needs(Lock))), (Set{"none", "read"}));
}
