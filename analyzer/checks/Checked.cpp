// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Checked.h"
#include "ChecksDigest.h"
#include "checks/Check.h"
#include <algorithm>
#include <cereal/archives/binary.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <sstream>

namespace holdfast {

template <class A> std::string save_minimal(const A &, const Symbol &S) {
  return S.str();
}
template <class A> void load_minimal(const A &, Symbol &S, const std::string &Text) {
  S = Symbol::get(Text);
}
template <class A> void serialize(A &Ar, Location &L) { Ar(L.File, L.Line, L.Column); }
template <class A> void serialize(A &Ar, Step &S) { Ar(S.Loc, S.Function, S.Message); }
template <class A> void serialize(A &Ar, Edit &E) { Ar(E.At, E.Insert); }
template <class A> void serialize(A &Ar, Fix &F) { Ar(F.Message, F.Edits); }
template <class A> void serialize(A &Ar, Finding &F) {
  Ar(F.Rule, F.Severity, F.Sure, F.Function, F.Loc, F.Message, F.LockClass, F.Required,
     F.Held, F.Steps, F.Advice, F.Mend, F.Rank, F.Fingerprint);
}
template <class A> void serialize(A &Ar, ProgramCoverage &C) {
  Ar(C.Functions, C.IndirectResolved, C.IndirectUnresolved, C.Imprecise);
}
template <class A> void serialize(A &Ar, Checked &C) { Ar(C.Findings, C.Cover); }

} // namespace holdfast

using namespace holdfast;

ProgramCoverage holdfast::coverageOf(const Program &P, const Solution &S) {
  ProgramCoverage C;
  C.Functions = unsigned(P.size());
  C.IndirectResolved = P.resolvedCalls();
  C.IndirectUnresolved = P.unresolvedCalls();
  for (FunctionId F = 0; F < S.size(); ++F)
    if (S[F].Sum.Imprecise)
      C.Imprecise.push_back(P.function(F).Name.str());
  return C;
}

Checked holdfast::check(const Program &P, const Rules &R, const Solution &S,
                        unsigned Jobs) {
  return {runChecks(P, R, S, Jobs), coverageOf(P, S)};
}

Digest holdfast::nameOfChecked(const Rules &R, std::vector<Digest> Units) {
  DigestBuilder B;
  B.add(HOLDFAST_CHECKS_DIGEST).add(std::to_string(R.Digest));
  for (const CheckInfo &C : R.Checks)
    B.add(C.Id).add(name(C.Severity)).add(name(C.Most));
  std::sort(Units.begin(), Units.end(), [](Digest X, Digest Y) {
    return std::tie(X.Hi, X.Lo) < std::tie(Y.Hi, Y.Lo);
  });
  for (Digest U : Units)
    B.add(U);
  return B.finish();
}

std::string holdfast::encode(const Checked &C) {
  std::ostringstream Out;
  cereal::BinaryOutputArchive{Out}(C);
  return Out.str();
}

std::optional<Checked> holdfast::decodeChecked(llvm::StringRef Content) {
  Checked C;
  std::istringstream In(Content.str());
  try {
    cereal::BinaryInputArchive{In}(C);
  } catch (const std::exception &) { // a count too large is no memory
    return std::nullopt;
  }
  return C;
}
