// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// Functions that rely on a lock of their caller's and do not say so.
///
/// Half the kernel relies on some lock of its callers. What is worth a line is
/// where one assertion says it for all of them: at the access itself, in the
/// function that does it, since whoever calls that function then is checked as
/// well. So callers of a function that relies on a lock are not reported, nor
/// are callbacks: the rules say what these are entered with, and who calls them
/// is the place to check it. Of functions known to rely on a lock whose bodies
/// do not show it, and of those that let go of it for a while, the same is true.
#include "checks/Assertions.h"
#include "checks/Reliance.h"
#include "checks/Words.h"
#include "solve/State.h"
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

using namespace holdfast;

namespace {

/// The callers of a function, by what they hold when they call it.
struct Callers {
  std::set<FunctionId> Holding;
  std::set<FunctionId> Others;  ///< that rely on their own callers
  std::set<FunctionId> Without; ///< that have no need for it, as it seems
  std::vector<Step> Steps;      ///< some that hold it
};

class MissingAssertion {
public:
  MissingAssertion(const CheckInput &In, std::vector<Finding> &Out) : In(In), Out(Out) {}
  void run();

private:
  Callers callers(FunctionId F, const Reliance &What) const;
  Confidence sure(FunctionId F, const Reliance &What, const Callers &Seen) const;
  bool climb(FunctionId &F, Reliance &What) const;
  void advise(FunctionId F, const Reliance &What);
  bool isCallback(FunctionId F) const;
  bool isInTable(FunctionId F) const;
  bool canCall(FunctionId F, const std::string &Call) const;

  const CheckInput &In;
  std::vector<Finding> &Out;
};

/// Does the function in turn rely on its callers for a lock of the class?
bool passesOn(const Summary &Sum, Symbol Class) {
  return std::any_of(Sum.Requires.begin(), Sum.Requires.end(),
                     [&](const RequirementPtr &Need) { return Need->Class == Class; });
}

/// Is it a member of some ops table? EXPORT_SYMBOL() stores addresses as well.
bool MissingAssertion::isInTable(FunctionId F) const {
  const std::vector<SlotStore> &Slots = In.Prog.slotsOf(F);
  return std::any_of(Slots.begin(), Slots.end(), [](const SlotStore &S) {
    return S.Slot.str().find("::") != std::string::npos;
  });
}

bool MissingAssertion::isCallback(FunctionId F) const {
  const std::vector<SlotStore> &Slots = In.Prog.slotsOf(F);
  return std::any_of(Slots.begin(), Slots.end(),
                     [&](const SlotStore &S) { return In.R.Callbacks.count(S.Slot); });
}

Callers MissingAssertion::callers(FunctionId F, const Reliance &What) const {
  static constexpr size_t MaxShown = 3;
  Callers Out;
  for (const CallSite &Site : In.Prog.directCallers(F)) {
    bool Holds = false, Without = false, Open = false;
    for (const CallLocks &C : In.Sol[Site.Caller].at(Site.Call)) {
      bool Exact;
      const LockEntry *E = findLock(C.Locks, Expr::unknown(), What.Class, Exact);
      bool Enough = E && satisfies(modeOf(E->State), What.Mode);
      Holds |= Enough;
      Without |= E && !Enough;
      Open |= !E;
    }
    std::string Name = plainName(In.Prog.function(Site.Caller).Name);
    if (Holds && !Without && !Open) {
      if (Out.Holding.insert(Site.Caller).second && Out.Steps.size() < MaxShown)
        Out.Steps.push_back({Site.Loc, Name, Name + " holds it here"});
    } else {
      // That the demand ends there with no lock held: the object may be new.
      bool None = Without || !passesOn(In.Sol[Site.Caller].Sum, What.Class);
      (None ? Out.Without : Out.Others).insert(Site.Caller);
    }
  }
  return Out;
}

/// Is the assertion declared where the function is? Sources include what they
/// lock with. A header does where a function above calls another of the header
/// that the assertion is from.
bool MissingAssertion::canCall(FunctionId F, const std::string &Call) const {
  const Function &Fn = In.Prog.function(F);
  if (!Fn.InHeader)
    return true;
  std::set<Symbol> Homes;
  for (FunctionId A : In.Prog.findByPlainName(Call.substr(0, Call.find('('))))
    Homes.insert(In.Prog.function(A).Loc.File);
  for (FunctionId G = 0; G < In.Prog.size(); ++G) {
    const Location &Loc = In.Prog.function(G).Loc;
    if (Loc.File != Fn.Loc.File || !(Loc < Fn.Loc))
      continue;
    for (const Block &B : In.Prog.function(G).Blocks)
      for (const Instr &I : B.Instrs)
        if (I.Kind == InstrKind::Call)
          for (FunctionId Callee : In.Prog.targets(G, I.Index))
            if (Homes.count(In.Prog.function(Callee).Loc.File))
              return true;
  }
  return false;
}

/// Advice that would make correct callers fail is none.
Confidence MissingAssertion::sure(FunctionId F, const Reliance &What,
                                  const Callers &Seen) const {
  const Function &Fn = In.Prog.function(F);
  size_t Known = Seen.Holding.size() + Seen.Others.size() + Seen.Without.size();
  // Called by way of a pointer, it may well be entered in ways not seen here.
  bool Unseen = Seen.Holding.empty() && isInTable(F);
  bool Private = Fn.Link == Linkage::Static && !Fn.InHeader && Known < 2;
  if (!What.Always || Private || Unseen || Seen.Without.size() > Seen.Holding.size())
    return Confidence::Possible;
  return Seen.Holding.empty() || !Seen.Without.empty() ? Confidence::Likely
                                                       : Confidence::Certain;
}

void MissingAssertion::advise(FunctionId F, const Reliance &What) {
  const Function &Fn = In.Prog.function(F);
  Callers Seen = callers(F, What);
  Finding R;
  R.Rule = "missing-assertion";
  R.Severity = Level::Note;
  R.Sure = sure(F, What, Seen);
  R.Function = plainName(Fn.Name);
  R.Loc = Fn.Loc;
  R.LockClass = plainName(What.Class);
  R.Required = modeText(What.Mode);
  R.Rank = unsigned(Seen.Holding.size());
  std::string Lock = lockName(In.R, What.Class);
  size_t Known = Seen.Holding.size() + Seen.Others.size() + Seen.Without.size();
  R.Message =
      R.Function + "() relies on " + Lock + heldFor(What.Mode) + " and does not say so";
  if (Known)
    R.Message += "; " + std::to_string(Seen.Holding.size()) + " of " +
                 std::to_string(Known) + (Known == 1 ? " caller" : " callers") +
                 " seen to hold it";
  R.Steps.push_back({What.Where, R.Function, R.Function + " " + What.Does});
  R.Steps.insert(R.Steps.end(), Seen.Steps.begin(), Seen.Steps.end());
  R.Advice = assertionCall(In.R, Fn, What.Lock, What.Class, What.Mode);
  if (!R.Advice.empty() && What.Always && Fn.Body && canCall(F, R.Advice))
    R.Mend = Fix{"say that " + Lock + " is" + heldFor(What.Mode),
                 {{Fn.Body, R.Advice + ";\n" + std::string(Fn.Body.Column - 1, '\t')}}};
  Out.push_back(std::move(R));
}

/// A helper with one caller is part of that caller, if that relies on the lock in
/// turn. False where the assertion has no place.
bool MissingAssertion::climb(FunctionId &F, Reliance &What) const {
  static constexpr unsigned MaxSteps = 4;
  for (unsigned Step = 0; Step < MaxSteps && !isCallback(F); ++Step) {
    const Function &Fn = In.Prog.function(F);
    const std::vector<CallSite> &Sites = In.Prog.directCallers(F);
    if (Fn.Link != Linkage::Static || Fn.InHeader || Sites.size() != 1)
      return true;
    const Summary &Sum = In.Sol[Sites.front().Caller].Sum;
    auto It = std::find_if(Sum.Requires.begin(), Sum.Requires.end(),
                           [&](const RequirementPtr &Need) {
                             return Need->Callee == F && Need->Class == What.Class;
                           });
    if (It == Sum.Requires.end() || isClaimed(Sum, **It))
      return true;
    const Requirement &Need = **It;
    F = Sites.front().Caller;
    What.Lock = Need.Lock;
    What.Always &= Need.When.empty() && Need.doubt() == Doubt::None;
    What.Where = Need.Where;
    What.Does = "calls " + plainName(Fn.Name) + ", which " + What.Does;
  }
  return !isCallback(F);
}

void MissingAssertion::run() {
  std::map<FunctionId, std::vector<Reliance>> Found;
  for (FunctionId F = 0; F < In.Prog.size(); ++F) {
    if (In.Prog.function(F).Blocks.empty() || isCallback(F))
      continue;
    for (Reliance What : unsaidReliance(In, F))
      if (FunctionId At = F; climb(At, What))
        Found[At].push_back(std::move(What));
  }
  // Of one lock, what asks for most speaks for the rest.
  auto key = [](const Reliance &What) {
    return std::tuple(!What.Always, What.Mode != LockMode::Write, What.Where);
  };
  for (auto &[F, All] : Found) {
    std::sort(All.begin(), All.end(),
              [&](const Reliance &A, const Reliance &B) { return key(A) < key(B); });
    std::set<Symbol> Said;
    for (const Reliance &What : All)
      if (Said.insert(What.Class).second)
        advise(F, What);
  }
}

} // namespace

void holdfast::checkMissingAssertion(const CheckInput &In, std::vector<Finding> &Out) {
  MissingAssertion(In, Out).run();
}
