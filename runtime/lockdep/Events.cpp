// SPDX-License-Identifier: GPL-2.0-or-later
// What comes in from outside and does not need much thought: maps, tasks,
// interrupt states. See Held.cpp for locks.
#include "lockdep/Hot.h"

#include <algorithm>

namespace holdfast {

// --- maps ------------------------------------------------------------------

void Engine::initMap(Address Map, std::string_view Name, Key K, unsigned Subclass,
                     WaitType Inner, WaitType Outer, LockType Type) {
  uint32_t Index = static_cast<uint32_t>(Maps.size());
  if (const uint32_t *Known = MapIndex.find(Map)) {
    Index = *Known;
  } else {
    Maps.emplace_back();
    MapIndex.set(Map, Index);
  }
  MapState &M = Maps[Index];
  M = MapState();
  M.Where = Map;
  M.K = K;
  M.Name = Order.intern(Name);
  M.Subclass = static_cast<uint8_t>(Subclass < MaxSubclasses ? Subclass : 0);
  M.Inner = effective(Inner);
  M.Outer = effective(Outer);
  M.Type = Type;
  M.Unchecked = K != 0 && K == Opts.NoValidate;
  M.Untracked = K != 0 && K == Opts.NoTrack;
}

Engine::MapState &Engine::unknownMap(Address Map, Event &E) {
  tellSimple(E, ReportKind::UnknownKey, "INFO: trying to register non-static key.",
             "The code is fine but needs lockdep annotation, or maybe\n"
             "you didn't initialize this object before use?\n",
             nullptr, E.Ip);
  initMap(Map, "(uninitialized)", Map);
  return Maps[*MapIndex.find(Map)];
}

ClassId Engine::lookUpClass(MapState &M, unsigned Subclass, Event &E) {
  if (Subclass >= MaxSubclasses) {
    tellSimple(E, ReportKind::InvalidSubclass,
               "BUG: looking up invalid subclass: " + std::to_string(Subclass), "",
               nullptr, Subclass);
    Subclass = MaxSubclasses - 1;
  }
  unsigned Real = Subclass ? Subclass : M.Subclass;
  ClassId C = Order.find(M.K + Real);
  if (C == NoId) {
    C = Order.addClass(Order.string(M.Name), M.K + Real, Real);
    LockClass &Class = Order.lockClass(C);
    Class.Inner = M.Inner;
    Class.Outer = M.Outer;
    Class.Type = M.Type;
  } else if (Order.lockClass(C).Name != M.Name && !M.Unchecked) {
    tellSimple(E, ReportKind::KeyNameClash,
               "WARNING: looking for class \"" + Order.string(M.Name) +
                   "\" but found a different class \"" +
                   Order.string(Order.lockClass(C).Name) + "\" with the same key",
               "", nullptr, M.Name * 1000003ull + C);
  }
  if (Subclass < 2)
    M.Cache[Subclass] = C;
  return C;
}

void Engine::setCompare(Address Map, int (*Compare)(Address, Address)) {
  TaskState Nobody;
  Event E{0, Nobody, 0, 0};
  Order.lockClass(classFor(mapFor(Map, E), 0, E)).Compare = Compare;
  Judged.clear();
}

void Engine::unregisterKeyRange(Key From, size_t Size) {
  bool Any = false;
  for (ClassId C = 0; C < Order.classCount(); ++C) {
    const LockClass &Class = Order.lockClass(C);
    Key Base = Class.SubKey - Class.Subclass;
    if (Class.Dead || Class.SubKey == 0 || Base < From || Base - From >= Size)
      continue;
    Order.zap(C);
    Any = true;
  }
  if (!Any)
    return;
  for (MapState &M : Maps)
    M.Cache[0] = M.Cache[1] = NoId;
  Judged.clear();
  ChainCache.clear(); // chains through a forgotten class must be checked anew
}

void Engine::freeRange(TaskId Task, Address From, size_t Size, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  for (TaskId Id = 0; Id < Tasks.size(); ++Id) {
    if (Id != Task && !Opts.FreeChecksAllTasks)
      continue;
    for (const HeldLock &H : Tasks[Id].Held) {
      if (H.Map < From || H.Map - From >= Size)
        continue;
      tellFreed(E, Id, H, From, Size);
      break;
    }
  }
}

// --- tasks -----------------------------------------------------------------

Engine::TaskState &Engine::newTask(TaskId Id) {
  Tasks.resize(Id + 1);
  return Tasks[Id];
}

const Engine::TaskState *Engine::findTask(TaskId Id) const {
  return Id < Tasks.size() ? &Tasks[Id] : nullptr;
}

void Engine::setTaskName(TaskId Task, std::string_view Name) { task(Task).Name = Name; }

void Engine::taskExit(TaskId Task, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  if (!E.Task.Held.empty())
    tellHeld(E, ReportKind::HeldAtExit);
  E.Task.Held.clear();
  E.Task.Chain = InitialChain;
  E.Task.Irq = Context();
}

void Engine::sysExit(TaskId Task, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  if (!E.Task.Held.empty())
    tellHeld(E, ReportKind::HeldInUserSpace);
}

std::vector<HeldInfo> Engine::held(TaskId Task) const {
  std::vector<HeldInfo> All;
  if (const TaskState *T = findTask(Task))
    for (const HeldLock &H : T->Held)
      All.push_back(describe(H));
  return All;
}

size_t Engine::depth(TaskId Task) const {
  const TaskState *T = findTask(Task);
  return T ? T->Held.size() : 0;
}

IrqInfo Engine::irqState(TaskId Task) const {
  const TaskState *T = findTask(Task);
  if (!T)
    return {};
  return {T->Irq.HardirqDepth != 0, T->Irq.SoftirqDepth != 0, T->Irq.HardirqsOn,
          T->Irq.SoftirqsOn};
}

// --- the whole -------------------------------------------------------------

void Engine::forgetTasks() {
  for (TaskState &T : Tasks) {
    T.Held.clear();
    T.Chain = InitialChain;
    T.Irq = Context();
    T.Name.clear();
  }
}

void Engine::reset() {
  forgetTasks();
  Order.clear();
  Traces.clear();
  Maps.clear();
  MapIndex.clear();
  ChainCache.clear();
  Judged.clear();
  Given.clear();
  Cookie = 0;
  Misses = Hits = 0;
}

} // namespace holdfast
