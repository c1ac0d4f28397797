// SPDX-License-Identifier: GPL-2.0-or-later
#include "Conditions.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

using namespace holdfast;
using namespace holdfast::test;

namespace {

/// Expressions of every kind, made in an order that \p Seed shuffles.
std::vector<const Expr *> population(unsigned Seed) {
  std::vector<std::function<const Expr *()>> Make;
  for (unsigned I = 0; I < 3; ++I) {
    Make.push_back([I] { return Expr::param(I); });
    Make.push_back([I] { return Expr::local(I); });
    Make.push_back([I] { return Expr::result(I); });
    Make.push_back([I] { return num(int64_t(I) - 1); });
    Make.push_back([I] { return Expr::phi(I, Expr::local(0)); });
    Make.push_back([I] { return Expr::phi(1, Expr::local(I)); });
    Make.push_back([I] { return Expr::cmp(CmpOp(I + 2), Expr::param(0), Expr::param(1)); });
    for (const char *Name : {"z::b", "a::c", "m::a"}) {
      Make.push_back([=] { return field(Expr::param(I), Name); });
      Make.push_back([=] { return member(Expr::result(I), Name); });
      Make.push_back([=] { return Expr::up(Expr::param(I), sym(Name)); });
      Make.push_back([=] { return Expr::index(member(Expr::param(I), Name)); });
    }
  }
  for (const char *Name : {"zeta", "alpha", "@current"}) {
    Make.push_back([=] { return Expr::global(sym(Name)); });
    Make.push_back([=] { return Expr::func(sym(Name)); });
  }
  Make.push_back([] { return Expr::ret(); });
  Make.push_back([] { return Expr::unknown(); });
  Make.push_back([] { return field(Expr::unknown(), "a::c"); });
  Make.push_back([] { return Expr::logicalNot(Expr::param(0)); });
  Make.push_back([] { return Expr::bitAnd(Expr::param(0), num(4)); });
  Make.push_back([] { return Expr::bitOr(Expr::param(0), num(4)); });
  std::shuffle(Make.begin(), Make.end(), std::mt19937(Seed));
  std::vector<const Expr *> Out;
  for (const auto &M : Make)
    Out.push_back(M());
  return Out;
}

} // namespace

TEST(Expr, EqualIsTheSamePointer) {
  std::vector<const Expr *> A = population(1), B = population(2);
  EXPECT_TRUE(std::is_permutation(A.begin(), A.end(), B.begin(), B.end()));
  std::sort(A.begin(), A.end());
  A.erase(std::unique(A.begin(), A.end()), A.end());
  // Each recipe is another value, up to its name being another one.
  EXPECT_EQ(A.size(), population(1).size() - 1) << "only phi(1, l0) is made twice";
}

TEST(Expr, ThreadsAgree) {
  std::vector<std::vector<const Expr *>> Made(4);
  std::vector<std::thread> Threads;
  for (unsigned T = 0; T < 4; ++T)
    Threads.emplace_back([&Made, T] {
      for (int64_t I = 0; I < 500; ++I)
        Made[T].push_back(member(Expr::bitOr(Expr::param(9), num(100 + I)), "thr::f"));
    });
  for (std::thread &T : Threads)
    T.join();
  for (unsigned T = 1; T < 4; ++T)
    EXPECT_EQ(Made[T], Made[0]);
}

TEST(Expr, FieldAndUpCancel) {
  const Expr *P = Expr::param(0);
  EXPECT_EQ(Expr::up(field(P, "r::f"), sym("r::f")), P);
  EXPECT_EQ(Expr::field(Expr::up(P, sym("r::f")), sym("r::f")), P);
  EXPECT_NE(Expr::up(field(P, "r::f"), sym("r::g")), P);
  EXPECT_NE(Expr::field(Expr::up(P, sym("r::f")), sym("r::g")), P);
  // Through two records, in the right order only.
  const Expr *Inner = field(field(P, "a::b"), "b::c");
  EXPECT_EQ(Expr::up(Expr::up(Inner, sym("b::c")), sym("a::b")), P);
  EXPECT_NE(Expr::up(Expr::up(Inner, sym("a::b")), sym("b::c")), P);
}

TEST(Expr, OfUnknownOnlyTheClassIsKept) {
  const Expr *U = Expr::unknown();
  const Expr *Lock = field(U, "mm::lock");
  EXPECT_TRUE(Lock->Vague);
  EXPECT_EQ(Lock->Kind, ExprKind::Field);
  EXPECT_EQ(Lock->Name, sym("mm::lock"));
  EXPECT_EQ(field(field(U, "a::b"), "mm::lock"), Lock) << "one vague base";
  EXPECT_EQ(field(num(0), "mm::lock"), Lock) << "a member of NULL";
  EXPECT_TRUE(Expr::load(Lock)->isUnknown());
  EXPECT_EQ(Expr::index(Lock), Lock);
  EXPECT_TRUE(Expr::up(U, sym("a::b"))->isUnknown());
  EXPECT_TRUE(Expr::logicalNot(U)->isUnknown());
  EXPECT_TRUE(Expr::cmp(CmpOp::Lt, Expr::param(0), U)->isUnknown());
  EXPECT_TRUE(Expr::bitAnd(U, num(1))->isUnknown());
  EXPECT_TRUE(Expr::phi(3, Lock)->isUnknown());
  EXPECT_TRUE(Expr::phi(3, field(Expr::phi(2, Expr::local(0)), "a::b"))->isUnknown());
  EXPECT_FALSE(field(Expr::param(0), "mm::lock")->Vague);
}

TEST(Expr, FramesAreSeenFromAbove) {
  EXPECT_TRUE(member(Expr::local(3), "r::f")->HasFrame);
  EXPECT_TRUE(Expr::cmp(CmpOp::Lt, Expr::param(0), Expr::result(1))->HasFrame);
  EXPECT_TRUE(Expr::phi(1, Expr::param(0))->HasFrame);
  EXPECT_FALSE(member(Expr::ret(), "r::f")->HasFrame);
  EXPECT_FALSE(member(Expr::global(sym("g")), "r::f")->HasFrame);
}

TEST(Expr, LongChainsEnd) {
  const Expr *E = Expr::param(0);
  for (unsigned I = 0; I < Expr::MaxDepth; ++I) {
    E = Expr::load(E);
    EXPECT_FALSE(E->Vague) << I;
  }
  EXPECT_EQ(E->Depth, Expr::MaxDepth);
  EXPECT_TRUE(Expr::load(E)->isUnknown());
  for (unsigned I = 0; I < 40; ++I) {
    E = member(E, "list::next");
    EXPECT_LE(E->Depth, Expr::MaxDepth);
  }
}

TEST(Expr, SimplifyingKeepsTheMeaning) {
  const std::vector<const Expr *> Params{Expr::param(0), Expr::param(1), Expr::param(2)};
  std::mt19937 Random(3);
  for (unsigned N = 0; N < 2000; ++N) {
    Sample S = randomSample(Random, 3, Params);
    for (unsigned Try = 0; Try < 8; ++Try) {
      Values V;
      for (const Expr *P : Params)
        V[P] = smallValue(Random);
      const Expr *Value = S.E->rewrite([&](const Expr *Leaf) {
        return Leaf->Kind == ExprKind::Param ? num(V[Leaf]) : Leaf;
      });
      ASSERT_TRUE(Value->isConst()) << S.E->str();
      ASSERT_EQ(Value->Value, S.Eval(V)) << S.E->str();
      ASSERT_EQ(evaluate(S.E, V), S.Eval(V)) << S.E->str();
    }
  }
}

TEST(Expr, ConstantsGoRight) {
  const Expr *P = Expr::param(0);
  EXPECT_EQ(Expr::cmp(CmpOp::Lt, num(3), P), Expr::cmp(CmpOp::Gt, P, num(3)));
  EXPECT_EQ(Expr::cmp(CmpOp::Ge, num(3), P), Expr::cmp(CmpOp::Le, P, num(3)));
  EXPECT_EQ(Expr::cmp(CmpOp::Eq, num(0), P), Expr::logicalNot(P));
  EXPECT_EQ(Expr::bitAnd(num(8), P), Expr::bitAnd(P, num(8)));
  EXPECT_EQ(Expr::bitOr(num(8), P), Expr::bitOr(P, num(8)));
  const Expr *Less = Expr::cmp(CmpOp::Lt, P, num(3));
  EXPECT_EQ(Expr::logicalNot(Expr::logicalNot(Less)), Less);
  EXPECT_NE(Expr::logicalNot(Expr::logicalNot(P)), P) << "!!5 is 1";
}

TEST(Expr, SubstitutionMakesTheCallersPath) {
  const Expr *Callee = field(member(Expr::param(0), "vma::mm"), "mm::lock");
  const Expr *Arg = member(Expr::param(2), "vmf::vma");
  auto toArg = [&](const Expr *L) { return L == Expr::param(0) ? Arg : L; };
  EXPECT_EQ(Callee->rewrite(toArg), field(member(Arg, "vma::mm"), "mm::lock"));
  // A container_of() in the callee meets the member in the argument.
  const Expr *Outer = Expr::up(Expr::param(0), sym("dev::work"));
  EXPECT_EQ(Outer->rewrite([](const Expr *) { return field(Expr::param(1), "dev::work"); }),
            Expr::param(1));
  // Reads go through OnLoad, innermost first, with the new place.
  std::vector<const Expr *> Seen;
  const Expr *R = Callee->rewrite(toArg, [&](const Expr *Place) {
    Seen.push_back(Place);
    return Expr::global(sym("mm"));
  });
  ASSERT_EQ(Seen.size(), 1u) << "Arg itself is not rewritten";
  EXPECT_EQ(Seen[0], field(Arg, "vma::mm"));
  EXPECT_EQ(R, field(Expr::global(sym("mm")), "mm::lock"));
  EXPECT_TRUE(Callee->rewrite([](const Expr *) { return Expr::unknown(); })->Vague);
}

TEST(Expr, RootsAndMentions) {
  const Expr *P = member(Expr::param(0), "a::b");
  const Expr *Lock = Expr::index(field(P, "b::locks"));
  EXPECT_EQ(Lock->root(), Expr::param(0));
  EXPECT_EQ(Expr::up(Lock, sym("c::d"))->root(), Expr::param(0));
  EXPECT_EQ(Expr::phi(1, P)->root(), Expr::phi(1, P));
  EXPECT_TRUE(Lock->mentions(P));
  EXPECT_TRUE(Expr::cmp(CmpOp::Lt, Expr::param(1), Lock)->mentions(P));
  EXPECT_FALSE(P->mentions(Lock));
  EXPECT_FALSE(Lock->mentions(Expr::param(1)));
}

TEST(Expr, Text) {
  const Expr *P = Expr::param(0);
  EXPECT_EQ(member(P, "vmf::vma")->str(), "p0->vma");
  EXPECT_EQ(field(member(P, "vma::vm_mm"), "mm::mmap_lock")->str(), "&p0->vm_mm->mmap_lock");
  EXPECT_EQ(field(field(P, "a::b"), "b::c")->str(), "&p0->b.c");
  EXPECT_EQ(Expr::load(P)->str(), "*p0");
  EXPECT_EQ(Expr::load(Expr::local(2))->str(), "l2");
  EXPECT_EQ(member(Expr::local(2), "r::f")->str(), "l2.f");
  EXPECT_EQ(Expr::local(2)->str(), "&l2");
  EXPECT_EQ(Expr::load(Expr::index(field(P, "r::v")))->str(), "p0->v[]");
  EXPECT_EQ(Expr::global(sym("big_lock"))->str(), "&big_lock");
  EXPECT_EQ(Expr::load(Expr::global(sym("count")))->str(), "count");
  EXPECT_EQ(Expr::global(sym("@current"))->str(), "current");
  EXPECT_EQ(member(Expr::global(sym("@current")), "task::mm")->str(), "current->mm");
  EXPECT_EQ(Expr::up(P, sym("r::f"))->str(), "container_of(p0, r::f)");
  EXPECT_EQ(member(Expr::result(4), "r::f")->str(), "r4->f");
  EXPECT_EQ(member(Expr::ret(), "r::f")->str(), "ret->f");
  EXPECT_EQ(Expr::func(sym("go"))->str(), "go");
  EXPECT_EQ(Expr::logicalNot(P)->str(), "!(p0)");
  EXPECT_EQ(Expr::cmp(CmpOp::Le, P, num(-1))->str(), "(p0 <= -1)");
  EXPECT_EQ(Expr::bitAnd(P, num(4))->str(), "(p0 & 4)");
  EXPECT_EQ(Expr::bitOr(P, num(4))->str(), "(p0 | 4)");
  EXPECT_EQ(Expr::unknown()->str(), "?");
  auto names = [](const Expr *L) { return L == Expr::param(0) ? "vma" : std::string(); };
  EXPECT_EQ(member(P, "vma::vm_mm")->str(names), "vma->vm_mm");
  EXPECT_EQ(Expr::param(1)->str(names), "p1");
}

TEST(Expr, OrderIsStrictAndTotal) {
  std::vector<const Expr *> All = population(5);
  All.push_back(nullptr);
  for (const Expr *A : All)
    for (const Expr *B : All) {
      EXPECT_EQ(int(exprLess(A, B)) + int(exprLess(B, A)), A == B ? 0 : 1);
      for (const Expr *C : All)
        if (exprLess(A, B) && exprLess(B, C)) {
          ASSERT_TRUE(exprLess(A, C));
        }
    }
}

TEST(Expr, OrderIsThatOfTheTextNotOfCreation) {
  // Interned, and made, in the wrong order on purpose.
  const Expr *Late = field(Expr::param(0), "order_zz::f");
  const Expr *Early = field(Expr::param(0), "order_aa::f");
  EXPECT_TRUE(exprLess(Early, Late));
  EXPECT_TRUE(exprLess(Expr::param(70), Expr::param(71)));
  const Expr *Deep71 = member(Expr::param(71), "order_mm::f");
  EXPECT_TRUE(exprLess(member(Expr::param(70), "order_mm::f"), Deep71));
  std::vector<const Expr *> A = population(8), B = population(9);
  std::sort(A.begin(), A.end(), exprLess);
  std::sort(B.begin(), B.end(), exprLess);
  EXPECT_EQ(A, B);
}
