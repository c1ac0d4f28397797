// SPDX-License-Identifier: GPL-2.0-or-later
//
// Two versions for little more than the price of one.
//
// Of three thousand units a patch changes what one or two of them are made from. A
// unit's manifest, or the recorder that watches it being parsed, tells which paths
// it asked for. A unit that asked for no path on which the versions differ would ask
// for the same ones in any of them, and be told the same: it is parsed or loaded once.
//
// Header bodies are shared between units by their place and their tokens (see
// frontend/BodyCache.h). In two versions of a tree the same tokens at the same place
// may mean two things, since what they name may have changed. So each version starts
// from the bodies of the shared units, and keeps those of its own units for itself.
#include "cli/VersionParsing.h"
#include "cli/Interrupt.h"
#include "cli/Progress.h"
#include "kbuild/Paths.h"
#include "model/SameProgram.h"
#include "store/Upkeep.h"
#include "llvm/Support/ThreadPool.h"
#include <atomic>

using namespace holdfast;

/// One version on its way.
struct VersionParser::Run {
  Run(const std::vector<CompileJob> &Jobs, const OverlayPtr &Over)
      : Jobs(Jobs), Digests(Over), Results(Jobs.size()), Own(Jobs.size()) {}

  const std::vector<CompileJob> &Jobs;
  FileDigests Digests;
  std::vector<Named> Results; ///< null: not yet, or shared
  std::vector<char> Own;      ///< does the overlay have a say in it?
};

VersionParser::VersionParser(const Rules &R, const std::string &Tree,
                             const AnalysisOptions &O)
    : O(O), Base(R, Tree, HOLDFAST_RESOURCE_DIR), S(openStore(O, Base)) {}

static void forEach(const std::vector<size_t> &Which, unsigned Threads,
                    llvm::function_ref<void(size_t)> Do) {
  std::atomic<size_t> Next{0};
  llvm::DefaultThreadPool Pool(llvm::hardware_concurrency(Threads));
  for (unsigned T = 0; T < Pool.getMaxConcurrency(); ++T)
    Pool.async([&] {
      for (size_t I = Next++; I < Which.size() && !interrupted(); I = Next++)
        Do(Which[I]);
    });
  Pool.wait();
}

static Digest keyOf(const Store &S, const CompileJob &J) {
  return S.key(J.Directory, J.File, J.Args);
}

void VersionParser::load(Run &R, size_t I) {
  bool Overlaid = false;
  std::optional<StoredUnit> U = S->load(keyOf(*S, R.Jobs[I]), R.Digests, Overlaid);
  if (!U)
    return;
  R.Results[I] = {std::make_shared<ParseResult>(), U->Name};
  R.Results[I].Result->Unit = std::move(U->Unit);
  R.Results[I].Result->Bodies = std::move(U->Bodies);
  R.Own[I] = Overlaid;
}

void VersionParser::parseOne(Run &R, Frontend &FE, size_t I) {
  auto Read = llvm::makeIntrusiveRefCnt<FileRecorder>(R.Digests);
  auto Result = std::make_shared<ParseResult>(FE.parse(R.Jobs[I], Read));
  Digest Name;
  if (S && Result->Error.empty() && Result->Complete)
    Name = S->save(keyOf(*S, R.Jobs[I]), *Read, {Result->Unit, Result->Bodies});
  R.Own[I] = Read->overlaid();
  R.Results[I] = {std::move(Result), Name};
}

void VersionParser::keepShared(Run &R) {
  for (size_t I = 0; I < R.Jobs.size(); ++I)
    if (ParseResult *P = R.Results[I].Result.get();
        P && !R.Own[I] && Shared.try_emplace(R.Jobs[I].File, R.Results[I]).second)
      Base.adopt(P->Unit, P->Bodies);
}

/// Those that nobody has looked at yet.
std::vector<size_t> VersionParser::missing(const Run &R) const {
  std::vector<size_t> Out;
  for (size_t I = 0; I < R.Jobs.size(); ++I)
    if (!R.Results[I].Result && !Shared.count(R.Jobs[I].File))
      Out.push_back(I);
  return Out;
}

ParsedVersion VersionParser::collect(const Run &R) const {
  ParsedVersion Out;
  for (size_t I = 0; I < R.Jobs.size(); ++I) {
    auto It = Shared.find(R.Jobs[I].File);
    const Named &N = It == Shared.end() ? R.Results[I] : It->second;
    if (N.Result)
      Out.Units.push_back({R.Jobs[I].File, N.Result, N.Name});
  }
  return Out;
}

ParsedVersion VersionParser::parse(const std::vector<CompileJob> &Jobs,
                                   const OverlayPtr &Over) {
  Run R(Jobs, Over);
  if (S)
    forEach(missing(R), O.Jobs, [&](size_t I) { load(R, I); });
  keepShared(R);
  Frontend FE(Base);
  for (size_t I = 0; I < Jobs.size(); ++I)
    if (ParseResult *P = R.Results[I].Result.get(); P && R.Own[I])
      FE.adopt(P->Unit, P->Bodies);
  std::vector<size_t> Left = missing(R);
  Progress Shown("parsed", Left.size(), O.Quiet);
  forEach(Left, O.Jobs, [&](size_t I) {
    parseOne(R, FE, I);
    Shown.step();
  });
  keepShared(R);
  return collect(R);
}

bool holdfast::sameProgram(const ParsedVersion &A, const ParsedVersion &B) {
  return std::equal(A.Units.begin(), A.Units.end(), B.Units.begin(), B.Units.end(),
                    [](const ParsedVersion::Item &X, const ParsedVersion::Item &Y) {
                      return X.Result == Y.Result ||
                             (X.File == Y.File && X.Result->Error.empty() &&
                              Y.Result->Error.empty() &&
                              sameProgram(X.Result->Unit, Y.Result->Unit));
                    });
}
