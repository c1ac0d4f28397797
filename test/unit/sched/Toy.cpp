// SPDX-License-Identifier: GPL-2.0-or-later
#include "Toy.h"

using namespace holdfast;

namespace toy {

static const char *const Names[] = {"load",     "store",   "move", "skipif",
                                    "lock",     "unlock",  "down", "up",
                                    "waitflag", "setflag", "poll", "spawn"};

std::string Source::str() const {
  std::string Text;
  for (const std::vector<Code1> *List : {&Tasks, &Helpers})
    for (const Code1 &C : *List) {
      Text += List == &Tasks ? "task:" : "helper:";
      for (const Instruction &I : C)
        Text += std::string(" ") + Names[static_cast<size_t>(I.Op)] + "(" +
                std::to_string(I.A) + "," + std::to_string(I.B) + ")";
      Text += "\n";
    }
  return Text;
}

static Code1 randomCode(Rng &R, const Source &S, unsigned Length, bool Extended) {
  Code1 C;
  std::vector<Instruction> Open;
  while (C.size() < Length) {
    const unsigned Var = static_cast<unsigned>(R.below(S.Vars));
    const unsigned Lock = static_cast<unsigned>(R.below(S.Locks));
    const unsigned Other = static_cast<unsigned>(R.below(S.Vars));
    switch (R.below(Extended ? 12 : 10)) {
    case 0:
    case 1:
      C.push_back({Code::Load, Var});
      break;
    case 2:
    case 3:
      C.push_back({Code::Store, Var, Other + 1});
      break;
    case 4:
      C.push_back({Code::Move, Var, Other});
      break;
    case 5:
      C.push_back({Code::SkipIf, Var});
      break;
    case 6:
      C.push_back({Code::Lock, Lock});
      Open.push_back({Code::Unlock, Lock});
      break;
    case 7:
      C.push_back({Code::Down, Lock});
      Open.push_back({Code::Up, Lock});
      break;
    case 8:
      if (!Open.empty()) {
        C.push_back(Open.back());
        Open.pop_back();
      }
      break;
    case 9:
      C.push_back({R.below(2) ? Code::WaitFlag : Code::SetFlag, Var});
      break;
    case 10:
      C.push_back({Code::Poll, Var});
      break;
    case 11:
      if (!S.Helpers.empty())
        C.push_back({Code::Spawn, static_cast<unsigned>(R.below(S.Helpers.size()))});
      break;
    }
  }
  for (; !Open.empty(); Open.pop_back())
    C.push_back(Open.back());
  return C;
}

Source random(Rng &R, unsigned Tasks, unsigned Length, bool Extended) {
  Source S;
  S.Vars = 1 + static_cast<unsigned>(R.below(3));
  S.Locks = 1 + static_cast<unsigned>(R.below(2));
  if (Extended)
    S.Helpers.push_back(randomCode(R, S, 2, false));
  for (unsigned T = 0; T < Tasks; ++T)
    S.Tasks.push_back(
        randomCode(R, S, 1 + static_cast<unsigned>(R.below(Length)), Extended));
  return S;
}

// --- the oracle --------------------------------------------------------------

namespace {

struct State {
  std::vector<int> At, Reg, Blocked; ///< At: -1 before the start; Blocked: object
  std::vector<int> Var, Lock, Sem;   ///< Lock, Sem: 1 when taken
  std::vector<int> Queue;            ///< of tasks, in the order they blocked

  auto operator<=>(const State &) const = default;

  std::string str(const Source &S) const {
    std::string Text;
    for (size_t T = 0; T < At.size(); ++T)
      Text += (At[T] < static_cast<int>(S.Tasks[T].size()) ? "stuck" : "done") +
              std::string(":") + std::to_string(Reg[T]) + " ";
    for (int V : Var)
      Text += std::to_string(V) + " ";
    return Text;
  }
};

class Oracle {
public:
  Oracle(const Source &S, unsigned Bound) : S(S), Bound(Bound) {}

  uint64_t visit(const State &Now, int Last, unsigned Preemptions) {
    const auto [Place, New] = Seen.try_emplace({Now, Last, Preemptions}, 0);
    if (!New)
      return Place->second;
    uint64_t Count = 0;
    bool Any = false;
    const bool CanStay = Last >= 0 && enabled(Now, Last);
    for (int T = 0; T < static_cast<int>(S.Tasks.size()); ++T) {
      if (!enabled(Now, T))
        continue;
      Any = true;
      const unsigned Cost = Preemptions + (CanStay && T != Last);
      if (Cost <= Bound)
        Count += visit(step(Now, T), T, Cost);
    }
    if (!Any) {
      Ends.insert(Now.str(S));
      Count = 1;
    }
    return Seen[{Now, Last, Preemptions}] = Count;
  }

  States Ends;

private:
  bool enabled(const State &N, int T) const {
    if (N.Blocked[T] >= 0 || N.At[T] == static_cast<int>(S.Tasks[T].size()))
      return false;
    if (N.At[T] < 0)
      return true;
    const Instruction &I = S.Tasks[T][N.At[T]];
    return I.Op != Code::Lock || !N.Lock[I.A];
  }

  static void wake(State &N, int Object, bool All) {
    for (size_t Q = 0; Q < N.Queue.size();) {
      const int T = N.Queue[Q];
      if (N.Blocked[T] != Object) {
        ++Q;
        continue;
      }
      N.Blocked[T] = -1;
      N.Queue.erase(N.Queue.begin() + static_cast<ptrdiff_t>(Q));
      if (!All)
        return;
    }
  }

  State step(State N, int T) const {
    if (N.At[T] < 0)
      return N.At[T] = 0, N;
    const Instruction &I = S.Tasks[T][N.At[T]];
    const int Size = static_cast<int>(S.Tasks[T].size());
    switch (I.Op) {
    case Code::Load:
      N.Reg[T] = (N.Reg[T] * 3 + N.Var[I.A]) % 97;
      break;
    case Code::Store:
      N.Var[I.A] = (N.Reg[T] + static_cast<int>(I.B)) % 97;
      break;
    case Code::Move:
      N.Var[I.B] = (N.Var[I.A] + 1) % 97;
      break;
    case Code::SkipIf:
      if (N.Var[I.A] % 2 == 0 && N.At[T] + 1 < Size)
        ++N.At[T];
      break;
    case Code::Lock:
      N.Lock[I.A] = 1;
      break;
    case Code::Unlock:
      N.Lock[I.A] = 0;
      break;
    case Code::Down:
      if (N.Sem[I.A]) {
        N.Blocked[T] = 100 + static_cast<int>(I.A);
        N.Queue.push_back(T);
        return N;
      }
      N.Sem[I.A] = 1;
      break;
    case Code::Up:
      N.Sem[I.A] = 0;
      wake(N, 100 + static_cast<int>(I.A), false);
      break;
    case Code::WaitFlag:
      // Once only: what comes after the wake-up is a step of its own, in which
      // nothing happens but going on. B is the mark of having blocked.
      if (N.Var[I.A] == 0 && !Resumed(N, T)) {
        N.Blocked[T] = static_cast<int>(I.A);
        N.Queue.push_back(T);
        N.Reg[T] += 1000;
        return N;
      }
      if (Resumed(N, T))
        N.Reg[T] -= 1000;
      break;
    case Code::SetFlag:
      N.Var[I.A] = 1;
      wake(N, static_cast<int>(I.A), true);
      break;
    case Code::Poll:
    case Code::Spawn:
      break;
    }
    ++N.At[T];
    return N;
  }

  static bool Resumed(const State &N, int T) { return N.Reg[T] >= 1000; }

  const Source &S;
  unsigned Bound;
  std::map<std::tuple<State, int, unsigned>, uint64_t> Seen;
};

} // namespace

States oracle(const Source &S, unsigned Bound, uint64_t &Schedules) {
  State First;
  const size_t Tasks = S.Tasks.size();
  First.At.assign(Tasks, -1);
  First.Reg.assign(Tasks, 0);
  First.Blocked.assign(Tasks, -1);
  First.Var.assign(S.Vars, 0);
  First.Lock.assign(S.Locks, 0);
  First.Sem.assign(S.Locks, 0);
  Oracle O(S, Bound);
  Schedules = O.visit(First, -1, 0);
  return O.Ends;
}

// --- under the scheduler -----------------------------------------------------

namespace {

struct Machine {
  const Source &S;
  Scheduler &Sched;
  std::vector<int> Var, Lock, Sem, Reg, Finished;

  Machine(const Source &S, Scheduler &Sched) : S(S), Sched(Sched) {
    Var.assign(S.Vars, 0);
    Lock.assign(S.Locks, 0);
    Sem.assign(S.Locks, 0);
    for (const Code1 &C : S.Tasks)
      start(C);
  }

  void start(const Code1 &C) {
    const size_t Me = Reg.size();
    Reg.push_back(0);
    Finished.push_back(0);
    Sched.spawn("t" + std::to_string(Me), [this, Me, &C] {
      for (size_t At = 0; At < C.size(); ++At)
        At += execute(C[At], Me) && At + 1 < C.size();
      Finished[Me] = 1;
    });
  }

  /// Whether to skip the next instruction.
  bool execute(const Instruction &I, size_t Me) {
    const bool OnVar = I.Op <= Code::SkipIf;
    int *Object = OnVar || I.Op >= Code::WaitFlag              ? &Var[I.A % Var.size()]
                  : I.Op == Code::Lock || I.Op == Code::Unlock ? &Lock[I.A]
                                                               : &Sem[I.A];
    switch (I.Op) {
    case Code::Load:
      Sched.point({OpKind::Read, Object, false});
      Reg[Me] = (Reg[Me] * 3 + *Object) % 97;
      break;
    case Code::Store:
      Sched.point({OpKind::Write, Object, true});
      *Object = (Reg[Me] + static_cast<int>(I.B)) % 97;
      break;
    case Code::Move:
      Sched.point({OpKind::Read, Object, false});
      Sched.touch({OpKind::Write, &Var[I.B], true});
      Var[I.B] = (*Object + 1) % 97;
      break;
    case Code::SkipIf:
      Sched.point({OpKind::Read, Object, false});
      return *Object % 2 == 0;
    case Code::Lock:
      Sched.pointWhen({OpKind::Acquire, Object}, [&] { return *Object == 0; });
      *Object = 1;
      break;
    case Code::Unlock:
      Sched.point({OpKind::Release, Object});
      *Object = 0;
      break;
    case Code::Down:
      Sched.point({OpKind::Acquire, Object});
      while (*Object)
        Sched.block(Object);
      *Object = 1;
      break;
    case Code::Up:
      Sched.point({OpKind::Release, Object});
      *Object = 0;
      Sched.wake(Object, 1);
      break;
    case Code::WaitFlag:
      Sched.point({OpKind::Wait, Object, false});
      if (*Object == 0) {
        Reg[Me] += 1000;
        Sched.block(Object);
        Reg[Me] -= 1000;
      }
      break;
    case Code::SetFlag:
      Sched.point({OpKind::Wake, Object});
      *Object = 1;
      Sched.wake(Object);
      break;
    case Code::Poll:
      Sched.point({OpKind::Read, Object, false});
      while (*Object == 0)
        Sched.yield();
      break;
    case Code::Spawn:
      Sched.point({OpKind::Spawn});
      start(S.Helpers[I.A]);
      break;
    }
    return false;
  }

  std::string str() const {
    std::string Text;
    for (size_t T = 0; T < Reg.size(); ++T)
      Text += (Finished[T] ? "done:" : "stuck:") + std::to_string(Reg[T]) + " ";
    for (int V : Var)
      Text += std::to_string(V) + " ";
    return Text;
  }
};

} // namespace

Explored explore(const Source &S, Exhaustive::Options O, uint32_t StepLimit) {
  Scheduler::Options SO;
  SO.StackBytes = 64 * 1024;
  SO.StepLimit = StepLimit;
  Scheduler Sched(SO);
  Exhaustive E(O);
  Explored X;
  for (uint64_t N = 0; E.more(); ++N) {
    E.begin(N);
    Sched.reset();
    const Machine M(S, Sched);
    const Result R = Sched.run(E);
    ++(R.Kind == Outcome::Pruned ? X.Pruned : X.Executions);
    if (R.Kind == Outcome::Diverged)
      X.Error = R.Why;
    else if (R.Kind == Outcome::StepLimit)
      X.Ends.insert("step limit");
    else if (R.Kind != Outcome::Pruned)
      X.Ends.insert(M.str());
  }
  return X;
}

} // namespace toy
