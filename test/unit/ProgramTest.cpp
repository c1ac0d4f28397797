// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Linking: who calls whom, through names, slots, globals and parameters.
#include "Programs.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <set>

using namespace holdfast;
using namespace holdfast::test;

namespace {

std::string nameOf(unsigned I) { return "f" + std::to_string(100 + I); }

/// The names that call \p Call of \p F may reach.
std::set<std::string> reached(const Program &P, const char *F, uint32_t Call = 0) {
  std::set<std::string> Out;
  for (FunctionId T : P.targets(P.find(sym(F)), Call))
    Out.insert(P.function(T).Name.str());
  return Out;
}

using Names = std::set<std::string>;

SlotStore store(const char *Slot, const char *Function, const char *Table = "ops",
                uint32_t Line = 1, const char *File = "a.c") {
  return {sym(Slot), sym(Function), sym(Table), {sym(File), Line, 1}};
}

/// All that the outside can see of a program.
std::string describe(const Program &P) {
  std::string S;
  auto add = [&](const std::string &T) { S += T + " "; };
  for (FunctionId F = 0; F < P.size(); ++F) {
    add("\n" + dump(P.function(F)));
    for (uint32_t C = 0; C < P.function(F).NumCalls; ++C) {
      add("call " + std::to_string(C) + (P.isIndirect(F, C) ? " via " : " ") +
          P.slot(F, C).str());
      for (FunctionId T : P.targets(F, C))
        add(std::to_string(T));
    }
    for (const CallSite &C : P.directCallers(F))
      add("from " + std::to_string(C.Caller) + ":" + std::to_string(C.Call));
    for (const SlotStore &St : P.slotsOf(F)) {
      add("in " + St.Slot.str() + " of " + St.Table.str() + " at " + St.Loc.File.str() +
          ":" + std::to_string(St.Loc.Line));
      for (const CallSite &C : P.callersOf(St.Slot))
        add("by " + std::to_string(C.Caller));
    }
  }
  add(std::to_string(P.resolvedCalls()) + "/" + std::to_string(P.unresolvedCalls()));
  return S;
}

} // namespace

TEST(Components, AgreeWithTransitiveClosure) {
  std::mt19937 Random(5);
  for (unsigned N = 0; N < 120 && !HasFailure(); ++N) {
    unsigned Size = 1 + unsigned(Random() % 12);
    std::vector<std::vector<bool>> Reach(Size, std::vector<bool>(Size));
    std::vector<Body> Bodies;
    for (unsigned F = 0; F < Size; ++F) {
      Bodies.emplace_back(nameOf(F));
      for (unsigned E = unsigned(Random() % 4); E > 0; --E) {
        unsigned To = unsigned(Random() % Size);
        Reach[F][To] = true;
        Bodies.back().call(nameOf(To));
      }
    }
    Program P = linkAll(Bodies);
    ASSERT_EQ(P.size(), Size);
    for (unsigned K = 0; K < Size; ++K)
      for (unsigned I = 0; I < Size; ++I)
        for (unsigned J = 0; J < Size; ++J)
          if (Reach[I][K] && Reach[K][J])
            Reach[I][J] = true;
    std::vector<unsigned> Place(Size, ~0u);
    std::vector<std::vector<FunctionId>> Components = P.components();
    for (unsigned C = 0; C < Components.size(); ++C)
      for (FunctionId F : Components[C]) {
        EXPECT_EQ(Place[F], ~0u) << "in two components";
        Place[F] = C;
      }
    for (unsigned I = 0; I < Size; ++I)
      for (unsigned J = 0; J < Size; ++J) {
        ASSERT_NE(Place[I], ~0u);
        EXPECT_EQ(Place[I] == Place[J], I == J || (Reach[I][J] && Reach[J][I]));
        if (Reach[I][J]) {
          EXPECT_LE(Place[J], Place[I]) << "callees first";
        }
      }
  }
}

TEST(Program, OrderOfUnitsDoesNotShow) {
  auto unit = [](const char *File, std::vector<Body> Bodies, std::vector<SlotStore> Slots) {
    TranslationUnit U;
    U.File = sym(File);
    for (Body &B : Bodies)
      U.Functions.push_back(B.F);
    U.Slots = std::move(Slots);
    return U;
  };
  Body Strong("init", 1, "b.c"), Weak("init", 1, "a.c"), Shared("helper", 1, "h.h");
  Weak.F->Link = Linkage::Weak;
  Weak.call("nothing");
  Strong.call("helper").callValue(member(var(0), "ops::go"), {});
  Body Go("go@a.c"), Stop("stop@b.c"), Copier("copier", 2, "c.c");
  Copier.assign(field(var(0), "ops::stop"), member(var(1), "ops::go"));
  Copier.callValue(member(var(0), "ops::stop"), {});
  // The same table and line in two units: a definition in a header.
  std::vector<TranslationUnit> Units{
      unit("a.c", {Weak, Shared, Go}, {store("ops::go", "go@a.c", "a_ops", 3)}),
      unit("b.c", {Strong, Shared, Stop}, {store("ops::stop", "stop@b.c", "b_ops", 9, "b.c")}),
      unit("c.c", {Copier}, {store("ops::go", "go@a.c", "c_ops", 2, "c.c")}),
      unit("d.c", {Shared}, {store("ops::go", "stop@b.c", "c_ops", 2, "c.c")})};
  std::vector<unsigned> Order{0, 1, 2, 3};
  std::string First = describe(Program::link(Units));
  EXPECT_NE(First.find("helper"), std::string::npos);
  EXPECT_EQ(First.find("nothing"), std::string::npos) << "the weak body lost";
  while (std::next_permutation(Order.begin(), Order.end())) {
    std::vector<TranslationUnit> Mixed;
    for (unsigned I : Order)
      Mixed.push_back(Units[I]);
    EXPECT_EQ(describe(Program::link(Mixed)), First);
  }
}

TEST(Program, DirectCallsAndTheirCallers) {
  Body Caller("caller"), Callee("callee");
  Caller.call("callee").call("elsewhere").call("callee");
  Program P = linkAll({Caller, Callee});
  EXPECT_EQ(reached(P, "caller", 0), Names{"callee"});
  EXPECT_EQ(reached(P, "caller", 1), Names());
  EXPECT_FALSE(P.isIndirect(P.find(sym("caller")), 1));
  EXPECT_EQ(P.directCallers(P.find(sym("callee"))).size(), 2u);
  EXPECT_EQ(P.find(sym("elsewhere")), NoFunction);
  EXPECT_EQ(P.unresolvedCalls(), 0u) << "only indirect calls count";
}

TEST(Program, StaticFunctionsKeepTheirFile) {
  Program P = linkAll({Body("probe@a.c"), Body("probe@b.c"), Body("probed")});
  EXPECT_EQ(P.findByPlainName("probe").size(), 2u);
  EXPECT_EQ(P.findByPlainName("probe@b.c").size(), 1u);
  EXPECT_EQ(P.find(sym("probe")), NoFunction);
  EXPECT_EQ(plainName(sym("probe@b.c")), "probe");
}

TEST(Slots, ByRecordAndField) {
  Body Caller("caller"), Fault("fault"), Other("other");
  Caller.callValue(member(member(var(0), "vma::ops"), "vm_ops::fault"), {var(0)});
  Caller.callValue(member(member(var(0), "vma::ops"), "vm_ops::open"), {var(0)});
  Program P = linkAll({Caller, Fault, Other}, {store("vm_ops::fault", "fault"),
                                               store("vm_ops::close", "other"),
                                               store("vm_ops::fault", "not_here")});
  EXPECT_EQ(reached(P, "caller", 0), Names{"fault"});
  EXPECT_EQ(reached(P, "caller", 1), Names());
  FunctionId C = P.find(sym("caller"));
  EXPECT_TRUE(P.isIndirect(C, 0));
  EXPECT_EQ(P.slot(C, 0), sym("vm_ops::fault"));
  EXPECT_EQ(P.slot(C, 1), sym("vm_ops::open"));
  EXPECT_EQ(P.callersOf(sym("vm_ops::fault")).size(), 1u);
  EXPECT_TRUE(P.callersOf(sym("vm_ops::close")).empty());
  EXPECT_EQ(P.resolvedCalls(), 1u);
  EXPECT_EQ(P.unresolvedCalls(), 1u);
  EXPECT_TRUE(P.directCallers(P.find(sym("fault"))).empty());
}

TEST(Slots, CopiesOfFieldsAndGlobalsAreFollowed) {
  Body Caller("caller"), A("a"), B("b"), Setup("setup"), Late("z_setup");
  const Expr *Hook = Expr::global(sym("hook"));
  Caller.callValue(Expr::load(Hook), {}).callValue(member(var(0), "to::f"), {});
  Setup.assign(field(var(0), "to::f"), member(var(0), "from::f"));
  Setup.assign(Hook, member(var(0), "to::f"));
  Late.assign(field(var(0), "from::f"), fn("b"));
  Program P = linkAll({Caller, A, B, Setup, Late}, {store("from::f", "a")});
  EXPECT_EQ(reached(P, "caller", 0), (Names{"a", "b"}));
  EXPECT_EQ(reached(P, "caller", 1), (Names{"a", "b"}));
}

TEST(Slots, RegistrationThroughParameters) {
  // register(dev, fn) -> __register(dev, fn) -> dev->cb = fn
  Body Outer("register_cb", 2), Inner("__register_cb", 2), Driver("driver"), Cb("cb"),
      Fire("fire");
  Outer.call("__register_cb", {var(0), var(1)});
  Inner.assign(field(var(0), "dev::cb"), var(1));
  Driver.call("register_cb", {var(0), fn("cb")});
  Fire.callValue(member(var(0), "dev::cb"), {});
  Program P = linkAll({Outer, Inner, Driver, Cb, Fire});
  EXPECT_EQ(reached(P, "fire"), Names{"cb"});
  ASSERT_EQ(P.slotsOf(P.find(sym("cb"))).size(), 1u);
  EXPECT_EQ(P.slotsOf(P.find(sym("cb")))[0].Slot, sym("dev::cb"));
}

TEST(Slots, CalledParametersHaveNoSlot) {
  Body Walk("walk", 2), User("user"), Cb("cb"), Local("local", 1);
  Walk.callValue(var(1), {var(0)});
  User.call("walk", {var(0), fn("cb")});
  Local.assign(Expr::local(1), fn("cb"));
  Local.assign(Expr::local(1), member(var(0), "ops::go"));
  Local.callValue(var(1), {});
  Program P = linkAll({Walk, User, Cb, Local, Body("go")}, {store("ops::go", "go")});
  EXPECT_EQ(reached(P, "walk"), Names{"cb"});
  EXPECT_TRUE(P.slot(P.find(sym("walk")), 0).empty());
  EXPECT_EQ(P.directCallers(P.find(sym("cb"))).size(), 1u);
  EXPECT_EQ(reached(P, "local"), (Names{"cb", "go"}));
}

TEST(Slots, TablesAreWholes) {
  std::vector<SlotStore> Slots{store("vm_ops::fault", "f1", "one", 1),
                               store("vm_ops::mkwrite", "m", "one", 2),
                               store("vm_ops::fault", "f2", "two", 9),
                               store("vm_ops::fault", "f3", "", 12),
                               store("vm_ops::fault", "f4", "one", 1, "b.c")};
  Program P = linkAll({Body("f1"), Body("f2"), Body("f3"), Body("f4"), Body("m")}, Slots);
  Symbol Mkwrite = sym("vm_ops::mkwrite");
  EXPECT_TRUE(P.tableFills(Slots[0], Mkwrite));
  EXPECT_FALSE(P.tableFills(Slots[0], sym("vm_ops::open")));
  EXPECT_FALSE(P.tableFills(Slots[2], Mkwrite));
  EXPECT_FALSE(P.tableFills(Slots[3], Mkwrite)) << "filled at run time";
  EXPECT_FALSE(P.tableFills(Slots[4], Mkwrite)) << "a table of another file";
}

TEST(Slots, OneFunctionInTwoTables) {
  std::vector<SlotStore> Slots{store("vm_ops::fault", "f", "one", 1),
                               store("vm_ops::mkwrite", "m", "one", 2),
                               store("vm_ops::fault", "f", "two", 8),
                               store("vm_ops::mkwrite", "m", "two", 9)};
  Program P = linkAll({Body("f"), Body("m")}, Slots);
  EXPECT_TRUE(P.tableFills(Slots[0], sym("vm_ops::mkwrite")));
  EXPECT_TRUE(P.tableFills(Slots[2], sym("vm_ops::mkwrite")));
  EXPECT_EQ(P.slotsOf(P.find(sym("f"))).size(), 2u) << "each store is a way in";
}
