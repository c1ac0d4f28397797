// SPDX-License-Identifier: GPL-2.0-or-later
/// \file The lockdep engine: fed one event at a time, it keeps what each task
/// holds and the order between lock classes, and reports what could deadlock.
///
/// Pure: no I/O, no threads (the caller serialises), no globals. Every event
/// names its task, so that one engine serves all tasks of a simulation.
#pragma once

#include "lockdep/Graph.h"
#include "lockdep/Report.h"
#include "lockdep/Search.h"
#include "lockdep/SpareStack.h"
#include "lockdep/Stacks.h"
#include "lockdep/Table.h"
#include "lockdep/Types.h"

#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// What the engine needs from outside.
class Sink {
public:
  virtual ~Sink() = default;
  /// A rule was broken. Called from within the event; must not call the engine.
  virtual void report(const Report &R) = 0;
  /// Appends the stack of \p Task, which is making the current event, innermost
  /// first. Called rarely: for a new edge or usage and for a report, and on each
  /// acquire if Options::StackPerAcquire. Nothing appended: the event's own
  /// location is the stack.
  virtual void unwind(TaskId Task, Stack &Where) {}
};

/// Keeps the reports; handy for tests and small drivers.
struct Collector : Sink {
  std::vector<Report> Reports;
  void report(const Report &R) override { Reports.push_back(R); }
};

struct Options {
  /// CONFIG_PROVE_RAW_LOCK_NESTING: a spinlock_t may not be taken under a
  /// raw_spinlock_t. If not, Config counts as Spin.
  bool RawLockNesting = true;
  /// Unwind at each acquire, so that held locks have a whole stack (slower).
  bool StackPerAcquire = false;
  /// freeRange() looks at the locks of all tasks; lockdep looks at the caller's.
  bool FreeChecksAllTasks = true;
  /// Search as kernel/locking/lockdep.c does, cache as it does: each misses some
  /// deadlocks (see Search.h and the essay of Order.cpp). Only to compare with it.
  bool KernelSearch = false, KernelCache = false;
  unsigned MaxDepth = 48; ///< locks held by a task
  /// The addresses of __lockdep_no_validate__ and __lockdep_no_track__.
  Key NoValidate = 0, NoTrack = 0;
};

/// What an assertion asks for.
enum class Expect : uint8_t { Held, Read, Write, NotHeld };

class Engine {
public:
  Engine(const Options &Opts, Sink &Out) : Opts(Opts), Out(Out) {}
  Engine(const Engine &) = delete;
  Engine &operator=(const Engine &) = delete;

  // Maps. ------------------------------------------------------------------

  /// lockdep_init_map_type(). A map that was known becomes a new one.
  void initMap(Address Map, std::string_view Name, Key K, unsigned Subclass = 0,
               WaitType Inner = WaitType::Inv, WaitType Outer = WaitType::Inv,
               LockType Type = LockType::Normal);
  /// Was initMap() called for it? Static locks in the driver's data have no
  /// initialiser that runs: ask, and call initMap() before their first acquire,
  /// with the map's own address as key. An acquire of an unknown map is reported
  /// (UnknownKey) once and goes on with a class of its own.
  bool knowsMap(Address Map) const { return MapIndex.find(Map) != nullptr; }
  /// lock_set_class(): gives a held lock another class.
  void setClass(TaskId Task, Address Map, std::string_view Name, Key K, unsigned Subclass,
                Location Ip);
  /// lock_set_subclass().
  void setSubclass(TaskId Task, Address Map, unsigned Subclass, Location Ip);
  /// lockdep_set_lock_cmp_fn(): locks of one class may nest where it is negative.
  void setCompare(Address Map, int (*Compare)(Address Held, Address Next));
  /// Module unload, lockdep_unregister_key(), lockdep_free_key_range(): classes
  /// whose key is in [From, From + Size) are forgotten with their edges.
  void unregisterKeyRange(Key From, size_t Size);
  /// debug_check_no_locks_freed(): [From, From + Size) is freed or initialised
  /// anew. Reports each held lock in it.
  void freeRange(TaskId Task, Address From, size_t Size, Location Ip);

  // Locks. -----------------------------------------------------------------

  /// lock_acquire(): called before the lock is waited for (or after a trylock
  /// succeeded). \p NestLock: 0, or the held lock that serialises this one.
  /// False: a report was due, and given unless it was a duplicate; the lock counts
  /// as held anyway. A chain of held locks that was judged is not judged again.
  bool acquire(TaskId Task, Address Map, unsigned Subclass, bool Try, ReadMode Mode,
               bool Check, Address NestLock, Location Ip);
  /// lock_release(). False: reported, nothing was released.
  bool release(TaskId Task, Address Map, Location Ip);
  /// lock_sync(): waits for all holders, holds nothing (synchronize_srcu()).
  bool sync(TaskId Task, Address Map, unsigned Subclass, ReadMode Mode, bool Check,
            Address NestLock, Location Ip);
  /// lock_downgrade(): write to read.
  bool downgrade(TaskId Task, Address Map, Location Ip);
  /// lock_is_held_type(): \p ReadOrMinus1 is -1 for any mode, 0 write, 1 read.
  bool isHeld(TaskId Task, Address Map, int ReadOrMinus1 = -1) const;
  /// lock_pin_lock(): returns a cookie; 0 if it was not held (reported).
  uint32_t pin(TaskId Task, Address Map, Location Ip);
  void repin(TaskId Task, Address Map, uint32_t Cookie, Location Ip);
  void unpin(TaskId Task, Address Map, uint32_t Cookie, Location Ip);
  /// lockdep_assert_held*(). False: reported.
  bool assertHeld(TaskId Task, Address Map, Expect What, Location Ip);
  /// might_sleep(). False: reported.
  bool mightSleep(TaskId Task, Location Ip);
  /// lockdep_rcu_suspicious(). \p What as the kernel is given it, e.g.
  /// "suspicious rcu_dereference_check() usage".
  void rcuDereferenceSuspicious(TaskId Task, std::string_view FileAndLine,
                                std::string_view What, Location Ip);

  // Interrupts. A task starts with both enabled, in no interrupt. Entering one
  // does not disable it by itself: call hardirqsOff() as the hardware would. ----

  void hardirqsOn(TaskId Task, Location Ip);
  void hardirqsOff(TaskId Task, Location Ip);
  void softirqsOn(TaskId Task, Location Ip);
  void softirqsOff(TaskId Task, Location Ip);
  void enterHardirq(TaskId Task);
  void leaveHardirq(TaskId Task);
  void enterSoftirq(TaskId Task);
  void leaveSoftirq(TaskId Task);
  /// lockdep_hardirq_threaded(): PREEMPT_RT would run this handler in a thread.
  /// Lasts until the outermost hardirq is left.
  void hardirqThreaded(TaskId Task);
  /// lockdep_hrtimer_enter() and the like: may take spinlock_t in hardirq.
  void setIrqConfig(TaskId Task, bool On);

  /// Sets the interrupt state as it is, with no check and no usage recorded. For
  /// kernel code whose inline functions (__irq_enter(), lockdep_softirq_enter())
  /// count in task and per-cpu fields without any call: copy these before an event.
  struct Context {
    uint32_t HardirqDepth = 0, SoftirqDepth = 0;
    bool HardirqsOn = true, SoftirqsOn = true;
    bool Threaded = false, IrqConfig = false;
  };
  void setContext(TaskId Task, const Context &C);

  // Tasks. -----------------------------------------------------------------

  /// For reports; without one, a task is "task".
  void setTaskName(TaskId Task, std::string_view Name);
  /// debug_check_no_locks_held(), at the end of a task. What it held is dropped.
  void taskExit(TaskId Task, Location Ip = 0);
  /// lockdep_sys_exit(): back to user space.
  void sysExit(TaskId Task, Location Ip = 0);
  /// The locks a task holds, outermost first (builds strings: for reports).
  std::vector<HeldInfo> held(TaskId Task) const;
  size_t depth(TaskId Task) const;
  IrqInfo irqState(TaskId Task) const;

  // The whole. ---------------------------------------------------------------

  /// Forgets maps, held locks, graph, and which reports were given; keeps only
  /// allocated memory. Microseconds.
  void reset();
  /// Forgets held locks and irq states; keeps maps, graph and reports.
  void forgetTasks();
  /// A report that was given before will be given again.
  void forgetReports() { Given.clear(); }
  /// Read access: classes, usage, edges.
  const Graph &graph() const { return Order; }
  /// Static edges by class name may be added before or between events.
  Graph &graph() { return Order; }
  /// Reports given since reset(), without duplicates.
  size_t reportCount() const { return Given.size(); }
  /// Acquisitions whose chain of held locks was not in the cache.
  uint64_t cacheMisses() const { return Misses; }
  uint64_t cacheHits() const { return Hits; }

private:
  static constexpr uint64_t InitialChain = ~0ull;

  struct MapState {
    Address Where = 0;
    Key K = 0;
    uint32_t Name = 0;
    ClassId Cache[2] = {NoId, NoId}; ///< of subclass 0 (or the initial) and 1
    uint8_t Subclass = 0;            ///< what subclass 0 of an acquire stands for
    WaitType Inner = WaitType::Inv, Outer = WaitType::Inv;
    LockType Type = LockType::Normal;
    bool Unchecked = false, Untracked = false;
  };

  struct HeldLock {
    Address Map = 0, Nest = 0;
    Location Ip = 0;
    uint64_t PrevChain = InitialChain; ///< chain hash before this lock
    ClassId Class = NoId;
    StackId Where = 0;
    uint32_t References = 0; ///< locks folded into this entry by a nest lock
    uint32_t Pins = 0;
    ReadMode Mode = ReadMode::Write;
    uint8_t IrqContext = 0; ///< bit 0: softirq, bit 1: hardirq
    bool Try = false, Check = false, Sync = false, IrqsOff = false;
    /// Strictest wait among this context's held locks, this one included; and
    /// whether a WaitOverride lock replaced what the context itself allows.
    WaitType Strictest = WaitType::Max;
    bool Overridden = false;
  };

  struct TaskState {
    SpareStack<HeldLock> Held;
    uint64_t Chain = InitialChain;
    Context Irq;
    std::string Name;
  };

  /// What an event is about; passed down to the checks.
  struct Event {
    TaskId Id;
    TaskState &Task;
    Location Ip;
    StackId Where; ///< interned on first use, see where()
    bool HasWhere = false;
  };
  /// An irq-safe class with a strong path to an irq-unsafe one.
  struct UsagePair {
    ClassId Safe = NoId, Unsafe = NoId;
    Usage SafeBit = Usage::InHardirq, UnsafeBit = Usage::HardirqOn;
    std::vector<EdgeId> SafePath, UnsafePath;
  };

  // Events.cpp: maps, tasks, simple events.
  TaskState &task(TaskId Id);
  TaskState &newTask(TaskId Id);
  const TaskState *findTask(TaskId Id) const;
  MapState &mapFor(Address Map, Event &E);
  MapState &unknownMap(Address Map, Event &E);
  ClassId classFor(MapState &M, unsigned Subclass, Event &E);
  ClassId lookUpClass(MapState &M, unsigned Subclass, Event &E);

  // Held.cpp: the stack of held locks.
  bool push(Event &E, HeldLock &H);
  bool pushSlowly(Event &E, HeldLock &H, bool Head);
  bool acquire(Event &E, HeldLock &H, Address Map, unsigned Subclass);
  bool merge(TaskState &T, const HeldLock &H) const;
  bool matches(const HeldLock &H, Address Map) const;
  int findHeld(const TaskState &T, Address Map) const;
  const HeldLock *findAny(const TaskState &T, Address Map) const;
  HeldLock *findPin(Event &E, Address Map, const char *Title);
  bool rebuild(Event &E, size_t First, size_t Skip);
  bool releaseSlowly(Event &E, Address Map);

  // Order.cpp: the chain cache, recursion, cycles, irq dependencies.
  bool validateChain(Event &E, const HeldLock &H, bool Head, uint64_t Chain);
  bool validateNewChain(Event &E, const HeldLock &H, bool Head, uint64_t Chain);
  static uint64_t mixChain(uint64_t Chain, uint64_t Item);
  static uint64_t plainItem(const HeldLock &H);
  static uint64_t judgedKey(const TaskState &T, uint64_t Chain);
  bool pushJudged(TaskState &T, HeldLock &H, bool Head);
  uint64_t chainItem(const TaskState &T, const HeldLock &H) const;
  uint64_t rareChainItem(const TaskState &T, const HeldLock &H, uint64_t Item) const;
  enum class Deadlock : uint8_t { None, Found, Nested };
  Deadlock checkRecursion(Event &E, const HeldLock &Next);
  bool addDependencies(Event &E, const HeldLock &Next);
  bool addDependency(Event &E, const HeldLock &Prev, const HeldLock &Next);
  bool checkCircular(Event &E, const HeldLock &Prev, const HeldLock &Next);
  bool checkIrqDependency(Event &E, const HeldLock &Prev, const HeldLock &Next);
  void record(Event &E, const HeldLock &Prev, const HeldLock &Next);

  // Usage.cpp: irq states and wait types.
  static UsageMask usageOf(const TaskState &T, const HeldLock &H);
  bool markUsage(Event &E, const HeldLock &H);
  bool markAll(Event &E, const HeldLock &H, UsageMask New);
  bool mark(Event &E, const HeldLock &H, Usage U);
  bool markIrq(Event &E, const HeldLock &H, Usage U);
  bool checkInversion(Event &E, const HeldLock &H, Usage U);
  void markHeld(Event &E, Usage Base);
  static uint8_t irqContext(const TaskState &T);
  WaitType waitContext(const TaskState &T) const;
  WaitType effective(WaitType W) const;
  bool checkWait(Event &E, const HeldLock &H);
  void foldWait(const TaskState &T, HeldLock &H) const;

  // Tell.cpp: building reports. Each tell*() gives a report unless the same one
  // was given before, and returns false.
  StackId where(Event &E);
  bool fresh(uint64_t Fingerprint);
  Report begin(Event &E, ReportKind Kind, std::string Title, uint64_t Fingerprint);
  bool tellSimple(Event &E, ReportKind Kind, std::string Title, std::string Message,
                  const HeldLock *Subject, uint64_t Extra);
  bool tellMap(Event &E, ReportKind Kind, std::string Title, Address Map);
  bool tellPair(Event &E, ReportKind Kind, const char *Title, const HeldLock &Subject,
                const HeldLock *Other);
  bool tellFreed(Event &E, TaskId Owner, const HeldLock &H, Address From, size_t Size);
  bool tellHeld(Event &E, ReportKind Kind);
  // TellOrder.cpp: those with paths.
  bool tellCircular(Event &E, const HeldLock &Prev, const HeldLock &Next);
  bool tellIrqDependency(Event &E, const HeldLock &Prev, const HeldLock &Next,
                         const UsagePair &Pair);
  bool tellInversion(Event &E, const HeldLock &H, Usage New, Usage Opposite);
  bool tellInconsistent(Event &E, const HeldLock &H, Usage Old, Usage New);
  bool tellWait(Event &E, const HeldLock &H);
  HeldInfo describe(const HeldLock &H) const;
  HeldInfo describeNew(Event &E, const HeldLock &H);
  EdgeInfo describeEdge(EdgeId E) const;
  EdgeInfo describeNewEdge(Event &E, const HeldLock &Prev, const HeldLock &Next);
  std::vector<EdgeInfo> describePath(const std::vector<EdgeId> &Path) const;
  UsageInfo describeUsage(ClassId C, Usage U) const;
  Stack stack(StackId Id, Location Ip) const;
  std::string mapName(Address Map) const;

  Options Opts;
  Sink &Out;
  Graph Order;
  Stacks Traces;
  Search Walk;
  std::vector<MapState> Maps;
  Table<uint32_t> MapIndex;
  std::vector<TaskState> Tasks;
  Table<uint32_t> ChainCache;
  Table<uint32_t> Judged;
  Table<uint32_t> Given;
  uint32_t Cookie = 0;
  uint64_t Misses = 0, Hits = 0;
};

} // namespace holdfast
