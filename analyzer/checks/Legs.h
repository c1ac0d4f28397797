// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_LEGS_H
#define HOLDFAST_CHECKS_LEGS_H

#include "checks/Check.h"
#include "checks/Ways.h"
#include <map>

namespace holdfast {

/// One place where a class is held and another is waited for.
struct Leg {
  FunctionId In = NoFunction;
  uint32_t Call = 0;
  LockEntry Held;                   ///< Class is empty where a rule says so
  const SlotStore *Store = nullptr; ///< the callback, where a rule says so
  std::vector<LockEntry> Others;    ///< all that is held there
  std::vector<Acquired::Hop> Path;
  Confidence Sure = Confidence::Likely;
};

/// The order between the lock classes of a program: which are waited for with which
/// held, and where. Each leg is a place that holds one lock and goes on to wait for
/// the other, however deep below; or a callback that the rules say is entered with
/// one held.
class Legs {
public:
  explicit Legs(const CheckInput &In);

  size_t classes() const { return Acq.classes(); }
  const Acquired &acquired() const { return Acq; }
  /// Classes that user memory waits for.
  const std::vector<ClassId> &userMemory() const { return UserMemory; }
  bool isUserMemory(ClassId C) const { return In.R.WriteChecks.count(Acq.name(C)); }
  /// What is waited for with \p Held held.
  const ClassSet &after(ClassId Held) const { return After[Held]; }

  /// (held, waited for)
  using Pair = std::pair<ClassId, ClassId>;
  /// The places that hold the first of each pair and wait for the second, one a
  /// function, the surest first.
  std::map<Pair, std::vector<Leg>> legs(std::vector<Pair> Wanted) const;

  /// By directory: the legs in it that are likely, a few of each pair.
  using LikelyLegs = std::map<std::string, std::map<Pair, std::vector<Leg>>>;
  LikelyLegs likely() const;

  /// Do(function, store, lock) for every lock that a callback is entered with.
  template <typename F> void eachCallback(F Do) const {
    for (const Callback &C : Callbacks)
      Do(C.Function, *C.Store, *C.Lock);
  }
  /// Lowers Sure of a leg that waits for \p Next to what that is worth.
  void judge(Leg &L, ClassId Next) const;
  std::string homeOf(const Leg &L) const;
  ClassId idOf(const RuleLock &L) const {
    return Acq.id(classOf(L.Lock, In.R.InnerFields));
  }

private:
  struct Callback {
    FunctionId Function;
    const SlotStore *Store;
    const RuleLock *Lock;
  };
  /// A call that is made with a lock held.
  struct Site {
    FunctionId In;
    const CallLocks *Locks;
    const LockEntry *Held;
  };
  void listCallbacks();
  void index();
  std::vector<ClassId> waitedFor(FunctionId F, uint32_t Call) const;
  void collect();
  void likelyNear(LikelyLegs &Out) const;
  void likelyToUserMemory(LikelyLegs &Out) const;
  void likelyOfCallbacks(LikelyLegs &Out) const;
  void keepLikely(LikelyLegs &Out, Pair P, Leg L) const;
  std::vector<Leg> legs(ClassId Held, ClassId Next, WaysTo &To) const;

  const CheckInput &In;
  Acquired Acq;
  std::vector<ClassSet> After; ///< by class held
  std::vector<ClassId> UserMemory;
  std::vector<Callback> Callbacks;
  std::vector<std::vector<Site>> Sites; ///< by class held
  /// Those of Sites (by number) whose call waits itself, or whose callee does.
  std::map<Pair, std::vector<uint32_t>> Near;
};

} // namespace holdfast

#endif
