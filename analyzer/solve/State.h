// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_SOLVE_STATE_H
#define HOLDFAST_SOLVE_STATE_H

#include "solve/ExprMap.h"
#include "solve/Summary.h"
#include "llvm/ADT/SmallPtrSet.h"
#include <unordered_map>
#include <unordered_set>

/// \file
/// One disjunct of property simulation (Das, Lerner, Seigle: ESP, PLDI 2002):
/// a lockset with the few facts that go with it. States with the same lockset
/// merge where paths meet; facts on which they disagree are weakened. This is
/// what keeps `locked = true` with the lock, and bounds the number of states.
namespace holdfast {

class State {
public:
  /// Members of constant tables; not part of the state proper.
  const std::unordered_map<const Expr *, int64_t> *Constants = nullptr;
  /// What is read from places written since entry.
  ExprMap<const Expr *> Memory;
  ExprMap<ValueRange> Facts;
  std::vector<LockEntry> Locks; ///< sorted by Lock, then Class
  /// What is not held as often as it is entered. Does not tell states apart.
  std::vector<Section> Sections; ///< sorted by class
  /// Known not to be held. A fact like others: it does not tell states apart.
  std::vector<FreeLock> Free;
  /// Acquired here and released again on some way that led here.
  llvm::SmallPtrSet<const Expr *, 4> LetGo;
  /// The calls made so far, by what stands for their result.
  llvm::SmallPtrSet<const Expr *, 16> Made;
  /// Which of several outcomes of a call with one lockset this is (see
  /// tellApart); 0: none, or no longer told apart.
  uint32_t Outcome = 0;
  Location Left; ///< the return statement, once it was met
  /// What put bits that are watched into the result (see SolveInput::Watched).
  const Instr *Chosen = nullptr;
  /// Values tested by a branch that does more than reject bad input; only
  /// kept up to date while TestsGuard is set (see Simulator::branch).
  llvm::SmallPtrSet<const Expr *, 8> Guards;
  bool TestsGuard = false;

  /// \p E with what this state knows substituted: no reads of known places.
  const Expr *eval(const Expr *E) const;
  /// The content of the place at \p Place (already evaluated).
  const Expr *read(const Expr *Place) const { return read(Place, 0); }
  void write(const Expr *Place, const Expr *Value);
  /// Entering \p Block again: what its phis were on the last round is past.
  void forgetStalePhis(uint32_t Block);
  /// Forgets what is known of the last run of call \p Result.
  void forgetResult(const Expr *Result);

  ValueRange rangeOf(const Expr *E) const;
  /// Adds that \p E lies in \p R; false when that cannot be.
  bool constrain(const Expr *E, const ValueRange &R);
  /// Adds that condition \p E holds (or not); false when that cannot be.
  bool assume(const Expr *E, bool Truth) {
    return constrain(E, Truth ? ValueRange::nonZero() : ValueRange::zero());
  }

  /// Does this leave a constant, or what it was passed, where callers can see it,
  /// and \p O does not?
  bool leavesMark(const State &O) const;

  /// Merges \p O, which has the same lockset, at the head of \p Block; true
  /// when anything changed. \p Widen makes repeated merges converge.
  bool join(const State &O, uint32_t Block, bool Widen);

  /// Moves to the state after the lock operation.
  void acquire(const LockEntry &E);
  void release(const Expr *Lock, Symbol Class, LockMode From, Location Where);
  /// Applies one entry of a callee's exit case, already substituted. False
  /// where the lock is held in a mode that the callee cannot have met.
  bool applyEffect(const LockEntry &E);

  /// Enters section \p S as often as it says on top of what is known of it.
  void enterSection(const Section &S);
  /// Of one outcome of a call among others: what is true of them all.
  void joinSections(const std::vector<Section> &Other, bool &Changed);
  /// What is known of the section; 0 and 0 where it is not listed.
  Section sectionOf(Symbol Class) const;

  /// Adds that \p L is not held, unless the lockset says otherwise.
  void addFree(const FreeLock &L);
  /// Is exactly this lock known not to be held? Null: not known.
  const FreeLock *findFree(const Expr *Lock) const;

  const LockEntry *find(const Expr *Lock, Symbol Class, bool &Exact) const {
    return findLock(Locks, Lock, Class, Exact);
  }

private:
  LockEntry *findHeld(const Expr *Lock, Symbol Class);
  void insert(LockEntry E);
  /// After two values turned out to be one: calls locks by the new name.
  void renameLocks();
  const Expr *read(const Expr *Place, unsigned Copies) const;
  ValueRange rangeByShape(const Expr *E) const;
  bool constrainCmp(const Expr *E, bool Truth);
  ValueRange rangeOfCmp(const Expr *E) const;
  bool joinFacts(const State &O, uint32_t Block, bool Widen);
  bool joinPlace(const Expr *Place, const Expr *Mine, const Expr *Theirs,
                 const State &Before, const State &O, uint32_t Block, bool Widen);
  void joinMembers(const State &Before, const State &O, uint32_t Block);
  const Expr *joinValue(const Expr *Place, const Expr *Mine, const Expr *Theirs,
                        const State &O, uint32_t Block) const;
};

/// Where states meet that is not the head of a block: after the call with this
/// result, and where the function is left.
inline uint32_t afterCall(const Expr *Result) {
  return 0x10000u + uint32_t(Result->Value);
}
inline constexpr uint32_t AtExit = 0x20000u;

/// The lock class of a lock's address: the field or global it lives in, lock
/// types' own inner fields (\p Inner) stripped; empty when a parameter hides it.
Symbol classOf(const Expr *Lock, const std::unordered_set<Symbol> &Inner);

/// The pseudo place that is 1 while nobody else can see the object at \p Base.
const Expr *freshMark(const Expr *Base);
/// The pseudo value "is this lock held", as predicates return it.
const Expr *heldPredicate(const Expr *Lock, LockMode Mode);
/// Inverse: the lock in question and the mode, or null.
const Expr *predicateLock(const Expr *E, LockMode &Mode);
/// A pseudo value. Exactly: \p Value, which is known not to be 0, where \p Test is
/// not 0, and else 0. Only: \p Value, which is 0 at least where \p Test is.
enum class SelectKind { None, Exactly, Only };
const Expr *select(const Expr *Test, const Expr *Value, SelectKind Kind);
SelectKind selectKind(const Expr *E);

} // namespace holdfast

#endif
