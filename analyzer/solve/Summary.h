// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_SOLVE_SUMMARY_H
#define HOLDFAST_SOLVE_SUMMARY_H

#include "link/Program.h"
#include "model/Expr.h"
#include "model/Location.h"
#include "model/LockMode.h"
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// \file
/// What a caller has to know of a function: plain data over the function's
/// parameters, globals and `ret`.
namespace holdfast {

/// What has happened to a lock since the function was entered.
enum class LockState : uint8_t {
  HeldRead,    ///< acquired here, for read
  HeldWrite,   ///< acquired here, for write or exclusively
  Dropped,     ///< the caller's, released here
  RetakenRead, ///< the caller's, released and taken again
  RetakenWrite,
};

inline bool isHeld(LockState S) { return S != LockState::Dropped; }
inline bool isRetaken(LockState S) {
  return S == LockState::RetakenRead || S == LockState::RetakenWrite;
}
inline LockMode modeOf(LockState S) {
  switch (S) {
  case LockState::HeldRead:
  case LockState::RetakenRead:
    return LockMode::Read;
  case LockState::HeldWrite:
  case LockState::RetakenWrite:
    return LockMode::Write;
  case LockState::Dropped:
    break;
  }
  return LockMode::None;
}

/// One lock in a lockset that is relative to the function's entry.
struct LockEntry {
  const Expr *Lock = nullptr; ///< its address; Unknown when only Class is known
  Symbol Class;
  LockState State = LockState::HeldWrite;
  uint8_t Count = 1; ///< recursive acquisitions, bounded
  /// Of a lock that was the caller's: the mode it was released from, which is
  /// the mode the caller must have held it in. None: either. Of one acquired here
  /// and held for read: Write where it was downgraded.
  LockMode Was = LockMode::None;
  Location Where; ///< last change; not part of the identity
  /// Released by another path to a lock of its class: perhaps not this one. Not
  /// part of the identity.
  bool Guessed = false;
  // How it was acquired; not part of the identity either.
  bool Tried = false;     ///< without waiting
  bool Reentrant = false; ///< in a way that can be repeated
  bool Nested = false;    ///< as one of several of its class, in a set order
  /// A callee may have released it, or acquired it, or not, and does not tell.
  bool Unsteady = false;
  bool Spins = false; ///< its holder must not sleep; not part of the identity
};

/// A section that one task may be in many times over (RCU, preemption disabled):
/// how often it was entered since the function was, less how often it was left.
/// Where paths disagree, the least and the most. Not listed: 0 on every path.
struct Section {
  Symbol Class;
  int Least = 0, Most = 0;
  Location Where; ///< last change
};

/// What was let go since entry, so that it does not matter to what follows that
/// the caller holds it. One of Lock and Class may be missing.
struct Dropped {
  const Expr *Lock = nullptr;
  Symbol Class;
};

/// A lock known not to be held: taken and released in the function, or an
/// attempt to take it failed. Either way no caller can hold it.
struct FreeLock {
  const Expr *Lock = nullptr;
  Symbol Class;
  Location Where;
  bool Tried = false;         ///< the attempt failed
  const Expr *Told = nullptr; ///< Tried: the result that says so
  bool Guessed = false;       ///< as LockEntry::Guessed
  bool Waited = false;        ///< it was taken, and that would wait for its holder
};

/// Could a caller that holds the lock in mode \p Held be the one that \p E
/// (released, retaken or downgraded in the callee) speaks of?
inline bool compatible(const LockEntry &E, LockMode Held) {
  return E.Was == LockMode::None || E.Was == LockMode::Any || E.Was == Held;
}

/// Same locks in the same states?
bool sameLocks(const std::vector<LockEntry> &A, const std::vector<LockEntry> &B);
/// The entry for the lock: the same path if there is one (\p Exact), else the one
/// that speaks for its class. Null when the lockset says nothing of it.
const LockEntry *findLock(const std::vector<LockEntry> &Locks, const Expr *Lock,
                          Symbol Class, bool &Exact);
/// Is a lock of the class among those held?
bool holdsClass(const std::vector<LockEntry> &Locks, Symbol Class);

/// What is not known about whether a requirement is reached at all.
enum class Doubt : uint8_t {
  None,
  Argument, ///< a callee tests a value that is not known
  Selector, ///< it tests what callers set to choose the lock rules
};

/// A value known to lie in a range.
struct Fact {
  const Expr *Value = nullptr;
  ValueRange Range;
  Doubt Unsure = Doubt::None; ///< as a condition: tested in a callee, not told
  /// The same where a callback is entered: whoever enters it knows nothing of the
  /// state of objects, which a caller in the middle of things may.
  Doubt AtEntry = Doubt::None;
};

/// What a function leaves in a place that its caller can see.
struct StoreEffect {
  const Expr *Place = nullptr;
  const Expr *Value = nullptr; ///< Unknown when only Range is known
  ValueRange Range;
};

/// One way to leave the function.
struct ExitCase {
  std::vector<LockEntry> Locks; ///< sorted; empty when nothing changed
  std::vector<FreeLock> Free;
  std::vector<Fact> When;       ///< over the state on entry
  const Expr *Result = nullptr; ///< null when not expressible
  ValueRange ResultRange;
  std::vector<StoreEffect> Stores;
  std::vector<Section> Sections; ///< sorted by class
  Location Left;                 ///< where it is left: the return statement
  /// What put the bits of SolveInput::Watched into the result; null: nothing.
  const Instr *Chosen = nullptr;
};

/// Why a lock is required.
enum class DemandKind : uint8_t {
  Assertion, ///< an assertion in the code
  Access,    ///< a guarded field is touched
  Rule,      ///< a rule says so
  Call,      ///< a callee requires it
};

/// A lock that must be held where the function (or a callee) relies on it.
struct Requirement {
  const Expr *Lock = nullptr; ///< over entry values; Unknown: only Class
  Symbol Class;
  LockMode Mode = LockMode::Any;
  /// What the entry state must look like for this to be reached. Empty: on
  /// every call that does not fail early.
  std::vector<Fact> When;
  /// Conditions of callees that cannot be said in terms of the entry state.
  Doubt Unsure = Doubt::None;
  Doubt UnsureAtEntry = Doubt::None; ///< as Fact::AtEntry
  DemandKind Kind = DemandKind::Assertion;
  Location Where;                 ///< the assertion, access or call, in this function
  uint32_t Call = ~0u;            ///< its number, where it is a call
  Symbol What;                    ///< assertion or callee name; the field for Access
  FunctionId Callee = NoFunction; ///< Call: whose requirement
  std::shared_ptr<const Requirement> Inner; ///< Call: that requirement
  /// An assertion is reached wherever the lock is relied on: somebody says so.
  bool Claimed = false;

  /// All in all.
  Doubt doubt() const {
    Doubt D = Unsure;
    for (const Fact &F : When)
      D = std::max(D, F.Unsure);
    return D;
  }
  /// The same where a callback is entered.
  Doubt doubtAtEntry() const {
    Doubt D = UnsureAtEntry;
    for (const Fact &F : When)
      D = std::max(D, F.AtEntry);
    return D;
  }
};

/// A parameter that is called: callers know which function they pass.
struct ParamCall {
  const Expr *Callee = nullptr;   ///< a Param
  std::vector<const Expr *> Args; ///< over entry values
  std::vector<LockEntry> Locks;   ///< at the call, relative to entry
  Location Where;
};

using RequirementPtr = std::shared_ptr<const Requirement>;

/// A requirement met by a lockset that cannot satisfy it.
struct Violation {
  FunctionId In = NoFunction;
  RequirementPtr Need; ///< in terms of the function's values
  LockEntry Held;      ///< the entry that says no
  bool Tried = false;  ///< an attempt to take the lock failed
  bool Exact = false;  ///< the very lock, not just one of its class
};

/// A lock that is waited for, whatever is done with it afterwards.
struct Acquire {
  uint32_t Call = 0;          ///< the call that does it
  const Expr *Lock = nullptr; ///< over entry values, where Class is not known yet
  Symbol Class;
  LockMode Mode = LockMode::Write;
  Location Where;
  bool GivenBack = false; ///< a rule says that it is taken and given back
  bool Spins = false;     ///< its holder must not sleep
  std::vector<Symbol> In; ///< sections it may be taken in, that it enters itself too
};

/// A call that may sleep, or that calls what may.
struct Sleep {
  uint32_t Call = 0;
  Location Where;
  Symbol What;                    ///< the callee
  FunctionId Callee = NoFunction; ///< whose Inner is; none where a rule says so
  std::shared_ptr<const Sleep> Inner;
  unsigned Hops = 1; ///< calls from here to what sleeps, this one included
  /// What the entry state must look like for this to be reached. Doubt::Argument:
  /// by what callers pass, Doubt::Selector: by the state of some object.
  std::vector<Fact> When;
  bool Guarded = false;      ///< the state of some object decides as well
  bool Indirect = false;     ///< through a pointer, though it leads to one function
  bool Yields = false;       ///< only to be fair to others
  std::vector<Dropped> Let;  ///< locks of the caller's that were let go before
  std::vector<Section> Left; ///< sections of the caller's; Least is negative
  Symbol Outside;            ///< in sections of this class it does not sleep
  /// It sleeps with this lock held or in this section, whatever callers hold.
  std::optional<LockEntry> Under;
};
using SleepPtr = std::shared_ptr<const Sleep>;

/// Locks and unlocks that do not pair up.
enum class MisuseKind : uint8_t {
  LockedTwice,   ///< acquired while held: waits for itself
  UnlockedTwice, ///< released after it was released
  LeftHeld,      ///< held where the function returns here, not elsewhere
  WrongMode,     ///< released from a mode in which it is not held
  UsedAfter,     ///< an object used after the lock that it lives by was released
};

struct Misuse {
  MisuseKind Kind = MisuseKind::LockedTwice;
  const Expr *Lock = nullptr;
  Symbol Class;
  Location Where;   ///< the second operation; LeftHeld: the return
  Location Earlier; ///< the first; LeftHeld: the acquisition
  Symbol By;        ///< the callee that does the second, or the member that is used
  /// Only on some ways through that callee. LeftHeld: not where the function returns
  /// an error, so that a bound may have mixed ways.
  bool Sometimes = false;
  /// LeftHeld: by what it returned, was passed or found, a caller could tell.
  bool Told = false;
  LockMode Held = LockMode::None; ///< WrongMode: how it is held
};

struct Summary {
  std::vector<ExitCase> Cases; ///< empty: does not return
  std::vector<RequirementPtr> Requires;
  std::vector<ParamCall> ParamCalls;
  std::vector<Acquire> Late;    ///< of locks that only callers can name
  std::vector<SleepPtr> Sleeps; ///< where it may; each under conditions of its own
  bool Imprecise = false;       ///< a bound was hit
  bool Known = false;           ///< a body or rule was there
};

} // namespace holdfast

#endif
