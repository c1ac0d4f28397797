// SPDX-License-Identifier: GPL-2.0-or-later
#include "shim/host/Watcher.h"
#include "lockdep/Engine.h"
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace holdfast {

namespace {

Address at(const void *P) { return reinterpret_cast<Address>(P); }

/// Can what breaks the rule come from two executions?
bool isOfOrder(ReportKind K) {
  return K == ReportKind::Circular || K == ReportKind::IrqDependency ||
         K == ReportKind::IrqInversion || K == ReportKind::InconsistentState;
}

} // namespace

struct Watcher::Impl : Sink {
  Impl(Questions Q, const Options &O) : Q(std::move(Q)), Lockdep(O, *this) {}

  void report(const Report &R) override {
    if (Kept && (!isOfOrder(R.Kind) || Told.count(R.Fingerprint)))
      return;
    if (!Kept)
      Told.insert(R.Fingerprint);
    Finding F;
    F.Kind = std::string(kindName(R.Kind));
    F.Ordered = isOfOrder(R.Kind);
    F.Title = R.Title.empty() ? F.Kind : R.Title;
    if (!R.Subject.Class.Name.empty())
      F.Title += " (" + R.Subject.Class.Name + ")";
    else if (!R.Message.empty())
      F.Title += " (" + R.Message.substr(0, R.Message.find('\n')) + ")";
    F.Text = R.text(Q.Symbolize);
    Q.Report(std::move(F));
  }
  void unwind(TaskId, Stack &Where) override {
    std::vector<uint64_t> Now = Q.Stack();
    Where.insert(Where.end(), Now.begin(), Now.end());
  }

  /// The class's name in the union: a class is its key, and an execution numbers
  /// classes of one name as they come.
  const std::string &nameOf(ClassId C) {
    const Graph &G = Lockdep.graph();
    auto [At, New] = Classes.try_emplace(G.lockClass(C).SubKey);
    if (New) {
      std::string Name = G.name(C);
      for (unsigned N = 2; !Taken.insert(Name).second; ++N)
        Name = G.name(C) + "#" + std::to_string(N);
      At->second = Name;
    }
    return At->second;
  }

  Questions Q;
  Engine Lockdep;
  // The union of all executions, by key and by pair of keys.
  std::unordered_map<Key, std::string> Classes;
  std::set<std::string> Taken;
  std::map<std::pair<Key, Key>, std::string> Edges;
  // What executions of all plays showed, to tell which add something.
  std::map<std::pair<Key, Key>, uint8_t> AllEdges;
  std::unordered_map<Key, UsageMask> AllUses;
  std::unordered_set<uint64_t> Told; ///< fingerprints
  bool Kept = false;                 ///< see keepOrder()
  const void *Reused = nullptr;
  uint64_t ReusedSize = 0;
};

Watcher::Watcher(Questions Q, uint64_t NoValidate, uint64_t NoTrack) {
  Options O;
  O.RawLockNesting = false; // the configuration has no PROVE_RAW_LOCK_NESTING
  O.NoValidate = NoValidate;
  O.NoTrack = NoTrack;
  I = std::make_unique<Impl>(std::move(Q), O);
}

Watcher::~Watcher() = default;

void Watcher::reset() {
  if (!I->Kept)
    return I->Lockdep.reset();
  I->Lockdep.forgetTasks();
  I->Lockdep.unregisterKeyRange(at(I->Reused), I->ReusedSize);
}

void Watcher::keepOrder(const void *Start, uint64_t Size) {
  I->Lockdep.reset();
  I->Kept = true;
  I->Reused = Start;
  I->ReusedSize = Size;
}

void Watcher::nameTask(uint32_t Task, const std::string &Name) {
  I->Lockdep.setTaskName(Task, Name);
}

void Watcher::initMap(const void *Map, const char *Name, const void *Key,
                      unsigned Subclass, int Inner, int Outer, int Type) {
  I->Lockdep.initMap(at(Map), Name, at(Key), Subclass, static_cast<WaitType>(Inner),
                     static_cast<WaitType>(Outer), static_cast<LockType>(Type));
}

void Watcher::acquire(uint32_t Task, const void *Map, unsigned Subclass, bool Try,
                      int Read, bool Check, const void *Nest, uint64_t Ip) {
  I->Lockdep.acquire(Task, at(Map), Subclass, Try, static_cast<ReadMode>(Read), Check,
                     at(Nest), Ip);
}

void Watcher::release(uint32_t Task, const void *Map, uint64_t Ip) {
  I->Lockdep.release(Task, at(Map), Ip);
}

void Watcher::downgrade(uint32_t Task, const void *Map, uint64_t Ip) {
  I->Lockdep.downgrade(Task, at(Map), Ip);
}

bool Watcher::isHeld(uint32_t Task, const void *Map, int Read) const {
  return I->Lockdep.isHeld(Task, at(Map), Read);
}

void Watcher::keysGone(const void *Start, uint64_t Size) {
  I->Lockdep.unregisterKeyRange(at(Start), Size);
}

void Watcher::freed(uint32_t Task, const void *Start, uint64_t Size, uint64_t Ip) {
  I->Lockdep.freeRange(Task, at(Start), Size, Ip);
}

unsigned Watcher::pin(uint32_t Task, const void *Map, uint64_t Ip) {
  return I->Lockdep.pin(Task, at(Map), Ip);
}

void Watcher::unpin(uint32_t Task, const void *Map, unsigned Cookie, uint64_t Ip) {
  I->Lockdep.unpin(Task, at(Map), Cookie, Ip);
}

void Watcher::irqs(uint32_t Task, bool Soft, bool On, uint64_t Ip) {
  if (Soft)
    On ? I->Lockdep.softirqsOn(Task, Ip) : I->Lockdep.softirqsOff(Task, Ip);
  else
    On ? I->Lockdep.hardirqsOn(Task, Ip) : I->Lockdep.hardirqsOff(Task, Ip);
}

void Watcher::softirq(uint32_t Task, bool Enter) {
  Enter ? I->Lockdep.enterSoftirq(Task) : I->Lockdep.leaveSoftirq(Task);
}

void Watcher::hardirq(uint32_t Task, bool Enter) {
  Enter ? I->Lockdep.enterHardirq(Task) : I->Lockdep.leaveHardirq(Task);
}

void Watcher::rcuSuspicious(uint32_t Task, const std::string &Place,
                            const std::string &What, uint64_t Ip) {
  I->Lockdep.rcuDereferenceSuspicious(Task, Place, What, Ip);
}

void Watcher::mightSleep(uint32_t Task, uint64_t Ip) { I->Lockdep.mightSleep(Task, Ip); }

unsigned Watcher::depth(uint32_t Task) const {
  return static_cast<unsigned>(I->Lockdep.depth(Task));
}

void Watcher::sysExit(uint32_t Task, uint64_t Ip) { I->Lockdep.sysExit(Task, Ip); }

std::vector<std::string> Watcher::held(uint32_t Task) const {
  std::vector<std::string> Lines;
  for (const HeldInfo &H : I->Lockdep.held(Task)) {
    std::string Place = I->Q.Symbolize(H.Ip);
    Lines.push_back(H.Class.Name + (H.Mode == ReadMode::Write ? "" : " (read)") +
                    (Place.empty() ? "" : ", at " + Place));
  }
  return Lines;
}

std::vector<std::string> Watcher::heldNames(uint32_t Task) const {
  std::vector<std::string> Names;
  for (const HeldInfo &H : I->Lockdep.held(Task))
    Names.push_back(H.Class.Name + (H.Mode == ReadMode::Write ? "" : " (read)"));
  return Names;
}

std::string Watcher::innermost(uint32_t Task) const {
  std::vector<HeldInfo> Held = I->Lockdep.held(Task);
  return Held.empty() ? "" : Held.back().Class.Name;
}

bool Watcher::gather(bool Again) {
  const Graph &G = I->Lockdep.graph();
  bool News = false;
  for (ClassId C = 0; C < G.classCount(); ++C) {
    const LockClass &Class = G.lockClass(C);
    if (Class.Dead)
      continue;
    I->nameOf(C);
    if (!Again)
      continue;
    UsageMask &Uses = I->AllUses[Class.SubKey];
    News = News || (Class.Mask & ~Uses);
    Uses |= Class.Mask;
  }
  for (EdgeId E = 0; E < G.edgeCount(); ++E) {
    const ClassId From = G.edge(E).From, To = G.edge(E).To;
    if (G.lockClass(From).Dead || G.lockClass(To).Dead)
      continue;
    auto [At, New] =
        I->Edges.try_emplace({G.lockClass(From).SubKey, G.lockClass(To).SubKey});
    if (New)
      At->second = I->nameOf(From) + " -> " + I->nameOf(To);
    if (!Again)
      continue;
    uint8_t &Deps = I->AllEdges[At->first];
    News = News || (G.edge(E).Deps & ~Deps);
    Deps |= G.edge(E).Deps;
  }
  return News;
}

void Watcher::forgetGathered() {
  I->Classes.clear();
  I->Taken.clear();
  I->Edges.clear();
}

std::vector<std::string> Watcher::classes() const {
  return {I->Taken.begin(), I->Taken.end()};
}

std::vector<std::string> Watcher::edges() const {
  std::vector<std::string> Lines;
  for (const auto &[Unused, Line] : I->Edges)
    Lines.push_back(Line);
  std::sort(Lines.begin(), Lines.end());
  return Lines;
}

} // namespace holdfast
