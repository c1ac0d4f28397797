// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// lock-balance. What one function shows by itself, the solver has noted
/// (solve/Balance.cpp). Here come the locks that a function leaves to whoever
/// called it, where nobody is there to take them: a function that no other calls
/// directly, a callback mostly, returns with a lock held that was not when it
/// was entered, or without one that it never took. Some callbacks do so by
/// contract (start() and stop() of an iterator), hence the whole program is asked:
/// if one such function leaves locks of the class held and another releases
/// them, they belong together.
#include "checks/Check.h"
#include "checks/Words.h"
#include "solve/ExprParts.h"
#include <algorithm>
#include <set>

using namespace holdfast;

namespace {

class Balance {
public:
  Balance(const CheckInput &In, std::vector<Finding> &Out) : In(In), Out(Out) {}
  void run();

private:
  void misuse(FunctionId F, const Misuse &M);
  bool reads(FunctionId F, const std::vector<Symbol> &Members) const;
  bool callersKnow(FunctionId F, const Misuse &M, unsigned Depth) const;
  void listRoots();
  void left(FunctionId F);
  void report(FunctionId F, const ExitCase &C, const LockEntry &E);
  void follow(Finding &R, FunctionId F, const LockEntry &E);
  Finding start(FunctionId F, Symbol Class) const;
  bool isRoot(FunctionId F) const;
  bool entersWith(FunctionId F, Symbol Class) const;

  const CheckInput &In;
  std::vector<Finding> &Out;
  std::set<Symbol> LeftByRoots, TakenByRoots; ///< lock classes
};

Finding Balance::start(FunctionId F, Symbol Class) const {
  Finding R;
  R.Rule = "lock-balance";
  R.Function = plainName(In.Prog.function(F).Name);
  R.LockClass = plainName(Class);
  return R;
}

/// Does \p E read one of \p Members?
bool readsOne(const Expr *E, const std::vector<Symbol> &Members) {
  return E && anyPart(E, [&](const Expr *Part) {
           return Part->Kind == ExprKind::Load && Part->A->Kind == ExprKind::Field &&
                  std::count(Members.begin(), Members.end(), Part->A->Name);
         });
}

bool Balance::reads(FunctionId F, const std::vector<Symbol> &Members) const {
  for (const Block &B : In.Prog.function(F).Blocks) {
    if (readsOne(B.Term.Cond, Members))
      return true;
    for (const Instr &I : B.Instrs)
      if (readsOne(I.Value, Members))
        return true;
  }
  return false;
}

/// Is there a caller of \p F that does not leave the lock of \p M to its own callers,
/// and that reads, by itself or through a function of a header, what tells whether
/// \p F did?
bool Balance::callersKnow(FunctionId F, const Misuse &M, unsigned Depth) const {
  auto passesOn = [&](FunctionId G) {
    return std::ranges::any_of(In.Sol[G].Sum.Cases, [&](const ExitCase &C) {
      return holdsClass(C.Locks, M.Class);
    });
  };
  auto isReading = [&](FunctionId G) {
    return reads(G, M.ToldBy) ||
           std::ranges::any_of(In.Prog.dependencies(G), [&](FunctionId T) {
             return T != F && In.Prog.function(T).InHeader && reads(T, M.ToldBy);
           });
  };
  return std::ranges::any_of(In.Prog.directCallers(F), [&](const CallSite &Site) {
    return passesOn(Site.Caller) ? Depth > 1 && callersKnow(Site.Caller, M, Depth - 1)
                                 : isReading(Site.Caller);
  });
}

void Balance::misuse(FunctionId F, const Misuse &M) {
  static constexpr unsigned CallersLooked = 2;
  // What one callback leaves held for another to release, both tell by some member.
  if (!M.ToldBy.empty() &&
      (TakenByRoots.count(M.Class) || callersKnow(F, M, CallersLooked)))
    return;
  Finding R = start(F, M.Class);
  std::string Lock = lockName(In.R, M.Class);
  std::string By = M.By ? plainName(M.By) + "()" : "the call";
  R.Loc = M.Where;
  switch (M.Kind) {
  case MisuseKind::LockedTwice:
    R.Message = By + " acquires " + Lock + ", which " + R.Function +
                "() already holds: it would wait for itself";
    R.Sure = M.Sometimes ? Confidence::Possible : Confidence::Likely;
    R.Steps.push_back({M.Earlier, R.Function, "acquired here"});
    break;
  case MisuseKind::UnlockedTwice:
    R.Message = By + " releases " + Lock + ", which " + R.Function + "() no longer holds";
    R.Sure = M.Sometimes ? Confidence::Possible : Confidence::Likely;
    R.Steps.push_back({M.Earlier, R.Function, "released here"});
    break;
  case MisuseKind::LeftHeld:
    R.Message = R.Function + "() returns with " + Lock +
                " held here, but not elsewhere, and its callers cannot tell";
    R.Sure = Confidence::Likely;
    R.Steps.push_back({M.Earlier, R.Function, "acquired here"});
    break;
  case MisuseKind::WrongMode: {
    LockMode From = M.Held == LockMode::Write ? LockMode::Read : LockMode::Write;
    R.Message = By + " releases " + Lock + " for " + modeText(From) + ", but " +
                R.Function + "() holds it for " + modeText(M.Held);
    R.Sure = Confidence::Likely;
    R.Steps.push_back(
        {M.Earlier, R.Function, std::string("acquired here for ") + modeText(M.Held)});
    break;
  }
  case MisuseKind::UsedAfter:
    R.Rule = "vma-use-after-unlock";
    R.Message = "using " + dotted(M.By.str()) + " after " + Lock +
                " was released: the object may be gone";
    R.Sure = Confidence::Likely;
    R.Steps.push_back({M.Earlier, R.Function, "released here"});
    break;
  }
  bool IsPlain = M.Kind == MisuseKind::LeftHeld && !M.Sometimes;
  if ((In.Sol[F].Sum.Imprecise && !IsPlain) || M.Lock->Element)
    R.Sure = Confidence::Possible;
  Out.push_back(std::move(R));
}

/// Does nothing in the program call \p F by its name?
bool Balance::isRoot(FunctionId F) const {
  return In.Prog.directCallers(F).empty() && In.Sol[F].Sum.Known &&
         In.Prog.function(F).Link != Linkage::Declared;
}

void Balance::listRoots() {
  for (FunctionId F = 0; F < In.Prog.size(); ++F)
    if (isRoot(F))
      for (const ExitCase &C : In.Sol[F].Sum.Cases)
        for (const LockEntry &E : C.Locks)
          (isHeld(E.State) ? LeftByRoots : TakenByRoots).insert(E.Class);
}

/// The call in \p F that did \p E, as deep as there is one.
void Balance::follow(Finding &R, FunctionId F, const LockEntry &E) {
  static constexpr unsigned MaxDepth = 16;
  Location Where = E.Where;
  for (unsigned Depth = 0; Depth < MaxDepth; ++Depth) {
    R.Loc = Where;
    R.Function = plainName(In.Prog.function(F).Name);
    FunctionId Next = NoFunction;
    Location NextWhere;
    for (FunctionId T : In.Prog.dependencies(F)) {
      bool Called =
          std::any_of(In.Prog.directCallers(T).begin(), In.Prog.directCallers(T).end(),
                      [&](const CallSite &S) { return S.Caller == F && S.Loc == Where; });
      for (const ExitCase &C : In.Sol[T].Sum.Cases)
        for (const LockEntry &L : C.Locks)
          if (Called && L.State == E.State && L.Where &&
              (L.Class == E.Class || !L.Class)) {
            Next = T;
            NextWhere = L.Where;
          }
    }
    // A helper in a header, or one that many use, does what it is called for.
    if (Next == NoFunction || In.Prog.function(Next).InHeader ||
        In.Prog.directCallers(Next).size() > 1)
      return;
    R.Steps.push_back({Where, R.Function,
                       R.Function + " calls " + plainName(In.Prog.function(Next).Name)});
    F = Next;
    Where = NextWhere;
  }
}

void Balance::report(FunctionId F, const ExitCase &C, const LockEntry &E) {
  Finding R = start(F, E.Class);
  std::string Root = R.Function;
  std::string Lock = lockName(In.R, E.Class);
  bool Held = isHeld(E.State);
  const std::vector<SlotStore> &Stores = In.Prog.slotsOf(F);
  if (!Stores.empty())
    R.Steps.push_back({Stores.front().Loc, Root, setHere(Root, Stores.front())});
  follow(R, F, E);
  R.Message = Held ? Lock + " is acquired here and still held where " + Root +
                         "() returns; nobody releases it"
                   : Lock + " is released here, but " + Root +
                         "() is entered without it and nothing acquires it";
  if (C.Left)
    R.Steps.push_back({C.Left, Root, Root + " returns here"});
  // A callback's caller is known; of what nobody calls, who knows who will.
  R.Sure = Stores.empty() || E.Guessed || In.Sol[F].Sum.Imprecise || !E.Lock->isIdentity()
               ? Confidence::Possible
               : Confidence::Likely;
  Out.push_back(std::move(R));
}

/// Do the rules say that \p F, as a callback, is entered with such a lock?
bool Balance::entersWith(FunctionId F, Symbol Class) const {
  for (const SlotStore &Store : In.Prog.slotsOf(F))
    if (auto It = In.R.Callbacks.find(Store.Slot); It != In.R.Callbacks.end())
      for (const RuleContext &C : It->second.Contexts)
        for (const RuleLock &L : C.Holds)
          if (classOf(L.Lock, In.R.InnerFields) == Class)
            return true;
  return false;
}

void Balance::left(FunctionId F) {
  const std::vector<ExitCase> &Cases = In.Sol[F].Sum.Cases;
  for (const ExitCase &C : Cases)
    for (const LockEntry &E : C.Locks) {
      bool Held = isHeld(E.State);
      if (!E.Class || isRetaken(E.State) || In.R.Recursive.count(E.Class) ||
          (Held ? TakenByRoots : LeftByRoots).count(E.Class))
        continue;
      bool Always = std::all_of(Cases.begin(), Cases.end(), [&](const ExitCase &O) {
        return std::any_of(O.Locks.begin(), O.Locks.end(), [&](const LockEntry &L) {
          return L.Class == E.Class && L.State == E.State;
        });
      });
      if (!Always)
        continue;
      if (!Held && (entersWith(F, E.Class) || !In.Ctx.byCallers(F, E.Class).empty()))
        continue; // somebody who may call it holds it
      return report(F, C, E);
    }
}

void Balance::run() {
  listRoots();
  for (FunctionId F = 0; F < In.Prog.size(); ++F) {
    for (const Misuse &M : In.Sol[F].Misuses)
      misuse(F, M);
    if (isRoot(F))
      left(F);
  }
}

} // namespace

void holdfast::checkBalance(const CheckInput &In, std::vector<Finding> &Out) {
  Balance(In, Out).run();
}
