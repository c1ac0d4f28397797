// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/OracleRun.h"
#include "host/Kernel.h"
#include "kernel/abi.h"

#include "lockdep/Engine.h"

#include <cstring>
#include <memory>
#include <vector>

namespace holdfast::selftest {

namespace {

constexpr uint64_t IpBase = 0x1000;

/// lockdep.c's titles, as far as a format has them, in the engine's words.
struct Title {
  const char *Part;
  ReportKind Kind;
};
constexpr Title Titles[] = {
    {"possible circular locking dependency", ReportKind::Circular},
    {"possible recursive locking", ReportKind::Recursive},
    {"-unsafe lock order detected", ReportKind::IrqDependency},
    {"possible irq lock inversion", ReportKind::IrqInversion},
    {"inconsistent lock state", ReportKind::InconsistentState},
    {"Invalid wait context", ReportKind::InvalidWaitContext},
    {"Nested lock was not taken", ReportKind::NestLockNotHeld},
    {"bad unlock balance", ReportKind::BadUnlock},
    {"held lock freed", ReportKind::HeldLockFreed},
    {"lock held when returning", ReportKind::HeldInUserSpace},
    {"downgrading a read lock", ReportKind::BadDowngrade},
    {"pinning an unheld", ReportKind::BadPin},
    {"unpinning an un", ReportKind::BadPin},
    {"pin count corrupted", ReportKind::BadPin},
    {"releasing a pinned", ReportKind::BadPin},
};

/// Its checks of its own state, of which some are objections to an event.
constexpr Title OwnChecks[] = {
    {"DEBUG_LOCKS_WARN_ON(!depth)", ReportKind::BadUnlock},
    {"DEBUG_LOCKS_WARN_ON(lockdep_hardirq_context())", ReportKind::BadIrqState},
    {"DEBUG_LOCKS_WARN_ON(this_cpu_read(hardirq_context))", ReportKind::BadIrqState},
};

std::string KernelSaid;

void listen(const char *Format) {
  if (!KernelSaid.empty())
    return;
  for (const Title &T : Titles)
    if (std::strstr(Format, T.Part))
      KernelSaid = kindName(T.Kind);
  for (const Title &T : OwnChecks)
    if (std::strstr(Format, T.Part))
      KernelSaid = kindName(T.Kind);
  if (std::strstr(Format, "!hlock->nest_lock"))
    KernelSaid = MixedNest;
  if (KernelSaid.empty() &&
      (std::strstr(Format, "DEBUG_LOCKS_WARN_ON") || std::strstr(Format, "BUG:") ||
       std::strstr(Format, "WARNING:")))
    KernelSaid = Format;
}

uint64_t mix(uint64_t Hash, uint64_t Answer) {
  return (Hash ^ Answer) * 0x100000001b3ull;
}

} // namespace

std::string Verdict::text() const {
  return At < 0 ? "nothing to object to" : "event " + std::to_string(At) + ": " + What;
}

// --- the tree's lockdep.c
// ----------------------------------------------------------------

namespace {

uint64_t kernelStep(const Event &E, uint64_t Ip, unsigned *Cookies) {
  unsigned M = E.Map;
  switch (E.What) {
  case Do::Acquire:
    hfo_acquire(M, E.Subclass, E.Try, E.Read, E.Check, E.Nest, Ip);
    return hfo_depth();
  case Do::Sync:
    hfo_sync(M, E.Read, Ip);
    return hfo_depth();
  case Do::Release:
    hfo_release(M, Ip);
    return hfo_depth();
  case Do::Downgrade:
    hfo_downgrade(M, Ip);
    return hfo_is_held(M, 1);
  case Do::SetSubclass:
    hfo_set_subclass(M, E.Subclass, Ip);
    return hfo_depth();
  case Do::IsHeld:
    return hfo_is_held(M, E.Read - 1);
  case Do::Pin:
    Cookies[M] = hfo_pin(M);
    return Cookies[M] != 0;
  case Do::Unpin:
    hfo_unpin(M, Cookies[M]);
    return 0;
  case Do::FreeMap:
    hfo_free_map(M);
    return 0;
  case Do::SysExit:
    hfo_sys_exit();
    return 0;
  case Do::HardirqsOff:
  case Do::HardirqsOn:
    hfo_hardirqs(E.What == Do::HardirqsOn);
    return 0;
  case Do::SoftirqsOff:
  case Do::SoftirqsOn:
    hfo_softirqs(E.What == Do::SoftirqsOn);
    return 0;
  case Do::EnterHardirq:
  case Do::LeaveHardirq:
    hfo_hardirq_context(E.What == Do::EnterHardirq);
    return 0;
  case Do::EnterSoftirq:
  case Do::LeaveSoftirq:
    hfo_softirq_context(E.What == Do::EnterSoftirq);
    return 0;
  case Do::Threaded:
    hfo_hardirq_threaded();
    return 0;
  }
  return 0;
}

} // namespace

Verdict runKernel(const Sequence &S, unsigned FirstKey) {
  OnFormat = listen;
  KernelSaid.clear();
  hfo_begin(FirstKey);
  for (size_t I = 0; I < S.Maps.size(); ++I) {
    const LockMap &M = S.Maps[I];
    hfo_init_map(static_cast<unsigned>(I), M.Key, M.Kind.Name, 0, M.Kind.Inner,
                 M.Kind.Outer, M.Kind.Type);
  }
  Verdict V;
  unsigned Cookies[HF_MAPS] = {};
  for (size_t I = 0; I < S.Events.size(); ++I) {
    hfo_select(S.Events[I].Task);
    uint64_t Answer = kernelStep(S.Events[I], IpBase + I, Cookies);
    if (!KernelSaid.empty() || !hfo_alive()) {
      V.At = static_cast<int>(I);
      V.What = KernelSaid.empty() ? "debug_locks went off" : KernelSaid;
      return V;
    }
    V.Answers = mix(V.Answers, Answer);
  }
  return V;
}

// --- the engine
// ----------------------------------------------------------------------------

namespace {

struct FirstReport : Sink {
  std::string What;
  void report(const Report &R) override {
    if (What.empty())
      What = kindName(R.Kind);
  }
};

/// Distances that keep instances, and the subclasses of keys, apart.
Address mapAt(unsigned Map) { return 0x100000 + Map * 0x100; }
Key keyAt(unsigned K) { return 0x200000 + K * MaxSubclasses; }

uint64_t engineStep(Engine &G, const Event &E, uint64_t Ip, uint32_t *Cookies) {
  TaskId T = E.Task;
  Address M = mapAt(E.Map);
  ReadMode Mode = static_cast<ReadMode>(E.Read);
  switch (E.What) {
  case Do::Acquire:
    G.acquire(T, M, E.Subclass, E.Try, Mode, E.Check,
              E.Nest < 0 ? 0 : mapAt(static_cast<unsigned>(E.Nest)), Ip);
    return G.depth(T);
  case Do::Sync:
    G.sync(T, M, 0, Mode, true, 0, Ip);
    return G.depth(T);
  case Do::Release:
    G.release(T, M, Ip);
    return G.depth(T);
  case Do::Downgrade:
    G.downgrade(T, M, Ip);
    return G.isHeld(T, M, 1);
  case Do::SetSubclass:
    G.setSubclass(T, M, E.Subclass, Ip);
    return G.depth(T);
  case Do::IsHeld:
    return G.isHeld(T, M, E.Read - 1);
  case Do::Pin:
    Cookies[E.Map] = G.pin(T, M, Ip);
    return Cookies[E.Map] != 0;
  case Do::Unpin:
    G.unpin(T, M, Cookies[E.Map], Ip);
    return 0;
  case Do::FreeMap:
    G.freeRange(T, M, 8, Ip);
    return 0;
  case Do::SysExit:
    G.sysExit(T, Ip);
    return 0;
  case Do::HardirqsOff:
    G.hardirqsOff(T, Ip);
    return 0;
  case Do::HardirqsOn:
    G.hardirqsOn(T, Ip);
    return 0;
  case Do::SoftirqsOff:
    G.softirqsOff(T, Ip);
    return 0;
  case Do::SoftirqsOn:
    G.softirqsOn(T, Ip);
    return 0;
  case Do::EnterHardirq:
    G.enterHardirq(T);
    return 0;
  case Do::LeaveHardirq:
    G.leaveHardirq(T);
    return 0;
  case Do::EnterSoftirq:
    G.enterSoftirq(T);
    return 0;
  case Do::LeaveSoftirq:
    G.leaveSoftirq(T);
    return 0;
  case Do::Threaded:
    G.hardirqThreaded(T);
    return 0;
  }
  return 0;
}

} // namespace

Verdict runEngine(const Sequence &S, bool KernelSearch, bool KernelCache) {
  static FirstReport Said;
  static std::unique_ptr<Engine> Engines[4];
  std::unique_ptr<Engine> &Kept = Engines[KernelSearch * 2 + KernelCache];
  if (!Kept)
    Kept = std::make_unique<Engine>(Options{.FreeChecksAllTasks = false,
                                            .KernelSearch = KernelSearch,
                                            .KernelCache = KernelCache},
                                    Said);
  Engine &G = *Kept;
  G.reset();
  Said.What.clear();
  for (size_t I = 0; I < S.Maps.size(); ++I) {
    const LockMap &M = S.Maps[I];
    G.initMap(mapAt(static_cast<unsigned>(I)), M.Kind.Name, keyAt(M.Key), 0,
              static_cast<WaitType>(M.Kind.Inner), static_cast<WaitType>(M.Kind.Outer),
              static_cast<LockType>(M.Kind.Type));
  }
  Verdict V;
  uint32_t Cookies[HF_MAPS] = {};
  for (size_t I = 0; I < S.Events.size(); ++I) {
    uint64_t Answer = engineStep(G, S.Events[I], IpBase + I, Cookies);
    if (!Said.What.empty()) {
      V.At = static_cast<int>(I);
      V.What = Said.What;
      return V;
    }
    V.Answers = mix(V.Answers, Answer);
  }
  return V;
}

} // namespace holdfast::selftest
