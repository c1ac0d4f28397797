// SPDX-License-Identifier: GPL-2.0-or-later
/// \file Private to the engine: what every acquire and release executes. Inlined
/// into Held.cpp, since a call costs as much as the work of most of these; what
/// happens once per class, chain or report stays out of line.
#pragma once

#include "lockdep/Engine.h"

#include <algorithm>

namespace holdfast {

inline Engine::TaskState &Engine::task(TaskId Id) {
  return Id < Tasks.size() ? Tasks[Id] : newTask(Id);
}

inline Engine::MapState &Engine::mapFor(Address Map, Event &E) {
  const uint32_t *Index = MapIndex.find(Map);
  return Index ? Maps[*Index] : unknownMap(Map, E);
}

inline ClassId Engine::classFor(MapState &M, unsigned Subclass, Event &E) {
  if (Subclass < 2 && M.Cache[Subclass] != NoId)
    return M.Cache[Subclass];
  return lookUpClass(M, Subclass, E);
}

// --- usage ---------------------------------------------------------------------------

/// All bits that this acquire stands for, see mark().
inline UsageMask Engine::usageOf(const TaskState &T, const HeldLock &H) {
  unsigned Mask = bit(Usage::Used);
  if (H.Check && !H.Try)
    Mask |= (T.Irq.HardirqDepth ? bit(Usage::InHardirq) : 0u) |
            (T.Irq.SoftirqDepth ? bit(Usage::InSoftirq) : 0u);
  if (H.Check && !H.IrqsOff && !H.Sync)
    Mask |= bit(Usage::HardirqOn) | (T.Irq.SoftirqsOn ? bit(Usage::SoftirqOn) : 0u);
  return static_cast<UsageMask>(H.Mode == ReadMode::Write ? Mask : Mask << 1);
}

inline bool Engine::markUsage(Event &E, const HeldLock &H) {
  const LockClass &C = Order.lockClass(H.Class);
  UsageMask New = usageOf(E.Task, H) & ~(C.Mask | C.Refused);
  return !New || markAll(E, H, New);
}

// --- wait types ------------------------------------------------------------------------

inline uint8_t Engine::irqContext(const TaskState &T) {
  return static_cast<uint8_t>((T.Irq.HardirqDepth ? 2 : 0) |
                              (T.Irq.SoftirqDepth ? 1 : 0));
}

/// Without RawLockNesting, a spinlock_t is a raw one.
inline WaitType Engine::effective(WaitType W) const {
  return W == WaitType::Config && !Opts.RawLockNesting ? WaitType::Spin : W;
}

/// What PREEMPT_RT would allow here: its softirqs and most handlers are threads.
inline WaitType Engine::waitContext(const TaskState &T) const {
  if (T.Irq.HardirqDepth)
    return T.Irq.Threaded || T.Irq.IrqConfig ? effective(WaitType::Config)
                                             : WaitType::Spin;
  return T.Irq.SoftirqDepth ? effective(WaitType::Config) : WaitType::Max;
}

inline bool Engine::checkWait(Event &E, const HeldLock &H) {
  const LockClass &C = Order.lockClass(H.Class);
  if (C.Inner == WaitType::Inv || H.Try)
    return true;
  WaitType Outer = C.Outer == WaitType::Inv ? C.Inner : C.Outer;
  WaitType Allowed = waitContext(E.Task);
  const SpareStack<HeldLock> &Held = E.Task.Held;
  if (!Held.empty() && Held.back().IrqContext == H.IrqContext)
    Allowed = Held.back().Overridden ? Held.back().Strictest
                                     : std::min(Held.back().Strictest, Allowed);
  return Outer <= Allowed || tellWait(E, H);
}

/// Adds \p H, about to be pushed, to the minimum of its context.
inline void Engine::foldWait(const TaskState &T, HeldLock &H) const {
  bool Head = T.Held.empty() || T.Held.back().IrqContext != H.IrqContext;
  H.Strictest = Head ? WaitType::Max : T.Held.back().Strictest;
  H.Overridden = !Head && T.Held.back().Overridden;
  const LockClass &C = Order.lockClass(H.Class);
  if (C.Inner == WaitType::Inv)
    return;
  if (C.Type == LockType::WaitOverride) {
    H.Strictest = C.Inner;
    H.Overridden = true;
  } else {
    H.Strictest = std::min(H.Strictest, C.Inner);
  }
}

// --- the chain cache
// ---------------------------------------------------------------------

inline uint64_t Engine::mixChain(uint64_t Chain, uint64_t Item) {
  uint64_t X = (Chain ^ Item) * 0xff51afd7ed558ccdull;
  X ^= X >> 32;
  return X * 0xc4ceb9fe1a85ec53ull + Item;
}

inline uint64_t Engine::plainItem(const HeldLock &H) {
  return H.Class | static_cast<uint64_t>(H.Mode) << 32 |
         static_cast<uint64_t>(H.Try) << 34 | static_cast<uint64_t>(H.Check) << 35;
}

inline uint64_t Engine::chainItem(const TaskState &T, const HeldLock &H) const {
  if (Opts.KernelCache)
    return H.Class | (static_cast<uint64_t>(H.Mode) << 32);
  uint64_t Item = plainItem(H);
  bool Rare = H.Nest || Order.lockClass(H.Class).Compare;
  return Rare ? rareChainItem(T, H, Item) : Item;
}

/// A chain of held locks and all that the checks know of the context.
inline uint64_t Engine::judgedKey(const TaskState &T, uint64_t Chain) {
  const Context &C = T.Irq;
  unsigned Bits = (C.HardirqDepth != 0) | (C.SoftirqDepth != 0) << 1 | C.HardirqsOn << 2 |
                  C.SoftirqsOn << 3 | C.Threaded << 4 | C.IrqConfig << 5;
  return Chain + Bits * 0x9E3779B97F4A7C15ull;
}

/// The shortest way: every check of this lock on this stack in this context came
/// out fine before, so that all there is to do is to push it.
inline bool Engine::pushJudged(TaskState &T, HeldLock &H, bool Head) {
  bool Interrupting = Head && !T.Held.empty();
  if (H.Nest || H.Sync || Interrupting || T.Held.size() + 1 >= Opts.MaxDepth)
    return false;
  uint64_t Chain = mixChain(Head ? InitialChain : T.Chain, plainItem(H));
  const uint32_t *Wait = Judged.find(judgedKey(T, Chain));
  if (!Wait)
    return false;
  Hits += H.Check && !H.Try;
  H.Strictest = static_cast<WaitType>(*Wait >> 1);
  H.Overridden = *Wait & 1;
  T.Held.push();
  T.Chain = Chain;
  return true;
}

inline bool Engine::validateChain(Event &E, const HeldLock &H, bool Head,
                                  uint64_t Chain) {
  if (H.Try || !H.Check)
    return true;
  bool Interrupting = Head && !E.Task.Held.empty();
  if (!Interrupting && ChainCache.find(Chain)) {
    ++Hits;
    return true;
  }
  return validateNewChain(E, H, Head, Chain);
}

} // namespace holdfast
