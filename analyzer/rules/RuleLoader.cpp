// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/RuleLoader.h"
#include "rules/CheckList.h"
#include "rules/RuleReader.h"
#include "rules/RulesFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <algorithm>
#include <map>

namespace holdfast {

namespace {

/// A file and what it says.
struct Loaded {
  JsonFile Json;
  RuleFile Facts;
};

/// Where each name has been described, to refuse a second description.
class Described {
public:
  llvm::Error add(const JsonFile &File, const std::string &What, const std::string &Name,
                  const ReleaseRange &Releases, const std::string &Pointer);

private:
  struct Where {
    const JsonFile *File;
    ReleaseRange Releases;
    std::string Pointer;
  };
  std::multimap<std::pair<std::string, std::string>, Where> Seen;
};

} // namespace

llvm::Error Described::add(const JsonFile &File, const std::string &What,
                           const std::string &Name, const ReleaseRange &Releases,
                           const std::string &Pointer) {
  auto [First, Last] = Seen.equal_range({What, Name});
  for (auto It = First; It != Last; ++It)
    if (It->second.Releases.overlaps(Releases)) {
      const Where &W = It->second;
      std::string Other = llvm::sys::path::filename(W.File->path()).str() + ":" +
                          std::to_string(W.File->line(W.Pointer));
      return File.error({Pointer, "one " + What + " for '" + Name + "' per release",
                         "another at " + Other});
    }
  Seen.insert({{What, Name}, {&File, Releases, Pointer}});
  return llvm::Error::success();
}

static llvm::Expected<std::vector<std::string>> ruleFiles(const std::string &Dir) {
  llvm::SmallString<256> Kernel(Dir);
  llvm::sys::path::append(Kernel, "kernel");
  std::vector<std::string> Files;
  std::error_code EC;
  for (llvm::sys::fs::directory_iterator It(Kernel, EC), End; !EC && It != End;
       It.increment(EC))
    if (llvm::sys::path::extension(It->path()) == ".json")
      Files.push_back(It->path());
  if (EC)
    return llvm::createStringError(EC, "%s: cannot read the rules: %s", Kernel.c_str(),
                                   EC.message().c_str());
  if (Files.empty())
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "%s: expected rule files (*.json), found none",
                                   Kernel.c_str());
  std::sort(Files.begin(), Files.end());
  return Files;
}

static llvm::Expected<Loaded> readFile(const std::string &Path, const JsonFile &Schema) {
  llvm::Expected<JsonFile> Json = readAgainst(Schema, Path);
  if (!Json)
    return Json.takeError();
  Loaded L{std::move(*Json), {}};
  if (std::optional<Problem> P = readRules(L.Json.root(), L.Facts))
    return L.Json.error(*P);
  return L;
}

/// Facts may name checks; are these all in checks.json?
static llvm::Error checkNames(const std::vector<Loaded> &Files,
                              const std::vector<CheckInfo> &Checks) {
  for (const Loaded &L : Files)
    for (const Fact<ClassFact> &C : L.Facts.Classes)
      if (!C.Value.WriteCheck.empty() && !findCheck(Checks, C.Value.WriteCheck))
        return L.Json.error({C.Pointer, "a check of checks.json as its write_check",
                             "'" + C.Value.WriteCheck + "'"});
  return llvm::Error::success();
}

static llvm::Error checkUnique(const std::vector<Loaded> &Files) {
  Described Seen;
  for (const Loaded &L : Files) {
    auto add = [&](const char *Kind, const auto &Facts, auto NameOf) -> llvm::Error {
      for (const auto &F : Facts)
        if (llvm::Error E =
                Seen.add(L.Json, Kind, NameOf(F.Value), F.Releases, F.Pointer))
          return E;
      return llvm::Error::success();
    };
    const RuleFile &Facts = L.Facts;
    if (llvm::Error E =
            add("rule", Facts.Functions, [](auto &F) { return F.Name.str(); }))
      return E;
    if (llvm::Error E =
            add("callback", Facts.Callbacks, [](auto &F) { return F.Slot.str(); }))
      return E;
    if (llvm::Error E =
            add("result", Facts.Results, [](auto &F) { return F.Slot.str(); }))
      return E;
    if (llvm::Error E =
            add("assertion", Facts.Assertions, [](auto &F) { return F.Call; }))
      return E;
    if (llvm::Error E =
            add("class", Facts.Classes, [](auto &F) { return F.Class.str(); }))
      return E;
    if (llvm::Error E = add("pin", Facts.Pins, [](auto &F) { return F.Record.str(); }))
      return E;
    for (const auto &F : Facts.Guards)
      for (Symbol Field : F.Value.Fields)
        if (llvm::Error E = Seen.add(L.Json, "guard", Field.str(), F.Releases, F.Pointer))
          return E;
  }
  return llvm::Error::success();
}

/// The facts of \p All that hold for \p R, each citing the sources that fit it.
template <typename T>
static std::vector<T> inForce(const std::vector<Fact<T>> &All,
                              const std::optional<Release> &R) {
  std::vector<T> Facts;
  for (const Fact<T> &F : All)
    if (F.Releases.contains(R)) {
      Facts.push_back(F.Value);
      Facts.back().Source = sourcesFor(F.Value.Source, R);
    }
  return Facts;
}

/// Adds what is in force for \p R.
static void apply(const RuleFile &File, const std::optional<Release> &R, Rules &Out) {
  for (const FunctionRule &F : inForce(File.Functions, R))
    Out.Functions.emplace(F.Name, F);
  for (const GuardRule &G : inForce(File.Guards, R)) {
    Out.Guards.push_back(G);
    Out.GuardedFields.insert(G.Fields.begin(), G.Fields.end());
  }
  for (const PinRule &P : inForce(File.Pins, R))
    Out.Pins.emplace(P.Record, P);
  for (const CallbackRule &C : inForce(File.Callbacks, R))
    Out.Callbacks.emplace(C.Slot, C);
  for (const AssertionRule &F : inForce(File.Assertions, R))
    Out.Assertions.push_back(F);
  for (const OrderRule &F : inForce(File.Orders, R))
    Out.Orders.push_back(F);
  for (const ResultRule &F : inForce(File.Results, R))
    Out.Results.emplace(F.Slot, F);
  for (const InnerFieldFact &F : inForce(File.InnerFields, R)) {
    Out.InnerFields.insert(F.Field);
    Out.Sources.emplace(F.Field, F.Source);
  }
  for (const InnerFieldFact &F : inForce(File.Selectors, R)) {
    Out.Selectors.insert(F.Field);
    Out.Sources.emplace(F.Field, F.Source);
  }
  for (const InnerFieldFact &F : inForce(File.Links, R))
    Out.Links.insert(F.Field);
  for (const UncheckedRule &U : inForce(File.Unchecked, R))
    Out.Unchecked.push_back(U);
  for (const ClassFact &C : inForce(File.Classes, R)) {
    Out.ClassNames.emplace(C.Class, C.Name);
    Out.Sources.emplace(C.Class, C.Source);
    if (C.Recursive)
      Out.Recursive.insert(C.Class);
    if (C.Keyed)
      Out.Keyed.insert(C.Class);
    if (C.Optional)
      Out.Optional.insert(C.Class);
    if (!C.Masks.empty())
      Out.Masks[C.Class] = C.Masks;
    if (!C.Atomic.empty())
      Out.Atomic.emplace(C.Class, C.Atomic);
    if (C.Irq == "hard")
      Out.HardIrq.insert(C.Class);
    if (C.Irq == "soft")
      Out.SoftIrq.insert(C.Class);
    if (C.Irq == "no-hard" || C.Irq == "none")
      Out.NoHardIrq.insert(C.Class);
    if (C.Irq == "no-soft" || C.Irq == "none")
      Out.NoSoftIrq.insert(C.Class);
    if (!C.WriteCheck.empty())
      Out.WriteChecks.emplace(C.Class, C.WriteCheck);
  }
}

llvm::Expected<Rules> loadRules(const std::string &Dir, const std::string &Release) {
  std::optional<holdfast::Release> R = holdfast::Release::parse(Release);
  if (!R && !Release.empty())
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        "unknown kernel release '%s': expected a number such as 6.1 or "
        "6.12.117",
        Release.c_str());
  llvm::Expected<std::vector<std::string>> Paths = ruleFiles(Dir);
  if (!Paths)
    return Paths.takeError();
  llvm::Expected<JsonFile> Schema = readSchema(Dir, "schema.json");
  if (!Schema)
    return Schema.takeError();
  std::vector<Loaded> Files;
  for (const std::string &Path : *Paths) {
    llvm::Expected<Loaded> L = readFile(Path, *Schema);
    if (!L)
      return L.takeError();
    Files.push_back(std::move(*L));
  }
  if (llvm::Error E = checkUnique(Files))
    return E;
  llvm::Expected<std::vector<CheckInfo>> Checks = loadChecks(Dir);
  if (!Checks)
    return Checks.takeError();
  if (llvm::Error E = checkNames(Files, *Checks))
    return E;

  Rules Out;
  Out.Checks = std::move(*Checks);
  Out.Release = Release;
  std::string All = Release;
  for (const Loaded &L : Files) {
    apply(L.Facts, R, Out);
    All += '\0' + L.Json.text();
  }
  Out.Digest = llvm::xxh3_64bits(All);
  return Out;
}

} // namespace holdfast
