// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/RulesText.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

namespace holdfast {

using Strings = std::vector<std::string>;

static std::string joined(const Strings &Parts, const char *Between) {
  std::string Text;
  for (const std::string &P : Parts)
    Text += (Text.empty() ? "" : Between) + P;
  return Text;
}

static std::string heldFor(LockMode M) {
  switch (M) {
  case LockMode::Read:
    return " for read";
  case LockMode::Write:
    return " for write";
  default:
    return "";
  }
}

static std::string text(const RuleLock &L) { return L.Lock->str() + heldFor(L.Mode); }

static std::string text(const std::vector<RuleLock> &Locks) {
  Strings Parts;
  for (const RuleLock &L : Locks)
    Parts.push_back(text(L));
  return joined(Parts, " and ");
}

static std::string hex(uint64_t Bits) {
  return "0x" + llvm::utohexstr(Bits, /*LowerCase=*/true);
}

static std::string text(const RuleCondition &C) {
  const ValueRange &R = C.Range;
  if (!R.isConstant() && (R.Ones || R.Zeros)) {
    Strings Parts;
    if (R.Ones)
      Parts.push_back("has " + hex(R.Ones));
    if (R.Zeros)
      Parts.push_back("lacks " + hex(R.Zeros));
    return C.Value->str() + " " + joined(Parts, " and ");
  }
  std::string What = R == ValueRange::interval(-4095, -1)  ? "is an error pointer"
                     : R == ValueRange::interval(-4095, 0) ? "is an error pointer or NULL"
                                                           : R.str();
  return C.Value->str() + " " + What;
}

static std::string when(const std::vector<RuleCondition> &All) {
  Strings Parts;
  for (const RuleCondition &C : All)
    Parts.push_back(text(C));
  return All.empty() ? "" : " when " + joined(Parts, " and ");
}

static std::string text(const RuleAlias &A) {
  return Expr::load(A.Place)->str() + " is " + A.Value->str();
}

static std::string text(const RuleCase &C) {
  Strings Parts;
  for (auto [Verb, Locks] :
       {std::pair("acquires ", &C.Acquire), std::pair("releases ", &C.Release),
        std::pair("downgrades ", &C.Downgrade)})
    if (!Locks->empty())
      Parts.push_back(Verb + text(*Locks));
  for (const RuleAlias &S : C.Stores)
    Parts.push_back("leaves " + text(S));
  if (Parts.empty())
    Parts.push_back("changes no lock");
  return joined(Parts, " and ") + when(C.When);
}

static Strings demands(const FunctionRule &F) {
  Strings Parts;
  const char *Instead = F.RequiresReplaceBody ? " (in place of what its body needs)" : "";
  for (const RuleLock &L : F.Requires)
    Parts.push_back("needs " + text(L) + Instead);
  for (const RuleDemand &D : F.RequiresWhen)
    Parts.push_back("needs " + text(D.Lock) + when(D.When));
  for (const RuleLock &L : F.Forbids)
    Parts.push_back("must not be called with " + text(L) + " held");
  if (F.Asserts)
    Parts.push_back(F.Asserts > 0 ? "claims p0" : "claims !p0");
  return Parts;
}

static Strings results(const FunctionRule &F) {
  Strings Parts;
  if (F.Returns)
    Parts.push_back("returns " + F.Returns->str());
  if (F.ReturnsTest)
    Parts.push_back("returns whether " + text(*F.ReturnsTest));
  if (F.Predicate)
    Parts.push_back("returns whether " +
                    std::string(F.PredicateOwned ? "the caller" : "anyone") + " holds " +
                    text(*F.Predicate));
  for (const RuleAlias &A : F.Aliases)
    Parts.push_back(text(A) + " afterwards");
  for (const RuleLock &L : F.Takes)
    Parts.push_back("takes and gives back " + text(L));
  if (F.Try)
    Parts.push_back("does not wait for the lock");
  if (F.Reentrant)
    Parts.push_back("may be acquired again by who holds it");
  if (F.Subclass)
    Parts.push_back("lock subclass " + F.Subclass->str());
  if (F.NestLock)
    Parts.push_back("nested under " + F.NestLock->str());
  if (F.Sleeps)
    Parts.push_back("may sleep" + when(*F.Sleeps));
  if (F.KeepsHandles)
    Parts.push_back("does not look through iterators");
  if (F.SleepsOutside)
    Parts.push_back("but not under " + F.SleepsOutside.str());
  if (F.Yields)
    Parts.push_back("only to be fair to others");
  if (F.Spins)
    Parts.push_back("who holds it must not sleep");
  if (F.TellsAtomic)
    Parts.push_back("tells whether its caller may sleep");
  if (F.Fresh)
    Parts.push_back("returns a new object");
  if (F.NoReturn)
    Parts.push_back("does not return");
  return Parts;
}

static std::string text(const FunctionRule &F) {
  Strings Parts;
  for (const RuleCase &C : F.Cases)
    Parts.push_back(text(C));
  for (const Strings &More : {demands(F), results(F)})
    Parts.insert(Parts.end(), More.begin(), More.end());
  if (F.IgnoreBody)
    Parts.push_back("its body does not count");
  if (!F.Instead.empty())
    Parts.push_back("use " + F.Instead);
  return Parts.empty() ? "says nothing about locks" : joined(Parts, "; ");
}

static std::string text(const RuleContext &C) {
  Strings Parts;
  for (const RuleLock &L : C.Holds)
    Parts.push_back(L.Lock->str() + " held" + heldFor(L.Mode));
  if (C.NothingElse)
    Parts.push_back(C.Holds.empty() ? "no lock held" : "no other lock held");
  else
    for (Symbol S : C.NotHeld)
      Parts.push_back(S.str() + " not held");
  return joined(Parts, ", ") + when(C.When);
}

static std::string text(const CallbackRule &C) {
  Strings Parts;
  for (const RuleContext &X : C.Contexts)
    Parts.push_back(text(X));
  std::string Text = "entered with " + joined(Parts, ", or with ");
  for (const RuleAlias &A : C.Aliases)
    Text += "; " + text(A);
  for (const Expr *E : C.Unshared)
    Text += "; nobody else reaches " + E->str();
  return Text;
}

static std::string text(const ResultRule &F) {
  Strings Parts;
  for (const ResultRule::Bits &B : F.Released)
    Parts.push_back(B.Name + " (" + hex(B.Mask) + ")" +
                    (B.KeptWhen.empty() ? "" : ", kept" + when(B.KeptWhen)));
  Strings Classes;
  for (Symbol C : F.Classes)
    Classes.push_back(C.str());
  std::string Text = "says that it released " + joined(Classes, " or ") + " with " +
                     joined(Parts, " or ");
  if (!F.Given.empty())
    Text += "; entered" + when(F.Given);
  return F.Instead.empty() ? Text : Text + "; use " + F.Instead;
}

static std::string text(const AssertionRule &A) {
  return "claims that " + (A.Class ? A.Class.str() : std::string("a lock")) + " is held" +
         heldFor(A.Mode) + ", given the " + (A.OfRecord ? "record it lies in" : "lock");
}

static std::string text(const GuardRule &G) {
  const char *Access = G.OnRead && G.OnWrite ? "reading or writing"
                       : G.OnRead            ? "reading"
                                             : "writing";
  return std::string(Access) + " it needs " + text(G.Needs);
}

static bool about(const std::string &Name, const std::string &Wanted) {
  return Wanted.empty() || Name == Wanted ||
         (Name.size() > Wanted.size() + 2 && Name.ends_with("::" + Wanted));
}

std::vector<RuleLine> listRules(const Rules &R, const std::string &Name) {
  std::vector<RuleLine> Lines;
  auto add = [&](const char *Kind, Symbol S, const std::string &Fact,
                 const std::string &Source) {
    if (about(S.str(), Name))
      Lines.push_back({Kind, S.str(), Fact, Source});
  };
  for (const auto &[S, F] : R.Functions)
    add(F.Annotation ? "annotation"
        : F.Macro    ? "macro"
                     : "function",
        S, text(F), F.Source);
  for (const GuardRule &G : R.Guards)
    for (Symbol S : G.Fields)
      add("guard", S, text(G), G.Source);
  for (const auto &[S, P] : R.Pins)
    add("pin", S, "lives while " + text(P.Needs), P.Source);
  for (const auto &[S, C] : R.Callbacks)
    add("callback", S, text(C), C.Source);
  for (const AssertionRule &A : R.Assertions)
    add("assertion", Symbol::get(A.Call), text(A), A.Source);
  for (const OrderRule &O : R.Orders)
    for (size_t I = 0; I + 1 < O.Chain.size(); ++I)
      add("order", O.Chain[I], "is taken before " + O.Chain[I + 1].str(), O.Source);
  for (const auto &[S, F] : R.Results)
    add("result", S, text(F), F.Source);
  for (const auto &[S, Short] : R.ClassNames)
    add("class", S,
        "is called " + Short + (R.Recursive.count(S) ? ", may be held many times" : "") +
            (R.Atomic.count(S) ? ", nobody sleeps " + R.Atomic.at(S) : ""),
        R.Sources.at(S));
  for (Symbol S : R.InnerFields)
    add("inner-field", S, "stands for the lock it lies in", R.Sources.at(S));
  for (Symbol S : R.Selectors)
    add("selector", S, "selects how locks are used", R.Sources.at(S));
  for (const UncheckedRule &U : R.Unchecked)
    add("unchecked", U.Macro,
        U.IsFunction ? "nothing is reported in the function it stands beside"
                     : "nothing is reported in its arguments",
        U.Source);
  for (const CheckInfo &C : R.Checks)
    if (about(C.Id, Name))
      Lines.push_back({"check", C.Id,
                       C.Help + " (" + name(C.Severity) + ", " + name(C.Most) + ")",
                       "docs/" + C.Id + ".md"});
  std::sort(Lines.begin(), Lines.end(), [](const auto &A, const auto &B) {
    return std::tie(A.Kind, A.Name) < std::tie(B.Kind, B.Name);
  });
  return Lines;
}

static std::string count(size_t N, const char *What) {
  return std::to_string(N) + " " + What + (N == 1 ? "" : "s");
}

std::string rulesText(const Rules &R, const std::vector<RuleLine> &Lines) {
  std::string Text;
  size_t Checks = 0;
  for (const RuleLine &L : Lines) {
    Checks += L.Kind == "check";
    Text += L.Kind + " " + L.Name + ": " + L.Fact +
            (L.Source.empty() ? "" : " [" + L.Source + "]") + "\n";
  }
  Text += count(Lines.size() - Checks, "rule") +
          (Checks ? " and " + count(Checks, "check") : "") + " in force for " +
          (R.Release.empty() ? "the newest kernel known" : "kernel " + R.Release) + "\n";
  return Text;
}

std::string rulesJson(const Rules &R, const std::vector<RuleLine> &Lines) {
  nlohmann::ordered_json Out;
  Out["version"] = 1;
  Out["kernel"] = R.Release;
  Out["rules"] = nlohmann::ordered_json::array();
  for (const RuleLine &L : Lines) {
    nlohmann::ordered_json Line;
    Line["kind"] = L.Kind;
    Line["name"] = L.Name;
    Line["fact"] = L.Fact;
    Line["source"] = L.Source;
    Out["rules"].push_back(Line);
  }
  return Out.dump(2) + "\n";
}

} // namespace holdfast
