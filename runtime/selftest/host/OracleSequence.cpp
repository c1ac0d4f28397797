// SPDX-License-Identifier: GPL-2.0-or-later
// Random sequences that are mostly what correct code does.
//
// Uniformly random events would break a trivial rule within a handful of steps,
// and the deep ones never. So the generator keeps a picture of what each task
// holds and of its interrupt state, prefers events that make sense there, and
// takes locks mostly upward in one order; wrong ones are a few in a hundred.
#include "host/OracleSequence.h"

namespace holdfast::selftest {

namespace {

constexpr unsigned Tasks = 3;

constexpr LockKind Kinds[] = {
    {"raw", 2, 0, 0, 0},      {"spin", 3, 0, 0, 0},   {"spin", 3, 0, 0, 0},
    {"rwlock", 3, 0, 0, 1},   {"rwlock", 3, 0, 0, 2}, {"mutex", 4, 0, 0, 0},
    {"mutex", 4, 0, 0, 0},    {"rwsem", 4, 0, 0, 1},  {"rwsem", 4, 0, 0, 1},
    {"rcu", 3, 1, 0, 2},      {"any", 0, 0, 0, 0},    {"any", 0, 0, 0, 1},
    {"any", 0, 0, 0, 2},      {"any", 0, 0, 0, 2},    {"local", 3, 0, 1, 0},
    {"override", 3, 1, 2, 0},
};

class Random {
public:
  explicit Random(uint64_t Seed) : State(Seed * 0x9E3779B97F4A7C15ull + 1) {}
  uint64_t next() {
    uint64_t Z = (State += 0x9E3779B97F4A7C15ull);
    Z = (Z ^ (Z >> 30)) * 0xBF58476D1CE4E5B9ull;
    Z = (Z ^ (Z >> 27)) * 0x94D049BB133111EBull;
    return Z ^ (Z >> 31);
  }
  unsigned below(unsigned N) { return static_cast<unsigned>(next() % N); }
  bool percent(unsigned P) { return below(100) < P; }

private:
  uint64_t State;
};

struct TaskPicture {
  std::vector<uint8_t> Held;
  bool HardirqsOff = false, SoftirqsOff = false;
  bool Hardirq = false, Softirq = false;
};

class Generator {
public:
  explicit Generator(uint64_t Seed) : R(Seed) {}

  Sequence run() {
    Kindless = R.percent(65); // then wait types do not get in the way
    unsigned Classes = 2 + R.below(6);
    std::vector<LockKind> Class;
    for (unsigned I = 0; I < Classes; ++I)
      Class.push_back(Kindless ? Kinds[10 + R.below(4)]
                               : Kinds[R.below(sizeof Kinds / sizeof *Kinds)]);
    unsigned Maps = Classes + R.below(4);
    for (unsigned I = 0; I < Maps; ++I) {
      unsigned Key = I < Classes ? I : R.below(Classes);
      S.Maps.push_back({Key, Class[Key]});
    }
    Sloppy = 2 + R.below(30);
    Irqs = R.percent(50) ? 20 : 0;
    for (uint8_t &P : Policy)
      P = Irqs ? static_cast<uint8_t>(R.below(2)) : 2;
    unsigned Length = 8 + R.below(70);
    while (S.Events.size() < Length)
      step();
    return std::move(S);
  }

private:
  void step() {
    Task = R.percent(80) ? Task : static_cast<uint8_t>(R.below(Tasks));
    TaskPicture &T = Pictures[Task];
    unsigned Dice = R.below(100);
    if (Dice < Irqs)
      return interrupt(T);
    Dice = R.below(100);
    if (Dice < 8)
      return rare(T);
    bool Take = T.Held.empty() || (T.Held.size() < 6 && Dice < 56);
    Take ? acquire(T) : release(T);
  }

  void add(Do What, unsigned Map = 0) {
    Event E;
    E.What = What;
    E.Task = Task;
    E.Map = static_cast<uint8_t>(Map);
    S.Events.push_back(E);
  }
  Event &last() { return S.Events.back(); }

  unsigned anyMap() { return R.below(static_cast<unsigned>(S.Maps.size())); }

  /// Against the order, the class's policy about interrupts, or twice?
  bool wrong(const TaskPicture &T, unsigned Map, bool Down, bool Again,
             bool Anywhere) const {
    uint8_t P = Policy[S.Maps[Map].Key];
    bool Inside = T.Hardirq || T.Softirq;
    if (!Anywhere && ((P == 0 && Inside) || (P == 1 && !Inside && !T.HardirqsOff)))
      return true;
    for (uint8_t H : T.Held)
      if ((S.Maps[H].Key == S.Maps[Map].Key && !Again) ||
          (S.Maps[H].Key > S.Maps[Map].Key && !Down))
        return true;
    return false;
  }

  void acquire(TaskPicture &T) {
    unsigned Map = anyMap();
    // Mostly upward and of a new class, so that what is wrong takes a few steps.
    bool Down = R.percent(Sloppy), Again = R.percent(8), Anywhere = R.percent(4);
    for (int I = 0; I < 30 && wrong(T, Map, Down, Again, Anywhere); ++I)
      Map = anyMap();
    if (wrong(T, Map, Down, Again, Anywhere))
      return T.Held.empty() ? void() : release(T);
    add(Do::Acquire, Map);
    Event &E = last();
    uint8_t Kind = S.Maps[Map].Kind.Read;
    E.Read = Kind && R.percent(55) ? Kind : 0;
    if (Kind == 2 && E.Read && R.percent(20))
      E.Read = 1;
    E.Try = R.percent(12);
    E.Check = !R.percent(3);
    E.Subclass = R.percent(8) ? static_cast<uint8_t>(1 + R.below(2)) : 0;
    if (!T.Held.empty() && R.percent(8))
      E.Nest = R.percent(95) ? T.Held[R.below(static_cast<unsigned>(T.Held.size()))]
                             : static_cast<int>(anyMap());
    T.Held.push_back(static_cast<uint8_t>(Map));
  }

  void release(TaskPicture &T) {
    size_t I =
        R.percent(75) ? T.Held.size() - 1 : R.below(static_cast<unsigned>(T.Held.size()));
    if (R.percent(1))
      return add(Do::Release, anyMap());
    add(Do::Release, T.Held[I]);
    T.Held.erase(T.Held.begin() + static_cast<long>(I));
  }

  void rare(TaskPicture &T) {
    unsigned Held =
        T.Held.empty() ? anyMap() : T.Held[R.below(static_cast<unsigned>(T.Held.size()))];
    switch (R.below(8)) {
    case 0:
      return T.Held.empty() ? void() : add(Do::Downgrade, Held);
    case 1:
      if (T.Held.empty())
        return;
      add(Do::SetSubclass, Held);
      last().Subclass = static_cast<uint8_t>(R.below(3));
      return;
    case 2:
      add(Do::Sync, anyMap());
      last().Read = static_cast<uint8_t>(R.below(3));
      return;
    case 3:
      return R.percent(30) ? add(Do::FreeMap, anyMap()) : void();
    case 4:
      return R.percent(T.Held.empty() ? 60 : 5) ? add(Do::SysExit) : void();
    case 5:
      return R.percent(30) ? add(Do::Pin, Held), add(Do::Unpin, Held) : void();
    default:
      add(Do::IsHeld, R.percent(50) ? Held : anyMap());
      last().Read = static_cast<uint8_t>(R.below(3));
    }
  }

  void interrupt(TaskPicture &T) {
    if (T.Hardirq) {
      if (R.percent(10))
        return add(Do::Threaded);
      if (R.percent(1))
        return add(Do::HardirqsOn);
      T.Hardirq = false;
      add(Do::LeaveHardirq);
      return T.HardirqsOff ? void() : add(Do::HardirqsOn);
    }
    if (R.percent(30) && (!T.HardirqsOff || R.percent(5))) {
      T.Hardirq = true;
      add(Do::HardirqsOff);
      return add(Do::EnterHardirq);
    }
    if (T.Softirq) {
      T.Softirq = false;
      add(Do::LeaveSoftirq);
      return T.SoftirqsOff ? void() : add(Do::SoftirqsOn);
    }
    if (R.percent(30) && !T.SoftirqsOff && !T.HardirqsOff) {
      T.Softirq = true;
      add(Do::SoftirqsOff);
      return add(Do::EnterSoftirq);
    }
    if (R.percent(60)) {
      T.HardirqsOff = !T.HardirqsOff;
      return add(T.HardirqsOff ? Do::HardirqsOff : Do::HardirqsOn);
    }
    T.SoftirqsOff = !T.SoftirqsOff;
    add(T.SoftirqsOff ? Do::SoftirqsOff : Do::SoftirqsOn);
  }

  Random R;
  Sequence S;
  TaskPicture Pictures[Tasks];
  uint8_t Task = 0;
  unsigned Sloppy = 10, Irqs = 10;
  bool Kindless = false;
  /// By class: 0 never in an interrupt, 1 only there or with hardirqs off, 2 any.
  uint8_t Policy[8] = {};
};

} // namespace

Sequence generate(uint64_t Seed) { return Generator(Seed).run(); }

std::string Event::text() const {
  static constexpr const char *Names[] = {"acquire",
                                          "sync",
                                          "release",
                                          "downgrade",
                                          "set-subclass",
                                          "is-held",
                                          "pin",
                                          "unpin",
                                          "free-map",
                                          "sys-exit",
                                          "hardirqs-off",
                                          "hardirqs-on",
                                          "softirqs-off",
                                          "softirqs-on",
                                          "enter-hardirq",
                                          "leave-hardirq",
                                          "enter-softirq",
                                          "leave-softirq",
                                          "hardirq-threaded"};
  std::string Text =
      "task " + std::to_string(Task) + ": " + Names[static_cast<unsigned>(What)];
  if (What > Do::FreeMap)
    return Text;
  Text += " m" + std::to_string(Map);
  Text += Read ? " read=" + std::to_string(Read) : "";
  Text += Subclass ? " subclass=" + std::to_string(Subclass) : "";
  Text += Nest >= 0 ? " nest=m" + std::to_string(Nest) : "";
  Text += Try ? " try" : "";
  return Text + (Check ? "" : " unchecked");
}

bool Sequence::uses(size_t Map) const {
  for (const Event &E : Events)
    if (E.Map == Map || E.Nest == static_cast<int>(Map))
      return true;
  return false;
}

std::string Sequence::text() const {
  std::string Text;
  for (size_t I = 0; I < Maps.size(); ++I)
    if (uses(I))
      Text += "  m" + std::to_string(I) + ": class " + std::to_string(Maps[I].Key) +
              ", " + Maps[I].Kind.Name + "\n";
  for (size_t I = 0; I < Events.size(); ++I)
    Text += "  " + std::to_string(I) + ". " + Events[I].text() + "\n";
  return Text;
}

} // namespace holdfast::selftest
