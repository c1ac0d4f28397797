// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_RULES_H
#define HOLDFAST_MODEL_RULES_H

#include "model/CheckInfo.h"
#include "model/Expr.h"
#include "model/Location.h"
#include "model/LockMode.h"
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

/// \file
/// What rules/kernel/*.json says about a kernel release, once parsed. Paths are
/// expressions over the function's own parameters (`p0`, `p1`, ...), its result
/// (`ret`) and pseudo globals (`@current`); see rules/README in schema.json.
namespace holdfast {

/// A lock named by a path, and how it is (to be) held.
struct RuleLock {
  const Expr *Lock = nullptr; ///< address of the lock
  LockMode Mode = LockMode::Any;
};

/// What must be true of a value for a case or a context to apply.
struct RuleCondition {
  const Expr *Value = nullptr; ///< a path, or `ret`
  ValueRange Range;            ///< what it must lie in
};

/// Two paths that name the same value after the call (`ret->vm_mm` is `p0`).
struct RuleAlias {
  const Expr *Place = nullptr; ///< the place whose content is Value
  const Expr *Value = nullptr;
};

/// One way a function can behave: an exit case as in a Summary.
struct RuleCase {
  std::vector<RuleCondition> When;
  std::vector<RuleLock> Acquire;   ///< held after, not before
  std::vector<RuleLock> Release;   ///< held before, not after
  std::vector<RuleLock> Downgrade; ///< held for write before, for read after
  std::vector<RuleAlias> Stores;   ///< what it leaves in memory (`*p5` is 0)
};

/// A demand that only stands where all of When is *known* to be true.
struct RuleDemand {
  RuleLock Lock;
  std::vector<RuleCondition> When;
};

/// Everything the rules know of one function or intercepted macro.
struct FunctionRule {
  Symbol Name;
  /// Intercept a macro of this name: its expansion becomes a call to it, so
  /// that it is seen in configurations where it expands to nothing.
  bool Macro = false;
  /// A macro that is written beside a function's parameters rather than called
  /// (`__must_hold(&p->lock)`): Requires is what the function claims when it is
  /// entered, Cases what a function without a body does. Macro is set as well.
  bool Annotation = false;
  /// When non-empty, replaces whatever the body shows of locks.
  std::vector<RuleCase> Cases;
  std::vector<RuleLock> Requires;
  /// Requires stands in place of what the body demands, or adds to it.
  bool RequiresReplaceBody = false;
  /// Demands with conditions. Where these cannot be told, they do not stand.
  std::vector<RuleDemand> RequiresWhen;
  /// Must not be held by the caller: the function takes it itself.
  std::vector<RuleLock> Forbids;
  /// Nothing that the body shows counts (neither effects nor demands).
  bool IgnoreBody = false;
  std::vector<RuleAlias> Aliases;
  const Expr *Returns = nullptr;            ///< the result is this value of the params
  std::optional<RuleCondition> ReturnsTest; ///< the result is this test (0/1)
  /// The call claims that param 0 is true (Asserts=1) or false (Asserts=-1).
  int Asserts = 0;
  /// The result says whether this lock is held (by anyone, if !Owned).
  std::optional<RuleLock> Predicate;
  bool PredicateOwned = false;
  /// Locks that the function takes and gives back itself, where no body shows
  /// it: what might_fault() says of mmap_lock.
  std::vector<RuleLock> Takes;
  bool Try = false;               ///< acquiring does not wait: no order follows from it
  bool Reentrant = false;         ///< a task that holds it may acquire it again
  bool Spins = false;             ///< who holds what it acquires must not sleep
  const Expr *Subclass = nullptr; ///< lockdep's subclass of what Cases acquire
  /// Held by the caller, it orders several locks of the class that is acquired.
  const Expr *NestLock = nullptr;
  /// The function may sleep where all of these hold; none at all: always.
  std::optional<std::vector<RuleCondition>> Sleeps;
  bool KeepsHandles = false; ///< does not look through what it is handed
  Symbol SleepsOutside;      ///< a section (see Rules::Atomic) in which it does not
  bool Yields = false; ///< it sleeps to be fair to others, in loops that may be long
  /// The result tells whether the caller may sleep: where it was tested, what
  /// follows is made for that.
  bool TellsAtomic = false;
  bool Fresh = false;    ///< the result is an object nobody else can see yet
  bool NoReturn = false; ///< control does not come back
  std::string Instead;   ///< what to call instead where Requires cannot hold
  std::string Source;    ///< file and line, or document
};

/// A field that a lock guards.
struct GuardRule {
  std::vector<Symbol> Fields; ///< `record::field`, all spellings of it
  bool OnWrite = true;        ///< writes need Write.Mode
  bool OnRead = false;
  RuleLock Needs; ///< over p0 = the address of the record
  std::string Source;
};

/// A record whose objects live no longer than a lock is held in any mode: what
/// was looked up under it is stale once the lock is let go.
struct PinRule {
  Symbol Record;  ///< its tag
  RuleLock Needs; ///< over p0 = the address of the record
  std::string Source;
};

/// What a callback is entered with: one of several possible contexts.
struct RuleContext {
  std::vector<RuleLock> Holds;
  std::vector<Symbol> NotHeld; ///< lock classes known not to be held
  bool NothingElse = false;    ///< no lock but Holds is held at all
  std::vector<RuleCondition> When;
};

struct CallbackRule {
  Symbol Slot; ///< `record::field`
  std::vector<RuleContext> Contexts;
  std::vector<RuleAlias> Aliases;
  std::vector<const Expr *> Unshared; ///< objects nobody else can reach any more
  std::string Source;
};

/// How a function may claim that its caller holds a lock.
struct AssertionRule {
  Symbol Class; ///< of locks it is made for; empty: any
  LockMode Mode = LockMode::Any;
  std::string Call;      ///< the function or macro
  bool OfRecord = false; ///< takes the record that the lock lies in, not the lock
  std::string Source;
};

/// What a callback's result says of the lock that it was entered with.
struct ResultRule {
  /// Bits of the result that say: the lock was released.
  struct Bits {
    uint64_t Mask = 0;
    std::string Name;
    /// Where all of these hold on entry, they say so of a lock that is kept.
    std::vector<RuleCondition> KeptWhen;
  };
  Symbol Slot;                      ///< `record::field`
  std::vector<Symbol> Classes;      ///< of the lock: any of them
  std::vector<Bits> Released;       ///< without any of these, it is still held
  std::vector<RuleCondition> Given; ///< what is true whenever it is entered
  std::string Instead;              ///< what to return to keep the lock
  std::string Source;

  uint64_t mask() const {
    uint64_t All = 0;
    for (const Bits &B : Released)
      All |= B.Mask;
    return All;
  }
};

/// Lock classes in the order in which they are taken, the outermost first, as a
/// document or a comment of the kernel says.
struct OrderRule {
  std::vector<Symbol> Chain;
  std::string Source;
};

/// A macro that says of code that it is not to be checked: of the function that it
/// stands beside, or of its own arguments.
struct UncheckedRule {
  Symbol Macro;
  bool IsFunction = false;
  std::string Source;
};

/// The facts in force for one kernel release.
struct Rules {
  std::string Release; ///< "6.12.117", empty when unknown
  std::unordered_map<Symbol, FunctionRule> Functions;
  std::vector<GuardRule> Guards;
  std::unordered_map<Symbol, PinRule> Pins; ///< by Record
  std::unordered_map<Symbol, CallbackRule> Callbacks;
  std::unordered_map<Symbol, ResultRule> Results; ///< by Slot
  std::vector<AssertionRule> Assertions;
  std::vector<OrderRule> Orders;
  std::unordered_map<Symbol, std::string> ClassNames; ///< class -> short name
  /// Where ClassNames and InnerFields are from.
  std::unordered_map<Symbol, std::string> Sources;

  /// The checks that there are, sorted by id.
  std::vector<CheckInfo> Checks;

  /// Check that reports unmet demands for write on a class, where it has one
  /// of its own.
  std::unordered_map<Symbol, std::string> WriteChecks;

  /// Members that stand for the lock they lie in: `&l->rlock` of a spinlock is
  /// `l`, and so are `&l->dep_map` and the `&w->base` of a ww_mutex.
  std::unordered_set<Symbol> InnerFields;
  /// Members whose value callers choose to say which lock rules apply
  /// (`mm_walk_ops::walk_lock`): tests of them in a callee decide whether a
  /// demand stands at all. Guarded fields count as well.
  std::unordered_set<Symbol> Selectors;
  /// Members that lead to some element of a list or tree.
  std::unordered_set<Symbol> Links;
  /// How the tree says what is not to be checked.
  std::vector<UncheckedRule> Unchecked;
  /// Lock classes that one task may hold for read many times (RCU).
  std::unordered_set<Symbol> Recursive;
  /// Lock classes that lockdep knows as many: each subsystem sets its own key.
  std::unordered_set<Symbol> Keyed;
  /// Locks that another one, which nobody can name, may stand in for.
  std::unordered_set<Symbol> Optional;
  /// In a section of the first (of Recursive) nobody waits for those beside it.
  std::unordered_map<Symbol, std::vector<Symbol>> Masks;
  /// Those of Recursive that an interrupt handler, or a softirq, is in.
  std::unordered_set<Symbol> HardIrq, SoftIrq;
  /// Those that keep them away.
  std::unordered_set<Symbol> NoHardIrq, NoSoftIrq;
  /// Those of Recursive in which nobody may sleep, and what to say of a task
  /// that is inside: `with interrupts disabled`.
  std::unordered_map<Symbol, std::string> Atomic;

  /// Fields some guard names. The frontend keeps accesses to these and to the
  /// members of the records in Pins.
  std::unordered_set<Symbol> GuardedFields;
  /// A digest of everything above but the checks, for caches.
  uint64_t Digest = 0;
};

} // namespace holdfast

#endif
