// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/Parsing.h"
#include "cli/Interrupt.h"
#include "cli/Progress.h"
#include "kbuild/Paths.h"
#include "store/Store.h"
#include "store/Upkeep.h"
#include "llvm/Support/ThreadPool.h"
#include <cstdio>

using namespace holdfast;

namespace {

/// One run over all units. What the store has comes first, so that a unit that
/// must be parsed finds the header bodies of those that need not.
class Parsing {
public:
  Parsing(Frontend &FE, const std::vector<CompileJob> &Jobs, const AnalysisOptions &O)
      : FE(FE), Jobs(Jobs), Results(Jobs.size()), Names(Jobs.size()), State(Jobs.size()),
        O(O), Shown("parsed", Jobs.size(), O.Quiet) {}

  void run(Store *S);
  ParsedUnits take(const KernelTree &Tree, Coverage &Cover);

private:
  enum StateTy : char { Waiting, Found, Parsed };

  void forEachWaiting(llvm::function_ref<void(size_t)> Do);
  void load(Store &S, size_t I);
  void parse(Store *S, size_t I);

  Frontend &FE;
  const std::vector<CompileJob> &Jobs;
  std::vector<ParseResult> Results;
  std::vector<Digest> Names;
  std::vector<char> State;
  const AnalysisOptions &O;
  Progress Shown;
};

void Parsing::forEachWaiting(llvm::function_ref<void(size_t)> Do) {
  std::atomic<size_t> Next{0};
  llvm::DefaultThreadPool Pool(llvm::hardware_concurrency(O.Jobs));
  for (unsigned T = 0; T < Pool.getMaxConcurrency(); ++T)
    Pool.async([&] {
      for (size_t I = Next++; I < Jobs.size() && !interrupted(); I = Next++)
        if (State[I] == Waiting)
          Do(I);
    });
  Pool.wait();
}

Digest keyOf(const Store &S, const CompileJob &J) {
  return S.key(J.Directory, J.File, J.Args);
}

void Parsing::load(Store &S, size_t I) {
  std::optional<StoredUnit> U = S.load(keyOf(S, Jobs[I]));
  if (!U)
    return;
  Results[I].Unit = std::move(U->Unit);
  Results[I].Bodies = std::move(U->Bodies);
  Names[I] = U->Name;
  State[I] = Found;
  Shown.step();
}

void Parsing::parse(Store *S, size_t I) {
  llvm::IntrusiveRefCntPtr<FileRecorder> Read;
  if (S)
    Read = S->recorder();
  Results[I] = FE.parse(Jobs[I], Read);
  if (S && Results[I].Error.empty() && Results[I].Complete)
    Names[I] = S->save(keyOf(*S, Jobs[I]), *Read, {Results[I].Unit, Results[I].Bodies});
  State[I] = Parsed;
  Shown.step();
}

void Parsing::run(Store *S) {
  if (S)
    forEachWaiting([&](size_t I) { load(*S, I); });
  // One after the other, so that which body is kept does not depend on threads.
  for (size_t I = 0; I < Jobs.size(); ++I)
    if (State[I] == Found)
      FE.adopt(Results[I].Unit, Results[I].Bodies);
  forEachWaiting([&](size_t I) { parse(S, I); });
}

ParsedUnits Parsing::take(const KernelTree &Tree, Coverage &Cover) {
  ParsedUnits Out;
  for (size_t I = 0; I < Jobs.size(); ++I) {
    if (State[I] == Waiting)
      continue;
    if (Results[I].Error.empty()) {
      ++Cover.Files;
      Out.Units.push_back(std::move(Results[I].Unit));
      Out.Names.push_back(Names[I]);
    } else {
      Cover.Failed.push_back({Tree.relative(Jobs[I].File), std::move(Results[I].Error)});
    }
  }
  return Out;
}

} // namespace

std::unique_ptr<Store> holdfast::openStore(const AnalysisOptions &O, const Frontend &FE) {
  if (O.NoCache)
    return nullptr;
  std::string Root = O.CacheDir.empty() ? defaultStore() : absolute(O.CacheDir);
  if (!Root.empty())
    return std::make_unique<Store>(Root, FE.identity());
  std::fprintf(stderr, "holdfast: warning: no home folder, so what is parsed now will "
                       "be parsed again; --cache DIR says where to keep it\n");
  return nullptr;
}

void holdfast::closeStore(Store *S) {
  if (std::string Text = S ? S->finish() : ""; !Text.empty())
    std::fprintf(stderr, "holdfast: warning: %s\n", Text.c_str());
}

ParsedUnits holdfast::parseAll(Frontend &FE, Store *S,
                               const std::vector<CompileJob> &Jobs,
                               const KernelTree &Tree, const AnalysisOptions &O,
                               Coverage &Cover) {
  Parsing P(FE, Jobs, O);
  P.run(S);
  return P.take(Tree, Cover);
}
