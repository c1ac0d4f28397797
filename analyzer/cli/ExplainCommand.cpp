// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/ExplainCommand.h"
#include "cli/Analysis.h"
#include "cli/Interrupt.h"
#include "solve/Contexts.h"
#include "llvm/ADT/StringExtras.h"
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <set>

using namespace holdfast;

namespace {

/// Writes what is known of one function, section by section.
class Explanation {
public:
  Explanation(const Analysis &A, FunctionId F)
      : A(A), Ctx(A.Prog, A.R, A.Sol), F(F), Fn(A.Prog.function(F)) {}

  std::string str() {
    Text = plainName(Fn.Name) + "()  " + place(Fn.Loc) + "\n";
    entered();
    required();
    effects();
    callers();
    return Text;
  }

private:
  static std::string place(const Location &L) {
    return L.File.str() + ":" + std::to_string(L.Line);
  }
  std::string named(const Expr *E) const {
    return E->str([this](const Expr *Leaf) -> std::string {
      bool Mine = Leaf->Kind == ExprKind::Param || Leaf->Kind == ExprKind::Local;
      return Mine && size_t(Leaf->Value) < Fn.LocalNames.size()
                 ? Fn.LocalNames[size_t(Leaf->Value)].str()
                 : "";
    });
  }
  std::string lock(const Expr *Lock, Symbol Class) const {
    return Lock->isUnknown() ? "some " + Class.str() : named(Lock);
  }
  static const char *mode(LockMode M) {
    static const char *const Names[] = {"not held", "held for read", "held for write",
                                        "held"};
    return Names[int(M)];
  }
  static const char *state(LockState S) {
    static const char *const Names[] = {"takes for read", "takes for write", "drops",
                                        "drops and retakes for read",
                                        "drops and retakes for write"};
    return Names[int(S)];
  }
  std::string conditions(const std::vector<Fact> &When) const {
    std::string S;
    for (const Fact &W : When)
      S += (S.empty() ? " when " : " and ") + named(W.Value) + " " + W.Range.str();
    return S;
  }
  std::string entry(const LockEntry &E) const {
    return std::string(state(E.State)) + " " + lock(E.Lock, E.Class);
  }

  void entered();
  void byRule(const SlotStore &Store);
  void byCallers();
  void required();
  void effects();
  std::string locksAt(const CallSite &Site) const;
  void callers();

  const Analysis &A;
  Contexts Ctx;
  FunctionId F;
  const Function &Fn;
  std::string Text;
};

void Explanation::byRule(const SlotStore &Store) {
  auto It = A.R.Callbacks.find(Store.Slot);
  if (It == A.R.Callbacks.end())
    return;
  for (const RuleContext &C : It->second.Contexts) {
    std::string Held;
    for (const RuleLock &L : C.Holds)
      Held += (Held.empty() ? "" : ", ") + named(L.Lock) + " " + mode(L.Mode);
    for (Symbol N : C.NotHeld)
      Held += (Held.empty() ? "" : ", ") + N.str() + " not held";
    if (Held.empty())
      Held = C.NothingElse ? "no lock" : "nothing known";
    Text += "    from the rules: " + Held + " (" + It->second.Source + ")\n";
  }
}

void Explanation::byCallers() {
  std::set<Symbol> Classes;
  for (const RequirementPtr &R : A.Sol[F].Sum.Requires)
    Classes.insert(R->Class);
  for (const SlotStore &Store : A.Prog.slotsOf(F))
    if (auto It = A.R.Callbacks.find(Store.Slot); It != A.R.Callbacks.end())
      for (const RuleContext &C : It->second.Contexts)
        for (const RuleLock &L : C.Holds)
          Classes.insert(classOf(L.Lock, A.R.InnerFields));
  for (Symbol Class : Classes)
    for (const EntryMode &M : Ctx.byCallers(F, Class)) {
      Text += "    from the callers: " + Class.str() + " " + mode(M.Mode) +
              ", changed at " + place(M.Acquired) + " in " +
              plainName(A.Prog.function(M.Path.back().Caller).Name) + "()\n";
      for (auto It = M.Path.rbegin(); It != M.Path.rend(); ++It)
        Text += "      " + place(It->Loc) + " in " +
                plainName(A.Prog.function(It->Caller).Name) + "()\n";
    }
}

void Explanation::entered() {
  Text += "  entered:\n";
  size_t Before = Text.size();
  for (const SlotStore &Store : A.Prog.slotsOf(F)) {
    Text += "    as " + Store.Slot.str() +
            (Store.Table ? " of " + Store.Table.str() : std::string()) + ", set at " +
            place(Store.Loc) + "\n";
    byRule(Store);
  }
  byCallers();
  if (Text.size() == Before)
    Text += "    nothing known\n";
}

void Explanation::required() {
  Text += "  requires:\n";
  for (const RequirementPtr &R : A.Sol[F].Sum.Requires) {
    Text += "    " + lock(R->Lock, R->Class) + " " + mode(R->Mode) + conditions(R->When);
    const Requirement *N = R.get();
    for (; N; N = N->Inner.get())
      Text += "\n      " + (N->Where ? place(N->Where) + ": " : std::string()) +
              plainName(N->What);
    Text += "\n";
  }
  if (A.Sol[F].Sum.Requires.empty())
    Text += "    nothing\n";
}

void Explanation::effects() {
  Text += "  leaves:\n";
  for (const ExitCase &C : A.Sol[F].Sum.Cases) {
    Text += "    ";
    if (C.Locks.empty())
      Text += "locks as they were";
    for (size_t I = 0; I < C.Locks.size(); ++I)
      Text += (I ? ", " : "") + entry(C.Locks[I]);
    if (C.Result)
      Text += ", returning " + named(C.Result);
    if (!C.ResultRange.isTop())
      Text += ", result " + C.ResultRange.str();
    Text += conditions(C.When) + "\n";
    for (const StoreEffect &S : C.Stores)
      Text += "      sets " + named(Expr::load(S.Place)) + " to " +
              (S.Value->isUnknown() ? S.Range.str() : named(S.Value)) + "\n";
  }
  if (A.Sol[F].Sum.Imprecise)
    Text += "    (imprecise: a bound was hit)\n";
}

/// The locksets that the call is reached with, as the caller has changed them.
std::string Explanation::locksAt(const CallSite &Site) const {
  static constexpr size_t Shown = 3;
  std::set<std::string> Sets;
  for (const CallLocks &C : A.Sol[Site.Caller].at(Site.Call)) {
    std::string Set;
    for (const LockEntry &E : C.Locks)
      Set += (Set.empty() ? "" : "; ") + entry(E);
    Sets.insert(Set.empty() ? "as entered" : Set);
  }
  if (Sets == std::set<std::string>{"as entered"})
    return "";
  std::vector<std::string> Parts(Sets.begin(), Sets.end());
  if (Parts.size() > Shown) {
    std::string Rest = std::to_string(Parts.size() - Shown) + " more";
    Parts.resize(Shown);
    Parts.push_back(Rest);
  }
  return llvm::join(Parts, " | ");
}

void Explanation::callers() {
  Text += "  called by:\n";
  std::set<std::string> Lines;
  auto add = [&](const CallSite &Site) {
    std::string Held = locksAt(Site);
    Lines.insert("    " + plainName(A.Prog.function(Site.Caller).Name) + "()  " +
                 place(Site.Loc) + (Held.empty() ? "" : "  " + Held) + "\n");
  };
  for (const CallSite &Site : A.Prog.directCallers(F))
    add(Site);
  for (const SlotStore &Store : A.Prog.slotsOf(F))
    for (const CallSite &Site : A.Prog.callersOf(Store.Slot))
      add(Site);
  for (const std::string &L : Lines)
    Text += L;
  if (Lines.empty())
    Text += "    nobody in this database\n";
}

int runExplain(const AnalysisOptions &O, const std::string &Name) {
  watchInterrupts();
  llvm::Expected<Analysis> A = analyze(O);
  if (!A)
    return reportError(A.takeError());
  bool Complete = checkComplete(A->Cover);
  std::vector<FunctionId> Found = A->Prog.findByPlainName(Name);
  if (Found.empty()) {
    int Code = reportError(llvm::createStringError(
        std::errc::invalid_argument,
        "no function '%s' in %s; statics are also found as NAME@FILE", Name.c_str(),
        Complete ? "this database" : "what was analyzed"));
    return Complete ? Code : 3;
  }
  std::string Text;
  for (FunctionId F : Found)
    Text += Explanation(*A, F).str() + "\n";
  if (llvm::Error E = printText(Text))
    return reportError(std::move(E));
  return Complete ? 0 : 3;
}

} // namespace

void holdfast::addExplain(CLI::App &App, const std::vector<std::string> &Flags,
                          bool HasFlags, int &ExitCode) {
  struct Options {
    AnalysisOptions Analyze;
    std::string Name;
  };
  auto O = std::make_shared<Options>();
  CLI::App *Sub = App.add_subcommand("explain", "Tell what is known of a function");
  Sub->footer("Exit: 0 told, 2 usage, configuration or no such function, 3 incomplete\n"
              "(a file failed to parse, or interrupted).\n\n"
              "Example: holdfast explain -p obj remap_pfn_range");
  addAnalysisOptions(*Sub, O->Analyze);
  addModuleOption(*Sub, O->Analyze);
  Sub->add_option("FUNCTION", O->Name, "its name, or NAME@FILE for one static function")
      ->type_name("")
      ->required();
  Sub->add_option("FILE", O->Analyze.Files, "files, where flags follow after --")
      ->type_name("");
  Sub->callback([O, Flags, HasFlags, &ExitCode] {
    O->Analyze.Flags = Flags;
    O->Analyze.HasFlags = HasFlags;
    ExitCode = runExplain(O->Analyze, O->Name);
  });
}
