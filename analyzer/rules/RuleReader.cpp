// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/RuleReader.h"
#include "rules/PathParser.h"
#include <algorithm>

namespace holdfast {

using nlohmann::json;

namespace {

/// A value and where it stands.
struct At {
  const json &Value;
  std::string Pointer;

  bool has(const char *Key) const { return Value.contains(Key); }
  At operator[](const char *Key) const {
    return {Value.at(Key), join(Pointer, std::string(Key))};
  }
  At operator[](size_t I) const { return {Value.at(I), join(Pointer, I)}; }
  std::string text() const { return Value.get<std::string>(); }
  std::string text(const char *Key) const { return Value.value(Key, ""); }
  bool flag(const char *Key) const { return Value.value(Key, false); }
};

/// Reads one file. The first problem is kept; what follows it is thrown away.
class Reader {
public:
  explicit Reader(RuleFile &Out) : Out(Out) {}
  void file(const At &Root);
  std::optional<Problem> Wrong;

private:
  void fail(const At &A, const std::string &Expected, const std::string &Found);
  template <typename F> void each(const At &A, const char *Key, F Do);
  const Expr *path(const At &A);
  const Expr *place(const At &A);
  LockMode mode(const At &A);
  RuleLock lock(const At &A);
  std::vector<RuleLock> locks(const At &A, const char *Key);
  RuleCondition condition(const At &A);
  std::vector<RuleCondition> conditions(const At &A, const char *Key = "when");
  std::vector<RuleAlias> aliases(const At &A, const char *Key);
  RuleCase ruleCase(const At &A);
  ReleaseRange releases(const At &A);
  std::optional<Release> release(const At &A, const char *Key);
  void demands(const At &A, FunctionRule &F);
  void function(const At &A);
  void named(const At &A, const FunctionRule &Shared);
  void guard(const At &A);
  void pin(const At &A);
  void callback(const At &A);
  RuleContext context(const At &A);
  void result(const At &A);
  void assertion(const At &A);
  void order(const At &A);
  void lockClass(const At &A);

  RuleFile &Out;
};

} // namespace

void Reader::fail(const At &A, const std::string &Expected, const std::string &Found) {
  if (!Wrong)
    Wrong = Problem{A.Pointer, Expected, Found};
}

template <typename F> void Reader::each(const At &A, const char *Key, F Do) {
  if (!A.has(Key))
    return;
  At List = A[Key];
  for (size_t I = 0; I < List.Value.size(); ++I)
    Do(List[I]);
}

/// "expected X at column N of the path, found 'Y'" out of the parser's words.
static std::pair<std::string, std::string> split(llvm::Error E) {
  std::string Text = llvm::toString(std::move(E));
  size_t Comma = Text.rfind(", found ");
  return {Text.substr(0, Comma), Text.substr(Comma + 8)};
}

const Expr *Reader::path(const At &A) {
  llvm::Expected<const Expr *> E = parsePath(A.text());
  if (E)
    return *E;
  auto [Expected, Found] = split(E.takeError());
  fail(A, Expected, Found);
  return Expr::unknown();
}

const Expr *Reader::place(const At &A) {
  llvm::Expected<const Expr *> E = parsePlace(A.text());
  if (E)
    return *E;
  auto [Expected, Found] = split(E.takeError());
  fail(A, Expected, Found);
  return Expr::unknown();
}

LockMode Reader::mode(const At &A) {
  std::string M = A.text();
  return M == "read" ? LockMode::Read : M == "write" ? LockMode::Write : LockMode::Any;
}

RuleLock Reader::lock(const At &A) { return {path(A["lock"]), mode(A["mode"])}; }

/// Locks that change hands: here the mode must be known.
std::vector<RuleLock> Reader::locks(const At &A, const char *Key) {
  std::vector<RuleLock> Locks;
  each(A, Key, [&](const At &L) {
    Locks.push_back(lock(L));
    if (Locks.back().Mode == LockMode::Any && std::string_view(Key) != "forbids" &&
        std::string_view(Key) != "release")
      fail(L["mode"], "read or write", "'any'");
  });
  return Locks;
}

static ValueRange rangeOf(const std::string &Is) {
  if (Is == "zero")
    return ValueRange::zero();
  if (Is == "nonzero")
    return ValueRange::nonZero();
  if (Is == "negative")
    return ValueRange::interval(ValueRange::Min, -1);
  if (Is == "positive")
    return ValueRange::interval(1, ValueRange::Max);
  if (Is == "error-pointer")
    return ValueRange::interval(-4095, -1);
  if (Is == "error-pointer-or-null")
    return ValueRange::interval(-4095, 0);
  // "nonnegative", and "not-error-pointer": pointers are errors, NULL or
  // positive.
  return ValueRange::interval(0, ValueRange::Max);
}

RuleCondition Reader::condition(const At &A) {
  RuleCondition C{path(A["value"]), ValueRange::top()};
  bool Bits = A.has("bits_set") || A.has("bits_clear");
  if (Bits + A.has("is") + A.has("range") != 1)
    fail(A, "one of 'is', 'range' or bits beside 'value'",
         Bits || A.has("is") || A.has("range") ? "more" : "none");
  else if (A.has("is"))
    C.Range = rangeOf(A["is"].text());
  else if (A.has("range"))
    C.Range = ValueRange::interval(A["range"][size_t(0)].Value.get<int64_t>(),
                                   A["range"][size_t(1)].Value.get<int64_t>());
  else
    C.Range = ValueRange::bits(A.Value.value("bits_set", uint64_t(0)),
                               A.Value.value("bits_clear", uint64_t(0)));
  if (C.Range.isEmpty())
    fail(A, "a condition some value can meet", "one that none can");
  return C;
}

std::vector<RuleCondition> Reader::conditions(const At &A, const char *Key) {
  std::vector<RuleCondition> All;
  each(A, Key, [&](const At &C) { All.push_back(condition(C)); });
  return All;
}

std::vector<RuleAlias> Reader::aliases(const At &A, const char *Key) {
  std::vector<RuleAlias> All;
  each(A, Key,
       [&](const At &L) { All.push_back({place(L["place"]), path(L["value"])}); });
  return All;
}

RuleCase Reader::ruleCase(const At &A) {
  return {conditions(A), locks(A, "acquire"), locks(A, "release"), locks(A, "downgrade"),
          aliases(A, "stores")};
}

std::optional<Release> Reader::release(const At &A, const char *Key) {
  if (!A.has(Key))
    return std::nullopt;
  std::optional<Release> R = Release::parse(A[Key].text());
  if (!R)
    fail(A[Key], "a kernel release such as 6.12", shown(A[Key].Value));
  return R;
}

ReleaseRange Reader::releases(const At &A) {
  if (!A.has("releases"))
    return {};
  At R = A["releases"];
  ReleaseRange Range{release(R, "from"), release(R, "before")};
  if (Range.From && Range.Before && compare(*Range.From, *Range.Before) >= 0)
    fail(R, "'from' older than 'before'", R.text("from") + " and " + R.text("before"));
  return Range;
}

void Reader::demands(const At &A, FunctionRule &F) {
  each(A, "requires", [&](const At &D) {
    if (D.has("when"))
      F.RequiresWhen.push_back({lock(D), conditions(D)});
    else
      F.Requires.push_back(lock(D));
  });
}

void Reader::function(const At &A) {
  FunctionRule F;
  F.Annotation = A.flag("annotation");
  F.Macro = F.Annotation || A.flag("macro");
  each(A, "cases", [&](const At &C) { F.Cases.push_back(ruleCase(C)); });
  demands(A, F);
  F.RequiresReplaceBody = A.flag("replaces_body");
  F.IgnoreBody = A.flag("ignore_body");
  F.Forbids = locks(A, "forbids");
  F.Aliases = aliases(A, "aliases");
  if (A.has("returns"))
    F.Returns = path(A["returns"]);
  if (A.has("returns_test"))
    F.ReturnsTest = condition(A["returns_test"]);
  if (A.has("asserts"))
    F.Asserts = A["asserts"].text() == "p0" ? 1 : -1;
  if (A.has("predicate")) {
    F.Predicate = lock(A["predicate"]);
    F.PredicateOwned = A["predicate"].flag("owned");
  }
  F.Takes = locks(A, "takes");
  F.Try = A.flag("try");
  F.Reentrant = A.flag("reentrant");
  F.Spins = A.flag("spins");
  if (A.has("subclass"))
    F.Subclass = path(A["subclass"]);
  if (A.has("nest_lock"))
    F.NestLock = path(A["nest_lock"]);
  if (A.has("sleeps"))
    F.Sleeps = conditions(A, "sleeps");
  F.KeepsHandles = A.flag("keeps_handles");
  F.SleepsOutside = Symbol::get(A.text("sleeps_outside"));
  F.Yields = A.flag("yields");
  F.TellsAtomic = A.flag("tells_atomic");
  F.Fresh = A.flag("fresh");
  F.NoReturn = A.flag("noreturn");
  F.Instead = A.text("instead");
  named(A, F);
}

/// One fact for each name, each with its own source.
void Reader::named(const At &A, const FunctionRule &Shared) {
  ReleaseRange Range = releases(A);
  At Names = A["names"];
  if (Names.Value.is_array() != A.has("source"))
    fail(A, "'source' beside a list of names, or none beside an object",
         A.has("source") ? "both sources" : "no source");
  for (const auto &Item : Names.Value.items()) {
    bool List = Names.Value.is_array();
    FunctionRule F = Shared;
    F.Name = Symbol::get(List ? Item.value().get<std::string>() : Item.key());
    F.Source = List ? A.text("source") : Item.value().get<std::string>();
    Out.Functions.push_back({F, Range, join(Names.Pointer, Item.key())});
  }
}

void Reader::guard(const At &A) {
  GuardRule G;
  each(A, "fields", [&](const At &F) { G.Fields.push_back(Symbol::get(F.text())); });
  G.OnWrite = false;
  each(A, "on",
       [&](const At &On) { (On.text() == "read" ? G.OnRead : G.OnWrite) = true; });
  G.Needs = lock(A);
  G.Source = A.text("source");
  Out.Guards.push_back({G, releases(A), A.Pointer});
}

void Reader::pin(const At &A) {
  PinRule P{Symbol::get(A["record"].text()),
            {path(A["lock"]), LockMode::Any},
            A.text("source")};
  Out.Pins.push_back({P, releases(A), A.Pointer});
}

RuleContext Reader::context(const At &A) {
  RuleContext C;
  C.Holds = locks(A, "holds");
  each(A, "not_held", [&](const At &N) { C.NotHeld.push_back(Symbol::get(N.text())); });
  C.NothingElse = A.flag("nothing_else");
  C.When = conditions(A);
  return C;
}

void Reader::callback(const At &A) {
  CallbackRule C;
  C.Slot = Symbol::get(A["slot"].text());
  each(A, "contexts", [&](const At &X) { C.Contexts.push_back(context(X)); });
  C.Aliases = aliases(A, "aliases");
  each(A, "unshared", [&](const At &P) { C.Unshared.push_back(path(P)); });
  C.Source = A.text("source");
  Out.Callbacks.push_back({C, releases(A), join(A.Pointer, std::string("slot"))});
}

/// One fact for each slot.
void Reader::result(const At &A) {
  ResultRule Shared;
  each(A, "classes",
       [&](const At &C) { Shared.Classes.push_back(Symbol::get(C.text())); });
  each(A, "released", [&](const At &B) {
    Shared.Released.push_back(
        {B["bits"].Value.get<uint64_t>(), B.text("name"), conditions(B, "kept_when")});
  });
  Shared.Given = conditions(A, "given");
  Shared.Instead = A.text("instead");
  Shared.Source = A.text("source");
  each(A, "slots", [&](const At &Slot) {
    ResultRule R = Shared;
    R.Slot = Symbol::get(Slot.text());
    Out.Results.push_back({R, releases(A), Slot.Pointer});
  });
}

void Reader::assertion(const At &A) {
  AssertionRule R{Symbol::get(A.text("class")), mode(A["mode"]), A.text("call"),
                  A.text("of") == "record", A.text("source")};
  Out.Assertions.push_back({R, releases(A), join(A.Pointer, std::string("call"))});
}

void Reader::order(const At &A) {
  OrderRule R{{}, A.text("source")};
  each(A, "chain", [&](const At &C) {
    Symbol Class = Symbol::get(C.text());
    if (std::count(R.Chain.begin(), R.Chain.end(), Class))
      fail(C, "each class once in a chain", "'" + Class.str() + "' again");
    R.Chain.push_back(Class);
  });
  Out.Orders.push_back({R, releases(A), A.Pointer});
}

void Reader::lockClass(const At &A) {
  ClassFact C{Symbol::get(A["class"].text()),
              A.text("name"),
              A.text("source"),
              A.flag("recursive"),
              A.text("atomic"),
              A.text("irq"),
              A.text("write_check"),
              A.flag("keyed"),
              A.flag("optional"),
              {}};
  each(A, "masks", [&](const At &M) { C.Masks.push_back(Symbol::get(M.text())); });
  for (const char *Key : {"atomic", "irq", "masks"})
    if (A.has(Key) && !C.Recursive)
      fail(A[Key], "'recursive' beside it", "none");
  Out.Classes.push_back({C, releases(A), join(A.Pointer, std::string("class"))});
}

void Reader::file(const At &Root) {
  each(Root, "functions", [&](const At &A) { function(A); });
  each(Root, "guards", [&](const At &A) { guard(A); });
  each(Root, "pins", [&](const At &A) { pin(A); });
  each(Root, "callbacks", [&](const At &A) { callback(A); });
  each(Root, "results", [&](const At &A) { result(A); });
  each(Root, "assertions", [&](const At &A) { assertion(A); });
  each(Root, "orders", [&](const At &A) { order(A); });
  each(Root, "classes", [&](const At &A) { lockClass(A); });
  auto members = [&](const char *Key, std::vector<Fact<InnerFieldFact>> &To) {
    each(Root, Key, [&](const At &A) {
      To.push_back(
          {{Symbol::get(A["member"].text()), A.text("source")}, releases(A), A.Pointer});
    });
  };
  members("inner_fields", Out.InnerFields);
  members("selectors", Out.Selectors);
  members("links", Out.Links);
  each(Root, "unchecked", [&](const At &A) {
    UncheckedRule U{Symbol::get(A["macro"].text()), A["covers"].text() == "function",
                    A.text("source")};
    Out.Unchecked.push_back({U, releases(A), A.Pointer});
  });
}

std::optional<Problem> readRules(const json &Root, RuleFile &Out) {
  Reader R(Out);
  R.file({Root, ""});
  return R.Wrong;
}

} // namespace holdfast
