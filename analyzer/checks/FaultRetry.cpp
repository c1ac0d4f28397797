// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// A callback whose result says whether it released its caller's lock, and that
/// says one thing and does another. Which callbacks, which bits and which locks
/// is for the rules to say.
///
/// The summary of such a function has merged the ways out of it that leave the
/// same locks held, whatever they return. So the function is simulated once
/// more with the bits in question watched, and so are the functions it calls
/// that change the lock or whose results it returns.
#include "checks/Check.h"
#include "checks/Words.h"
#include "solve/State.h"
#include <algorithm>
#include <map>

using namespace holdfast;

namespace {

class FaultRetry {
public:
  FaultRetry(const CheckInput &In, std::vector<Finding> &Out)
      : In(In), RuleSums(In.R), Out(Out) {}
  void run();

private:
  struct Site {
    FunctionId F;      ///< the callback
    FunctionId Origin; ///< itself, or where its result comes from
    const SlotStore &Store;
    const ResultRule &Rule;
    bool Opaque; ///< what it hands its lock to was not all seen
  };
  const Summary &watched(FunctionId F, const ResultRule &Rule);
  bool matters(FunctionId Callee, const ResultRule &Rule) const;
  void callback(FunctionId F, const SlotStore &Store, const ResultRule &Rule);
  void wayOut(const Site &At, const ExitCase &C);
  void kept(const Site &At, const ExitCase &C);
  void report(const Site &At, Location Where, const std::string &What, Confidence Sure,
              std::vector<Step> Path = {});
  FunctionId origin(FunctionId F, const ResultRule &Rule, const Instr *&Chosen,
                    std::vector<Step> &Path);
  bool handsOn(FunctionId F) const;

  const CheckInput &In;
  RuleSummaries RuleSums;
  std::map<std::pair<FunctionId, const ResultRule *>, Summary> Watched;
  std::vector<Finding> &Out;
};

std::string names(const ResultRule &Rule) {
  std::string Text;
  for (const ResultRule::Bits &B : Rule.Released)
    Text += (Text.empty() ? "" : " or ") + B.Name;
  return Text;
}

/// What is known on entry of the value that \p C is about.
ValueRange onEntry(const ExitCase &E, const RuleCondition &C) {
  for (const Fact &F : E.When)
    if (F.Value == C.Value)
      return F.Range;
  return ValueRange::top();
}

bool contradicts(const ExitCase &E, const std::vector<RuleCondition> &All) {
  return std::any_of(All.begin(), All.end(), [&](const RuleCondition &C) {
    return onEntry(E, C).meet(C.Range).isEmpty();
  });
}

bool implies(const ExitCase &E, const std::vector<RuleCondition> &All) {
  return !All.empty() && std::all_of(All.begin(), All.end(), [&](const RuleCondition &C) {
    return onEntry(E, C).within(C.Range);
  });
}

/// The calls that \p F returns the results of.
std::vector<uint32_t> returnedCalls(const Function &F) {
  std::vector<const Expr *> Values;
  auto results = [&](const Expr *Place) {
    for (const Block &B : F.Blocks)
      for (const Instr &I : B.Instrs)
        if (I.Kind == (Place ? InstrKind::Assign : InstrKind::Return) &&
            (!Place || I.Place == Place))
          Values.push_back(I.Value);
  };
  results(nullptr);
  for (size_t I = 0, Returned = Values.size(); I < Returned; ++I)
    if (Values[I]->root()->Kind == ExprKind::Local && Values[I]->Kind == ExprKind::Load)
      results(Values[I]->A);
  std::vector<uint32_t> Calls;
  for (const Expr *V : Values)
    if (V->Kind == ExprKind::Result)
      Calls.push_back(uint32_t(V->Value));
  return Calls;
}

/// The entry for the caller's lock, if the way out changes it.
const LockEntry *changed(const ExitCase &C, const ResultRule &Rule) {
  const LockEntry *Found = nullptr;
  for (const LockEntry &E : C.Locks)
    if (std::count(Rule.Classes.begin(), Rule.Classes.end(), E.Class))
      Found = &E;
  return Found;
}

bool FaultRetry::matters(FunctionId Callee, const ResultRule &Rule) const {
  const std::vector<ExitCase> &Cases = In.Sol[Callee].Sum.Cases;
  return std::any_of(Cases.begin(), Cases.end(),
                     [&](const ExitCase &C) { return changed(C, Rule); });
}

const Summary &FaultRetry::watched(FunctionId F, const ResultRule &Rule) {
  auto [It, New] = Watched.insert({{F, &Rule}, In.Sol[F].Sum});
  if (!New || It->second.Cases.empty())
    return It->second; // in a recursion: what is known already
  std::vector<uint32_t> Returned = returnedCalls(In.Prog.function(F));
  for (uint32_t Call = 0; Call < In.Prog.function(F).NumCalls; ++Call)
    for (FunctionId Callee : In.Prog.targets(F, Call))
      if (matters(Callee, Rule) ||
          std::find(Returned.begin(), Returned.end(), Call) != Returned.end())
        watched(Callee, Rule);
  SolveInput Again{In.Prog, In.R, RuleSums,
                   [&](FunctionId G) -> const Summary * {
                     auto Known = Watched.find({G, &Rule});
                     return Known == Watched.end() ? &In.Sol[G].Sum : &Known->second;
                   },
                   &Rule};
  It->second = Simulator(Again, F).run().Sum;
  return It->second;
}

/// Does it call functions that were not seen with its own first argument, by
/// way of which they may get at the lock?
bool FaultRetry::handsOn(FunctionId F) const {
  const Expr *Own = Expr::load(Expr::local(0));
  for (const Block &B : In.Prog.function(F).Blocks)
    for (const Instr &I : B.Instrs) {
      if (I.Kind != InstrKind::Call ||
          std::find(I.Args.begin(), I.Args.end(), Own) == I.Args.end())
        continue;
      if (I.Value->Kind == ExprKind::Func && RuleSums.find(I.Value->Name))
        continue;
      const std::vector<FunctionId> &Targets = In.Prog.targets(F, I.Index);
      if (Targets.size() != 1 || !In.Sol[Targets.front()].Sum.Known)
        return true;
    }
  return false;
}

/// Where a result that \p Chosen has from a callee comes from in the end.
FunctionId FaultRetry::origin(FunctionId F, const ResultRule &Rule, const Instr *&Chosen,
                              std::vector<Step> &Path) {
  const Expr *Value = Chosen->Value;
  if (Value->Kind != ExprKind::Result || Path.size() == 8)
    return F;
  const std::vector<FunctionId> &Targets = In.Prog.targets(F, uint32_t(Value->Value));
  for (FunctionId Callee : Targets)
    for (const ExitCase &C : watched(Callee, Rule).Cases) {
      if (changed(C, Rule) || !C.Chosen)
        continue;
      std::string Name = plainName(In.Prog.function(F).Name);
      Path.push_back({Chosen->Loc, Name,
                      Name + " returns what " + plainName(In.Prog.function(Callee).Name) +
                          " returns"});
      Chosen = C.Chosen;
      return origin(Callee, Rule, Chosen, Path);
    }
  return F;
}

void FaultRetry::report(const Site &At, Location Where, const std::string &What,
                        Confidence Sure, std::vector<Step> Path) {
  Finding R;
  R.Rule = "fault-retry";
  std::string Handler = plainName(In.Prog.function(At.F).Name);
  R.Function = plainName(In.Prog.function(At.Origin).Name);
  R.Loc = Where;
  R.Sure = At.Opaque ? Confidence::Possible : Sure;
  R.LockClass = plainName(At.Rule.Classes.front());
  std::string Lock = lockName(In.R, At.Rule.Classes.front());
  R.Message = R.Function + "() " + What;
  R.Steps.push_back({At.Store.Loc, Handler,
                     setHere(Handler, At.Store) + "; it is to return " + names(At.Rule) +
                         " where it has released " + Lock + ", and nowhere else (" +
                         At.Rule.Source + ")"});
  R.Steps.insert(R.Steps.end(), Path.begin(), Path.end());
  R.Advice = At.Rule.Instead;
  Out.push_back(std::move(R));
}

/// The lock is still held: does the result say otherwise?
void FaultRetry::kept(const Site &At, const ExitCase &C) {
  if (!C.Chosen)
    return;
  for (const ResultRule::Bits &B : At.Rule.Released) {
    if ((C.ResultRange.Ones & B.Mask) != B.Mask || implies(C, B.KeptWhen))
      continue;
    const Instr *Chosen = C.Chosen;
    std::vector<Step> Path;
    Site From = At;
    From.Origin = origin(At.F, At.Rule, Chosen, Path);
    return report(From, Chosen->Loc,
                  "returns " + B.Name + " with " +
                      lockName(In.R, At.Rule.Classes.front()) + " still held",
                  In.Sol[At.F].Sum.Imprecise ? Confidence::Likely : Confidence::Certain,
                  std::move(Path));
  }
}

void FaultRetry::wayOut(const Site &At, const ExitCase &C) {
  if (contradicts(C, At.Rule.Given))
    return;
  const LockEntry *Changed = changed(C, At.Rule);
  if (!Changed)
    return kept(At, C);
  bool Retaken = isRetaken(Changed->State);
  if (isHeld(Changed->State) && !Retaken)
    return; // one more of the class: of something else
  Confidence Sure = Changed->Guessed || Changed->Lock->Vague ? Confidence::Possible
                    : In.Sol[At.F].Sum.Imprecise             ? Confidence::Likely
                                                             : Confidence::Certain;
  std::string Lock = lockName(In.R, Changed->Class);
  uint64_t Bits = At.Rule.mask();
  if (Retaken)
    report(At, Changed->Where,
           "releases " + Lock + " and takes it again, and cannot say so: its caller " +
               "goes on with what the lock had kept",
           Sure);
  else if ((C.ResultRange.Zeros & Bits) == Bits)
    report(At, Changed->Where,
           "releases " + Lock + " and returns without " + names(At.Rule), Sure);
}

void FaultRetry::callback(FunctionId F, const SlotStore &Store, const ResultRule &Rule) {
  Site At{F, F, Store, Rule, handsOn(F)};
  for (const ExitCase &C : watched(F, Rule).Cases)
    wayOut(At, C);
}

void FaultRetry::run() {
  for (FunctionId F = 0; F < In.Prog.size(); ++F) {
    const ResultRule *Last = nullptr; // many tables may hold one function
    for (const SlotStore &Store : In.Prog.slotsOf(F)) {
      auto It = In.R.Results.find(Store.Slot);
      if (It == In.R.Results.end() || &It->second == Last)
        continue;
      Last = &It->second;
      callback(F, Store, It->second);
    }
  }
}

} // namespace

void holdfast::checkFaultRetry(const CheckInput &In, std::vector<Finding> &Out) {
  FaultRetry(In, Out).run();
}
