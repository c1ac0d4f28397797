// SPDX-License-Identifier: GPL-2.0-or-later
// The order of classes: what happens when a task acquires one lock while it holds
// others.
//
// The chain cache. Checking an acquire against the graph is a search; but a
// program goes through the same few thousand stacks of held locks over and over,
// and what was judged once for a stack of *classes* stays judged. A hash of the
// stack, carried along with it, is looked up in one probe; nearly every acquire
// ends there.
//
// What belongs in the hash. lockdep's has the class and the read mode of each
// lock. That leaves out what the judgement also depends on: whether a lock was
// only tried for (the dependency search goes past it), whether it is checked at
// all, which lock serialises a nest, what a comparison function says. So lockdep
// may skip a stack that it has judged only in a milder form. Ours has all of them;
// Options::KernelCache leaves them out.
//
// In front of it stands a second table, keyed by the same hash and the context's
// bits, of acquires that *every* check let pass, wait types and usage included
// (Hot.h): the usual acquire is two hash probes, whatever is held.
//
// Which dependencies. Only on the nearest lock that was waited for, and on those
// that were tried for above it: what is further out is connected through that one
// already. Dependencies are not drawn across an interrupt's edge; usage states
// (Usage.cpp) take care of those.
//
// An edge that would close a cycle, or join an irq-safe class to an irq-unsafe
// one, is reported and *not* added: the graph stays free of contradictions, so
// that later reports are news and not echoes of this one.
#include "lockdep/Hot.h"

namespace holdfast {

namespace {

constexpr UsageMask HardirqIn = bit(Usage::InHardirq) | bit(Usage::InHardirqRead);
constexpr UsageMask HardirqOn = bit(Usage::HardirqOn) | bit(Usage::HardirqOnRead);
constexpr UsageMask SoftirqIn = bit(Usage::InSoftirq) | bit(Usage::InSoftirqRead);
constexpr UsageMask SoftirqOn = bit(Usage::SoftirqOn) | bit(Usage::SoftirqOnRead);
constexpr UsageMask AllIn = HardirqIn | SoftirqIn;
constexpr UsageMask AllWrite = bit(Usage::InHardirq) | bit(Usage::HardirqOn) |
                               bit(Usage::InSoftirq) | bit(Usage::SoftirqOn);

/// The bits that conflict with those of \p Mask, read or write.
UsageMask conflicting(UsageMask Mask) {
  UsageMask Result = 0;
  Result |= (Mask & HardirqIn) ? HardirqOn : 0;
  Result |= (Mask & HardirqOn) ? HardirqIn : 0;
  Result |= (Mask & SoftirqIn) ? SoftirqOn : 0;
  Result |= (Mask & SoftirqOn) ? SoftirqIn : 0;
  return Result;
}

/// After a path that can only end in a recursive read (backward: begin shared),
/// a read of the other side does not close a strong cycle.
UsageMask counted(const LockClass &C, bool Xr) { return Xr ? C.Mask & AllWrite : C.Mask; }

Usage lowest(UsageMask Mask) { return static_cast<Usage>(__builtin_ctz(Mask)); }

} // namespace

/// With a nest lock or a comparison function, more matters.
uint64_t Engine::rareChainItem(const TaskState &T, const HeldLock &H,
                               uint64_t Item) const {
  if (H.Nest)
    for (size_t I = 0; I < T.Held.size(); ++I)
      if (T.Held[I].Map == H.Nest)
        Item += (I + 1) << 36;
  const LockClass &C = Order.lockClass(H.Class);
  if (C.Compare)
    for (const HeldLock &Prev : T.Held)
      if (Prev.Class == H.Class)
        Item = Item * 3 + (C.Compare(Prev.Map, H.Map) < 0 ? 1 : 2);
  return Item;
}

/// Not in the cache, or the first lock of an interrupt: the hash begins anew there,
/// but a self-deadlock reaches across.
bool Engine::validateNewChain(Event &E, const HeldLock &H, bool Head, uint64_t Chain) {
  if (ChainCache.find(Chain)) {
    ++Hits;
    return Opts.KernelCache || checkRecursion(E, H) != Deadlock::Found;
  }
  ++Misses;
  ChainCache.set(Chain, 1);
  Deadlock D = checkRecursion(E, H);
  if (D != Deadlock::None)
    return D == Deadlock::Nested;
  return Head || addDependencies(E, H);
}

/// Two locks of one class: the graph has only classes, so this is looked for
/// among the held locks.
Engine::Deadlock Engine::checkRecursion(Event &E, const HeldLock &Next) {
  bool NestHeld = false;
  for (const HeldLock &Prev : E.Task.Held) {
    NestHeld |= Next.Nest && Prev.Map == Next.Nest;
    if (Prev.Class != Next.Class)
      continue;
    if (Next.Mode == ReadMode::Recursive && Prev.Mode != ReadMode::Write)
      continue;
    const LockClass &C = Order.lockClass(Prev.Class);
    if (C.Compare && C.Compare(Prev.Map, Next.Map) < 0)
      continue;
    if (NestHeld)
      return Deadlock::Nested;
    tellPair(E, ReportKind::Recursive, "WARNING: possible recursive locking detected",
             Next, &Prev);
    return Deadlock::Found;
  }
  return Deadlock::None;
}

bool Engine::addDependencies(Event &E, const HeldLock &Next) {
  const SpareStack<HeldLock> &Held = E.Task.Held;
  bool Fine = true;
  for (size_t I = Held.size(); I-- > 0;) {
    if (Held[I].IrqContext != Next.IrqContext)
      break;
    if (!Held[I].Check)
      continue;
    Fine &= addDependency(E, Held[I], Next);
    if (!Held[I].Try)
      break;
  }
  return Fine;
}

bool Engine::addDependency(Event &E, const HeldLock &Prev, const HeldLock &Next) {
  const LockClass &C = Order.lockClass(Prev.Class);
  if (Prev.Class == Next.Class && C.Compare && C.Compare(Prev.Map, Next.Map) < 0)
    return true;
  EdgeId Known = Order.findEdge(Prev.Class, Next.Class);
  bool Old = Known != NoId && (Order.edge(Known).Deps & depBit(Prev.Mode, Next.Mode));
  if (Old && !Opts.KernelSearch)
    return true;
  if (!checkCircular(E, Prev, Next) || !checkIrqDependency(E, Prev, Next))
    return false;
  record(E, Prev, Next);
  return true;
}

bool Engine::checkCircular(Event &E, const HeldLock &Prev, const HeldLock &Next) {
  auto Look = [&](ClassId C, bool Xr) {
    bool Closes = C == Prev.Class && (Prev.Mode == ReadMode::Write || !Xr);
    return Closes ? Visit::Match : Visit::Go;
  };
  if (!Walk.run(Order, Next.Class, Next.Mode == ReadMode::Recursive, Way::Forward,
                Opts.KernelSearch, Look))
    return true;
  if (Prev.Class == Next.Class)
    return tellPair(E, ReportKind::Recursive,
                    "WARNING: possible recursive locking detected", Next, &Prev);
  return tellCircular(E, Prev, Next);
}

/// A class that \p Prev can be reached from is irq-safe, one that can be reached
/// from \p Next is unsafe: the new edge would join them.
bool Engine::checkIrqDependency(Event &E, const HeldLock &Prev, const HeldLock &Next) {
  UsageMask Safe = 0;
  auto Gather = [&](ClassId Id, bool Xr) {
    const LockClass &C = Order.lockClass(Id);
    if (C.Type != LockType::Normal)
      return Visit::Skip;
    Safe |= counted(C, Xr) & AllIn;
    return Visit::Go;
  };
  Walk.run(Order, Prev.Class, Prev.Mode != ReadMode::Write, Way::Backward,
           Opts.KernelSearch, Gather);
  if (!Safe)
    return true;

  UsageMask Wanted = conflicting(Safe), Hit = 0;
  auto Match = [&](ClassId Id, bool Xr) {
    const LockClass &C = Order.lockClass(Id);
    if (C.Type != LockType::Normal)
      return Visit::Skip;
    Hit = counted(C, Xr) & Wanted;
    return Hit ? Visit::Match : Visit::Go;
  };
  if (!Walk.run(Order, Next.Class, Next.Mode == ReadMode::Recursive, Way::Forward,
                Opts.KernelSearch, Match))
    return true;
  UsagePair Pair;
  Pair.Unsafe = Walk.found();
  Pair.UnsafePath = Walk.path();
  UsageMask UnsafeHit = Hit;

  Wanted = conflicting(UnsafeHit) & AllIn;
  if (!Walk.run(Order, Prev.Class, Prev.Mode != ReadMode::Write, Way::Backward,
                Opts.KernelSearch, Match))
    return true; // cannot be: Gather saw it
  Pair.Safe = Walk.found();
  Pair.SafePath = Walk.path();
  Pair.SafeBit = lowest(Hit);
  Pair.UnsafeBit = lowest(UnsafeHit & conflicting(bit(Pair.SafeBit)));
  return tellIrqDependency(E, Prev, Next, Pair);
}

void Engine::record(Event &E, const HeldLock &Prev, const HeldLock &Next) {
  size_t Before = Order.edgeCount();
  EdgeId Id = Order.addEdge(Prev.Class, Next.Class, Prev.Mode, Next.Mode);
  if (Order.edgeCount() == Before)
    return;
  Edge &New = Order.edge(Id);
  New.Task = E.Id;
  New.FromStack = Prev.Where ? Prev.Where : Traces.intern({Prev.Ip});
  New.ToStack = where(E);
}

} // namespace holdfast
