// SPDX-License-Identifier: GPL-2.0-or-later
// The engine and the graph against naive oracles that share nothing with them:
// single dependencies as nodes, "may follow" as a matrix, its closure by brute
// force. No chain cache, no search, no flags carried along.
#include "Fixture.h"

#include <algorithm>
#include <random>
#include <set>

using namespace holdfast;
using namespace holdfast::test;

namespace {

/// From was held (Shared or not) when To was acquired (Recursively or not).
struct Dependency {
  unsigned From, To;
  bool Shared, Recursive;
  auto operator<=>(const Dependency &) const = default;
};

bool mayFollow(const Dependency &A, const Dependency &B) {
  return A.To == B.From && !(A.Recursive && B.Shared);
}

/// Which dependency leads to which, over one or more strong steps.
std::vector<std::vector<bool>> closure(const std::vector<Dependency> &All) {
  size_t N = All.size();
  std::vector<std::vector<bool>> Leads(N, std::vector<bool>(N));
  for (size_t I = 0; I < N; ++I)
    for (size_t J = 0; J < N; ++J)
      Leads[I][J] = mayFollow(All[I], All[J]);
  for (size_t K = 0; K < N; ++K)
    for (size_t I = 0; I < N; ++I)
      for (size_t J = 0; J < N; ++J)
        if (Leads[I][K] && Leads[K][J])
          Leads[I][J] = true;
  return Leads;
}

// --- the cycles of a static graph -------------------------------------------------

using ClassCycle = std::vector<unsigned>;

/// All elementary cycles of classes, smallest class first, that some choice of
/// dependencies makes strong.
struct BruteCycles {
  const std::vector<Dependency> &All;
  std::set<ClassCycle> Found;
  std::vector<Dependency> Path;

  void extend(unsigned Root) {
    for (const Dependency &D : All) {
      if (!Path.empty() && !mayFollow(Path.back(), D))
        continue;
      if (Path.empty() && D.From != Root)
        continue;
      bool Closes = D.To == Root;
      if (D.To < Root || (!Closes && seen(D.To, Root)))
        continue;
      Path.push_back(D);
      if (!Closes)
        extend(Root);
      else if (mayFollow(D, Path.front()))
        add();
      Path.pop_back();
    }
  }
  bool seen(unsigned C, unsigned Root) const {
    return C == Root || std::any_of(Path.begin(), Path.end(),
                                    [&](const Dependency &D) { return D.To == C; });
  }
  void add() {
    ClassCycle C;
    for (const Dependency &D : Path)
      C.push_back(D.From);
    Found.insert(C);
  }
};

ReadMode fromMode(const Dependency &D) {
  return D.Shared ? ReadMode::Read : ReadMode::Write;
}
ReadMode toMode(const Dependency &D) {
  return D.Recursive ? ReadMode::Recursive : ReadMode::Write;
}

TEST(GraphOracle, CyclesOfRandomGraphs) {
  std::mt19937 R(7);
  size_t Cycles = 0, Strong = 0;
  for (int Round = 0; Round < 2000; ++Round) {
    unsigned Classes = 2 + R() % 5, Count = 1 + R() % 12;
    Graph G;
    std::set<Dependency> Unique;
    for (unsigned I = 0; I < Classes; ++I)
      G.addClass("c" + std::to_string(I));
    for (unsigned I = 0; I < Count; ++I)
      Unique.insert(
          {unsigned(R() % Classes), unsigned(R() % Classes), R() % 2 == 0, R() % 2 == 0});
    std::vector<Dependency> All(Unique.begin(), Unique.end());
    for (size_t I = 0; I < All.size(); ++I)
      G.addEdge(All[I].From, All[I].To, fromMode(All[I]), toMode(All[I]), I + 1);
    BruteCycles Brute{All, {}, {}};
    for (unsigned Root = 0; Root < Classes; ++Root)
      Brute.extend(Root);
    std::set<ClassCycle> Found;
    for (const Cycle &C : G.cycles()) {
      ClassCycle Names;
      for (size_t I = 0; I < C.size(); ++I) {
        Names.push_back(C[I].From);
        // The witness is of a dependency of that kind, and the legs are strong.
        ASSERT_GT(C[I].Witness, 0u);
        const Dependency &D = All[C[I].Witness - 1];
        EXPECT_EQ(D.From, C[I].From);
        EXPECT_EQ(D.To, C[I].To);
        EXPECT_TRUE(mayFollow(D, All[C[(I + 1) % C.size()].Witness - 1]));
      }
      EXPECT_TRUE(Found.insert(Names).second) << "given twice";
    }
    ASSERT_EQ(Found, Brute.Found) << "round " << Round;
    Strong += Found.size();
    Cycles += !Found.empty();
  }
  EXPECT_GT(Cycles, 200u);
  EXPECT_GT(Strong, 1000u);
}

TEST(GraphOracle, LimitsAreKeptAndTold) {
  Graph G;
  for (unsigned I = 0; I < 8; ++I)
    for (unsigned J = 0; J < 8; ++J)
      if (I != J)
        G.addEdge(G.addClass("c" + std::to_string(I)),
                  G.addClass("c" + std::to_string(J)), ReadMode::Write, ReadMode::Write);
  bool Truncated = false;
  EXPECT_EQ(G.cycles({.MaxLength = 2}, &Truncated).size(), 28u);
  EXPECT_FALSE(Truncated);
  EXPECT_EQ(G.cycles({.MaxCount = 10}, &Truncated).size(), 10u);
  EXPECT_TRUE(Truncated);
  G.cycles({.MaxSteps = 50}, &Truncated);
  EXPECT_TRUE(Truncated);
}

// --- events ------------------------------------------------------------------------

/// What the engine should say first, computed naively.
struct Model {
  struct Lock {
    unsigned Class;
    ReadMode Mode;
    bool Try, InIrq;
  };
  struct Task {
    std::vector<Lock> Held;
    bool IrqsOn = true, InIrq = false;
  };
  std::vector<Dependency> All;
  /// By class: held with irqs on, used inside one; each for write and for read.
  bool On[8][2] = {}, In[8][2] = {};
  Task Tasks[3];

  void mark(bool (&Bits)[8][2], const Lock &L) {
    Bits[L.Class][L.Mode != ReadMode::Write] = true;
  }

  /// False: breaks a rule.
  bool acquire(unsigned T, unsigned Class, ReadMode Mode, bool Try) {
    Task &Me = Tasks[T];
    Lock L{Class, Mode, Try, Me.InIrq};
    if (Me.InIrq && !Try)
      mark(In, L);
    if (Me.IrqsOn)
      mark(On, L);
    bool Fine = consistent() && (Try || (!recursive(Me, L) && depend(Me, L)));
    Me.Held.push_back(L);
    return Fine;
  }

  bool recursive(const Task &Me, const Lock &L) const {
    return std::any_of(Me.Held.begin(), Me.Held.end(), [&](const Lock &H) {
      return H.Class == L.Class &&
             (L.Mode != ReadMode::Recursive || H.Mode == ReadMode::Write);
    });
  }

  bool depend(const Task &Me, const Lock &L) {
    for (size_t I = Me.Held.size(); I-- > 0 && Me.Held[I].InIrq == L.InIrq;) {
      const Lock &H = Me.Held[I];
      Dependency D{H.Class, L.Class, H.Mode != ReadMode::Write,
                   L.Mode == ReadMode::Recursive};
      if (std::find(All.begin(), All.end(), D) == All.end())
        All.push_back(D);
      if (!H.Try)
        break;
    }
    std::vector<std::vector<bool>> Leads = closure(All);
    for (size_t I = 0; I < All.size(); ++I)
      if (Leads[I][I])
        return false;
    return consistent();
  }

  bool enableIrqs(unsigned T) {
    for (const Lock &L : Tasks[T].Held)
      mark(On, L);
    Tasks[T].IrqsOn = true;
    return consistent();
  }

  /// An interrupted holder of B whose handler wants A is a dependency B -> A; it
  /// must not close a strong cycle with any path A -> B, the empty one included.
  bool consistent() const {
    for (unsigned A = 0; A < 8; ++A)
      for (unsigned B = 0; B < 8; ++B)
        for (bool InRead : {false, true})
          for (bool OnRead : {false, true})
            if (In[A][InRead] && On[B][OnRead] && closes({B, A, OnRead, InRead}))
              return false;
    return true;
  }
  bool closes(Dependency Irq) const {
    std::vector<Dependency> More = All;
    More.push_back(Irq);
    return closure(More).back().back();
  }
};

struct OracleTest : Fixture {
  void SetUp() override {
    for (char C = 'A'; C < 'A' + 8; ++C)
      map(std::string(1, C));
  }
};

TEST_F(OracleTest, RandomSequences) {
  std::mt19937 R(11);
  int Broken = 0, ByKind[32] = {};
  for (int Round = 0; Round < 3000; ++Round) {
    E.reset(), Known.clear(), Reports.clear(), SetUp();
    Model M;
    unsigned Classes = 2 + R() % 4;
    bool Irqs = R() % 2, AllModes = !Irqs; // usage bits do not tell the two reads apart
    for (int Step = 0; Step < 60; ++Step) {
      unsigned T = R() % 3;
      Model::Task &Me = M.Tasks[T];
      bool Fine = true, Said = true;
      unsigned Dice = R() % 100;
      if (Irqs && Dice < 8 && !Me.InIrq && Me.Held.empty()) {
        size_t Before = Reports.size();
        Me.IrqsOn ? E.hardirqsOff(T, 1) : E.hardirqsOn(T, 1);
        Me.IrqsOn = !Me.IrqsOn;
        ASSERT_EQ(Before, Reports.size());
      } else if (Irqs && Dice < 15 && !Me.InIrq) {
        E.hardirqsOff(T, 1), E.enterHardirq(T);
        Me.InIrq = true, Me.IrqsOn = false;
      } else if (Irqs && Dice < 20 && Me.InIrq &&
                 std::none_of(
                     Me.Held.begin(), Me.Held.end(),
                     [](const Model::Lock &L) { return L.InIrq; })) {
        E.leaveHardirq(T);
        Me.InIrq = false;
        size_t Before = Reports.size();
        E.hardirqsOn(T, 1);
        Fine = M.enableIrqs(T);
        Said = Reports.size() == Before;
      } else if (Dice < 60 && Me.Held.size() < 4) {
        unsigned C = R() % Classes;
        // With interrupts, mostly as right code does: one order, and even classes
        // only with interrupts off.
        bool Odd = C % 2, Up = Me.Held.empty() || C > Me.Held.back().Class;
        if (Irqs && R() % 16 && (!Up || (Odd ? Me.InIrq : Me.IrqsOn)))
          continue;
        ReadMode Mode = static_cast<ReadMode>(R() % 3);
        Mode = Mode == ReadMode::Read && !AllModes ? ReadMode::Recursive : Mode;
        bool Try = R() % 8 == 0;
        Fine = M.acquire(T, C, Mode, Try);
        Said = E.acquire(T, map(std::string(1, char('A' + C))), 0, Try, Mode, true, 0, 1);
      } else if (!Me.Held.empty() && Me.Held.back().InIrq == Me.InIrq) {
        E.release(T, map(std::string(1, char('A' + Me.Held.back().Class))), 1);
        Me.Held.pop_back();
      }
      ASSERT_EQ(Fine, Said) << "round " << Round << ", step " << Step;
      if (!Fine) {
        ++Broken;
        ++ByKind[static_cast<int>(Reports.at(0).Kind)];
        break;
      }
    }
  }
  EXPECT_GT(Broken, 1000);
  for (ReportKind K :
       {ReportKind::Circular, ReportKind::Recursive, ReportKind::InconsistentState,
        ReportKind::IrqInversion, ReportKind::IrqDependency})
    EXPECT_GT(ByKind[static_cast<int>(K)], 5) << kindName(K);
}

/// After any number of reports, what is recorded holds no contradiction.
TEST_F(OracleTest, TheGraphStaysFreeOfContradictions) {
  std::mt19937 R(13);
  for (int Round = 0; Round < 300; ++Round) {
    E.reset(), Known.clear(), Reports.clear(), SetUp();
    for (int Step = 0; Step < 200; ++Step) {
      TaskId T = R() % 3;
      if (R() % 2 && E.depth(T) < 4)
        lock(std::string(1, char('A' + R() % 5)), static_cast<ReadMode>(R() % 3), T);
      else if (E.depth(T))
        E.release(T, E.held(T).back().Map, 1);
    }
    EXPECT_TRUE(E.graph().cycles().empty());
    EXPECT_FALSE(Reports.empty());
  }
}

} // namespace
