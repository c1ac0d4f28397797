// SPDX-License-Identifier: GPL-2.0-or-later
// The stack of held locks of a task: acquire, release, and what changes a lock in
// the middle of the stack.
//
// A release is nearly always of the innermost lock, and then costs a comparison
// and a pop. Otherwise the locks above are taken off and acquired anew without
// it, as lockdep does: their chain of held locks is another one now, and a new
// chain may hold a new order.
//
// Locks of one class that a nest lock serialises are folded into one entry with
// a count: a task may hold thousands of them (all inodes of a list, say).
#include "lockdep/Hot.h"

namespace holdfast {

bool Engine::merge(TaskState &T, const HeldLock &H) const {
  if (!H.Nest || H.Sync || T.Held.empty() || T.Held.back().Class != H.Class)
    return false;
  HeldLock &Top = T.Held.back();
  Top.References += Top.References ? 0 : 1;
  Top.References += H.References ? H.References : 1;
  return true;
}

/// \p H is the spare slot of the task's stack, and stays there. False: reported.
inline bool Engine::push(Event &E, HeldLock &H) {
  TaskState &T = E.Task;
  H.IrqContext = irqContext(T);
  H.PrevChain = T.Chain;
  bool Head = T.Held.empty() || T.Held.back().IrqContext != H.IrqContext;
  return pushJudged(T, H, Head) || pushSlowly(E, H, Head);
}

bool Engine::pushSlowly(Event &E, HeldLock &H, bool Head) {
  TaskState &T = E.Task;
  if (merge(T, H))
    return true;
  bool Fine = checkWait(E, H);
  Fine &= markUsage(E, H);
  uint64_t Chain = mixChain(Head ? InitialChain : T.Chain, chainItem(T, H));
  if (H.Nest && !findAny(T, H.Nest))
    Fine &= tellPair(E, ReportKind::NestLockNotHeld, "WARNING: Nested lock was not taken",
                     H, nullptr);
  Fine &= validateChain(E, H, Head, Chain);
  if (H.Sync)
    return Fine;
  foldWait(T, H);
  bool Rare = H.Nest || Order.lockClass(H.Class).Compare || Opts.KernelCache;
  if (Fine && !Rare)
    Judged.set(judgedKey(T, Chain),
               static_cast<uint32_t>(H.Strictest) << 1 | (H.Overridden ? 1 : 0));
  T.Held.push();
  T.Chain = Chain;
  if (T.Held.size() >= Opts.MaxDepth)
    Fine &= tellSimple(E, ReportKind::TooManyHeld, "BUG: MAX_LOCK_DEPTH too low!", "",
                       nullptr, 0);
  return Fine;
}

inline bool Engine::acquire(Event &E, HeldLock &H, Address Map, unsigned Subclass) {
  MapState &M = mapFor(Map, E);
  if (M.Untracked)
    return true;
  H.Map = Map;
  H.Class = classFor(M, Subclass, E);
  H.Check &= !M.Unchecked;
  H.Ip = E.Ip;
  H.IrqsOff = !E.Task.Irq.HardirqsOn;
  if (Opts.StackPerAcquire)
    H.Where = where(E);
  return push(E, H);
}

bool Engine::acquire(TaskId Task, Address Map, unsigned Subclass, bool Try, ReadMode Mode,
                     bool Check, Address NestLock, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  HeldLock &H = E.Task.Held.spare();
  H.Nest = NestLock;
  H.Mode = Mode;
  H.Try = Try;
  H.Check = Check;
  return acquire(E, H, Map, Subclass);
}

bool Engine::sync(TaskId Task, Address Map, unsigned Subclass, ReadMode Mode, bool Check,
                  Address NestLock, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  HeldLock &H = E.Task.Held.spare();
  H.Nest = NestLock;
  H.Mode = Mode;
  H.Check = Check;
  H.Sync = true;
  return acquire(E, H, Map, Subclass);
}

// --- finding ---------------------------------------------------------------------

/// A folded entry stands for every lock of its class.
bool Engine::matches(const HeldLock &H, Address Map) const {
  if (H.Map == Map)
    return true;
  if (!H.References)
    return false;
  const uint32_t *Index = MapIndex.find(Map);
  if (!Index)
    return false;
  const MapState &M = Maps[*Index];
  return H.Class == (M.Cache[0] != NoId ? M.Cache[0] : Order.find(M.K + M.Subclass));
}

/// For release: not past an interrupt. -1: not held.
int Engine::findHeld(const TaskState &T, Address Map) const {
  for (size_t I = T.Held.size(); I-- > 0;) {
    if (I + 1 < T.Held.size() && T.Held[I].IrqContext != T.Held[I + 1].IrqContext)
      return -1;
    if (matches(T.Held[I], Map))
      return static_cast<int>(I);
  }
  return -1;
}

const Engine::HeldLock *Engine::findAny(const TaskState &T, Address Map) const {
  for (const HeldLock &H : T.Held)
    if (matches(H, Map))
      return &H;
  return nullptr;
}

bool Engine::isHeld(TaskId Task, Address Map, int ReadOrMinus1) const {
  const TaskState *T = findTask(Task);
  const HeldLock *H = T ? findAny(*T, Map) : nullptr;
  return H && (ReadOrMinus1 == -1 || (H->Mode != ReadMode::Write) == ReadOrMinus1);
}

// --- releasing and changing --------------------------------------------------------

bool Engine::release(TaskId Task, Address Map, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  TaskState &T = E.Task;
  if (!T.Held.empty()) {
    const HeldLock &Top = T.Held.back();
    if (Top.Map == Map && !Top.References && !Top.Pins) {
      T.Chain = Top.PrevChain;
      T.Held.pop();
      return true;
    }
  }
  return releaseSlowly(E, Map);
}

bool Engine::releaseSlowly(Event &E, Address Map) {
  TaskState &T = E.Task;
  int Index = findHeld(T, Map);
  if (Index < 0) {
    const uint32_t *Known = MapIndex.find(Map);
    if (Known && Maps[*Known].Untracked)
      return true;
    return tellMap(E, ReportKind::BadUnlock, "WARNING: bad unlock balance detected!",
                   Map);
  }
  HeldLock &H = T.Held[static_cast<size_t>(Index)];
  bool Fine = true;
  if (H.Pins)
    Fine = tellSimple(E, ReportKind::BadPin, "WARNING: releasing a pinned lock", "", &H,
                      E.Ip);
  if (H.References && --H.References)
    return Fine;
  if (static_cast<size_t>(Index) + 1 == T.Held.size()) {
    T.Chain = H.PrevChain;
    T.Held.pop();
    return Fine;
  }
  return rebuild(E, static_cast<size_t>(Index), 1) && Fine;
}

/// Takes off the locks from \p First on and acquires them anew, without the
/// first \p Skip of them.
bool Engine::rebuild(Event &E, size_t First, size_t Skip) {
  TaskState &T = E.Task;
  T.Chain = T.Held[First].PrevChain;
  std::vector<HeldLock> Again(T.Held.begin() + First + Skip, T.Held.end());
  T.Held.shrink(First);
  bool Fine = true;
  for (const HeldLock &H : Again) {
    HeldLock &Spare = T.Held.spare();
    Spare = H;
    Fine &= push(E, Spare);
  }
  return Fine;
}

bool Engine::downgrade(TaskId Task, Address Map, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  int Index = findHeld(E.Task, Map);
  if (Index < 0)
    return tellMap(E, ReportKind::BadUnlock, "WARNING: bad unlock balance detected!",
                   Map);
  HeldLock &H = E.Task.Held[static_cast<size_t>(Index)];
  bool Fine = H.Mode == ReadMode::Write ||
              tellSimple(E, ReportKind::BadDowngrade, "WARNING: downgrading a read lock",
                         "", &H, 0);
  H.Mode = ReadMode::Read;
  H.Ip = Ip;
  H.Where = Opts.StackPerAcquire ? where(E) : 0;
  return rebuild(E, static_cast<size_t>(Index), 0) && Fine;
}

void Engine::setClass(TaskId Task, Address Map, std::string_view Name, Key K,
                      unsigned Subclass, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  int Index = findHeld(E.Task, Map);
  if (Index < 0) {
    tellMap(E, ReportKind::BadUnlock, "WARNING: bad unlock balance detected!", Map);
    return;
  }
  MapState Old = mapFor(Map, E);
  initMap(Map, Name, K, 0, Old.Inner, Old.Outer, Old.Type);
  E.Task.Held[static_cast<size_t>(Index)].Class = classFor(mapFor(Map, E), Subclass, E);
  rebuild(E, static_cast<size_t>(Index), 0);
}

void Engine::setSubclass(TaskId Task, Address Map, unsigned Subclass, Location Ip) {
  const uint32_t *Index = MapIndex.find(Map);
  if (Index)
    setClass(Task, Map, std::string(Order.string(Maps[*Index].Name)), Maps[*Index].K,
             Subclass, Ip);
}

// --- pins --------------------------------------------------------------------------

Engine::HeldLock *Engine::findPin(Event &E, Address Map, const char *Title) {
  const HeldLock *H = findAny(E.Task, Map);
  if (!H)
    tellMap(E, ReportKind::BadPin, Title, Map);
  return const_cast<HeldLock *>(H);
}

uint32_t Engine::pin(TaskId Task, Address Map, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  HeldLock *H = findPin(E, Map, "WARNING: pinning an unheld lock");
  if (!H)
    return 0;
  Cookie = Cookie % 0xffff + 1;
  H->Pins += Cookie;
  return Cookie;
}

void Engine::repin(TaskId Task, Address Map, uint32_t Cookie, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  if (HeldLock *H = findPin(E, Map, "WARNING: pinning an unheld lock"))
    H->Pins += Cookie;
}

void Engine::unpin(TaskId Task, Address Map, uint32_t Cookie, Location Ip) {
  Event E{Task, task(Task), Ip, 0};
  HeldLock *H = findPin(E, Map, "WARNING: unpinning an unheld lock");
  if (!H)
    return;
  if (!H->Pins) {
    tellSimple(E, ReportKind::BadPin, "WARNING: unpinning an unpinned lock", "", H, Ip);
  } else if (Cookie > H->Pins) {
    tellSimple(E, ReportKind::BadPin, "WARNING: pin count corrupted", "", H, Ip);
    H->Pins = 0;
  } else {
    H->Pins -= Cookie;
  }
}

} // namespace holdfast
