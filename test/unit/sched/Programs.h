// SPDX-License-Identifier: GPL-2.0-or-later
//
// Known small programs with known bugs.
#pragma once
#include "sched/Explore.h"
#include <memory>
#include <vector>

namespace programs {

using namespace holdfast;

struct Mutex {
  bool Held = false;
  void lock(Scheduler &S) {
    S.pointWhen({OpKind::Acquire, this}, [this] { return !Held; });
    Held = true;
  }
  void unlock(Scheduler &S) {
    S.point({OpKind::Release, this});
    Held = false;
  }
};

struct Variable {
  int Value = 0;
  int load(Scheduler &S) {
    S.point({OpKind::Read, this, false});
    return Value;
  }
  void store(Scheduler &S, int New) {
    S.point({OpKind::Write, this, true});
    Value = New;
  }
};

/// Tasks that each increment without a lock, Rounds times.
inline Program racyCounter(unsigned Tasks, int Rounds = 1) {
  const std::shared_ptr<Variable> V = std::make_shared<Variable>();
  Program P;
  P.Setup = [=](Scheduler &S) {
    V->Value = 0;
    S.nameObject(V.get(), "counter");
    for (unsigned T = 0; T < Tasks; ++T)
      S.spawn("inc" + std::to_string(T), [=, &S] {
        for (int R = 0; R < Rounds; ++R)
          V->store(S, V->load(S) + 1);
      });
  };
  P.Check = [=](Scheduler &) -> std::string {
    return V->Value == static_cast<int>(Tasks) * Rounds ? "" : "an increment was lost";
  };
  P.State = [=](Scheduler &) { return static_cast<uint64_t>(V->Value); };
  return P;
}

/// N philosophers; when Polite, the last takes its forks the other way round.
inline Program philosophers(unsigned N, bool Polite) {
  const std::shared_ptr<std::vector<Mutex>> Forks =
      std::make_shared<std::vector<Mutex>>(N);
  Program P;
  P.Setup = [=](Scheduler &S) {
    Forks->assign(N, Mutex());
    for (unsigned T = 0; T < N; ++T)
      S.nameObject(&(*Forks)[T], "fork" + std::to_string(T));
    for (unsigned T = 0; T < N; ++T)
      S.spawn("philosopher" + std::to_string(T), [=, &S] {
        const bool Swap = Polite && T + 1 == N;
        Mutex &A = (*Forks)[Swap ? (T + 1) % N : T];
        Mutex &B = (*Forks)[Swap ? T : (T + 1) % N];
        A.lock(S);
        B.lock(S);
        B.unlock(S);
        A.unlock(S);
      });
  };
  return P;
}

/// AB against BA.
inline Program abba() { return philosophers(2, false); }

/// A waiter that looks at the flag, and only then, one step later, goes to sleep.
inline Program lostWakeup() {
  const std::shared_ptr<Variable> Flag = std::make_shared<Variable>();
  Program P;
  P.Setup = [=](Scheduler &S) {
    Flag->Value = 0;
    S.spawn("waiter", [=, &S] {
      if (Flag->load(S) != 0)
        return;
      S.point({OpKind::Wait, Flag.get()});
      S.block(Flag.get());
    });
    S.spawn("waker", [=, &S] {
      Flag->store(S, 1);
      S.wake(Flag.get());
    });
  };
  return P;
}

/// Fails only when `one` reads the phase between the first two stores and `two`
/// between the second and the third: two preemptions, no fewer; depth 4.
inline Program twoPreemptions() {
  struct Shared {
    Variable Phase, SawOne, SawTwo;
  };
  const std::shared_ptr<Shared> V = std::make_shared<Shared>();
  Program P;
  P.Setup = [=](Scheduler &S) {
    *V = Shared();
    S.spawn("phases", [=, &S] {
      V->Phase.store(S, 1);
      V->Phase.store(S, 2);
      V->Phase.store(S, 3);
    });
    S.spawn("one", [=, &S] { V->SawOne.store(S, V->Phase.load(S) == 1); });
    S.spawn("two", [=, &S] { V->SawTwo.store(S, V->Phase.load(S) == 2); });
  };
  P.Check = [=](Scheduler &) -> std::string {
    return V->SawOne.Value && V->SawTwo.Value ? "both phases were seen" : "";
  };
  return P;
}

/// A pointer is checked, then used; it must be cleared in between. Noise: steps
/// before that which do not matter.
inline Program ordering(unsigned Noise) {
  struct Shared {
    Variable Pointer, Use, Other;
  };
  const std::shared_ptr<Shared> V = std::make_shared<Shared>();
  Program P;
  P.Setup = [=](Scheduler &S) {
    *V = Shared();
    V->Pointer.Value = 1;
    S.spawn("user", [=, &S] {
      for (unsigned I = 0; I < Noise; ++I)
        V->Other.store(S, 1);
      if (V->Pointer.load(S) != 0)
        V->Use.store(S, V->Pointer.load(S) != 0 ? 1 : 2);
    });
    S.spawn("freer", [=, &S] {
      for (unsigned I = 0; I < Noise; ++I)
        V->Other.store(S, 2);
      V->Pointer.store(S, 0);
    });
  };
  P.Check = [=](Scheduler &) -> std::string {
    return V->Use.Value == 2 ? "used after it was cleared" : "";
  };
  return P;
}

} // namespace programs
