// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// lock-balance. What one function shows by itself, the solver has noted
/// (solve/Balance.cpp). Here come the locks that a function leaves to whoever
/// called it, where nobody above it is there to take them (checks/Pairing.h): it
/// returns with a lock held that nobody releases, or without one that nobody took.
#include "checks/Pairing.h"
#include "checks/Words.h"
#include <algorithm>
#include <set>

using namespace holdfast;

namespace {

/// A way out of a function that leaves a lock held, or released.
struct Leaving {
  FunctionId In;
  const ExitCase *Way;
  const LockEntry *Lock;
  Pairing::Above Above;
};

class Balance {
public:
  Balance(const CheckInput &In, std::vector<Finding> &Out)
      : In(In), Pairs(In), Out(Out) {}
  void run();

private:
  void misuse(FunctionId F, const Misuse &M);
  void listLeft(FunctionId F);
  bool isHandedOver(FunctionId F, const ExitCase &C, const LockEntry &E) const;
  bool isCallees(FunctionId F, Symbol Class, bool Held, Location Where) const;
  void report(const Leaving &L);
  void leadTo(Finding &R, FunctionId F, const std::vector<CallSite> &Path) const;
  Finding start(FunctionId F, Symbol Class) const;

  const CheckInput &In;
  Pairing Pairs;
  std::vector<Leaving> Left;
  std::set<Symbol> HeldClasses, ReleasedClasses; ///< of Left, likely or not
  std::vector<Finding> &Out;
};

Finding Balance::start(FunctionId F, Symbol Class) const {
  Finding R;
  R.Rule = "lock-balance";
  R.Function = plainName(In.Prog.function(F).Name);
  R.LockClass = plainName(Class);
  return R;
}

void Balance::misuse(FunctionId F, const Misuse &M) {
  Pairing::Above Above;
  if (M.Kind == MisuseKind::LeftHeld &&
      ((M.Told && !M.Class) || isCallees(F, M.Class, /*Held=*/true, M.Earlier)))
    return;
  if (M.Told)
    Above = Pairs.above(F, M.Class, true);
  if (Above.Pairs == Pairing::Answer::Somebody)
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
                " held here, but not elsewhere, and its callers " +
                (M.Told ? "never release it" : "cannot tell");
    R.Sure = Above.Pairs == Pairing::Answer::Nobody ||
                     (Above.Pairs == Pairing::Answer::Outside && !Above.Path.empty())
                 ? Confidence::Likely
                 : Confidence::Possible;
    if (M.Told)
      leadTo(R, F, Above.Path);
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

/// How \p F comes to be called: \p Path, from a callback mostly.
void Balance::leadTo(Finding &R, FunctionId F, const std::vector<CallSite> &Path) const {
  FunctionId Top = Path.empty() ? F : Path.front().Caller;
  if (const std::vector<SlotStore> &Stores = In.Prog.slotsOf(Top); !Stores.empty()) {
    std::string Name = plainName(In.Prog.function(Top).Name);
    R.Steps.push_back({Stores.front().Loc, Name, setHere(Name, Stores.front())});
  }
  for (size_t I = 0; I < Path.size(); ++I) {
    std::string Caller = plainName(In.Prog.function(Path[I].Caller).Name);
    FunctionId Callee = I + 1 < Path.size() ? Path[I + 1].Caller : F;
    R.Steps.push_back({Path[I].Loc, Caller,
                       Caller + " calls " + plainName(In.Prog.function(Callee).Name)});
  }
}

void Balance::report(const Leaving &L) {
  const LockEntry &E = *L.Lock;
  Finding R = start(L.In, E.Class);
  std::string Lock = lockName(In.R, E.Class);
  leadTo(R, L.In, L.Above.Path);
  R.Loc = E.Where;
  R.Message = isHeld(E.State) ? Lock + " is acquired here and still held where " +
                                    R.Function + "() returns; nobody releases it"
                              : Lock + " is released here, but " + R.Function +
                                    "() is entered without it and nothing acquires it";
  if (L.Way->Left)
    R.Steps.push_back({L.Way->Left, R.Function, R.Function + " returns here"});
  // Of what nobody calls, who knows who will.
  R.Sure = L.Above.Pairs != Pairing::Answer::Nobody || E.Guessed || E.Unsteady ||
                   !E.Lock->isIdentity() || In.Sol[L.In].Sum.Imprecise
               ? Confidence::Possible
               : Confidence::Likely;
  Out.push_back(std::move(R));
}

/// Does the callee at \p Where in \p F do it too, and nobody above that one pairs it?
/// Then it is told there.
bool Balance::isCallees(FunctionId F, Symbol Class, bool Held, Location Where) const {
  auto does = [&](const ExitCase &C) {
    return std::ranges::any_of(C.Locks, [&](const LockEntry &L) {
      return isHeld(L.State) == Held && !isRetaken(L.State) && L.Class == Class;
    });
  };
  return std::ranges::any_of(In.Prog.dependencies(F), [&](FunctionId T) {
    bool Called = std::ranges::any_of(In.Prog.directCallers(T), [&](const CallSite &S) {
      return S.Caller == F && S.Loc == Where;
    });
    return Called && std::ranges::any_of(In.Sol[T].Sum.Cases, does) &&
           Pairs.above(T, Class, Held).Pairs != Pairing::Answer::Somebody;
  });
}

/// Do all ways out of \p F do it?
static bool isOnAllWays(const Summary &Sum, const LockEntry &E) {
  return std::ranges::all_of(Sum.Cases, [&](const ExitCase &C) {
    return std::ranges::any_of(C.Locks, [&](const LockEntry &L) {
      return L.Class == E.Class && L.State == E.State;
    });
  });
}

/// Is the address of the lock returned, or put where others find it?
bool Balance::isHandedOver(FunctionId F, const ExitCase &C, const LockEntry &E) const {
  auto isAddress = [&](const Instr &I) {
    return I.Kind == InstrKind::Assign && I.Place->Kind != ExprKind::Local &&
           I.Value->Kind == ExprKind::Field &&
           classOf(I.Value, In.R.InnerFields) == E.Class;
  };
  return (C.Result && C.Result->mentions(E.Lock)) ||
         std::ranges::any_of(In.Prog.function(F).Blocks, [&](const Block &B) {
           return std::ranges::any_of(B.Instrs, isAddress);
         });
}

/// What \p F does and neither pairs itself nor anybody above it.
void Balance::listLeft(FunctionId F) {
  const Summary &Sum = In.Sol[F].Sum;
  for (const ExitCase &C : Sum.Cases)
    for (const LockEntry &E : C.Locks) {
      bool Held = isHeld(E.State);
      if (!E.Class || isRetaken(E.State) || In.R.Recursive.count(E.Class) ||
          isHandedOver(F, C, E))
        continue;
      Pairing::Above Above = Pairs.above(F, E.Class, Held);
      if (Above.Pairs == Pairing::Answer::Somebody ||
          isCallees(F, E.Class, Held, E.Where))
        continue;
      (Held ? HeldClasses : ReleasedClasses).insert(E.Class);
      // Releasing is what is left to others on some way in all kinds of ways.
      if (!E.Reentrant && !Pairs.within(F, E.Where) && (Held || isOnAllWays(Sum, E)))
        Left.push_back({F, &C, &E, std::move(Above)});
    }
}

void Balance::run() {
  for (FunctionId F = 0; F < In.Prog.size(); ++F) {
    for (const Misuse &M : In.Sol[F].Misuses)
      misuse(F, M);
    listLeft(F);
  }
  // Where one leaves a lock and another releases one of its class, they may well
  // belong together.
  for (const Leaving &L : Left)
    if (!HeldClasses.count(L.Lock->Class) || !ReleasedClasses.count(L.Lock->Class))
      report(L);
}

} // namespace

void holdfast::checkBalance(const CheckInput &In, std::vector<Finding> &Out) {
  Balance(In, Out).run();
}
