// SPDX-License-Identifier: GPL-2.0-or-later
#include "solve/InputDigest.h"
#include "SolveDigest.h"
#include "solve/Archive.h"

using namespace holdfast;

namespace holdfast {

/// An archive that keeps nothing but bytes to hash.
class Hasher : public cereal::OutputArchive<Hasher, cereal::AllowEmptyClassElision> {
public:
  explicit Hasher(const Program &P) : OutputArchive(this), P(P) {}

  void bytes(const void *Data, size_t Size) {
    Bytes.append(static_cast<const char *>(Data), Size);
  }
  void function(FunctionId F) {
    uint64_t Hash = F == NoFunction ? 0 : P.function(F).Name.hash();
    bytes(&Hash, sizeof Hash);
  }
  Digest finish() const { return Digest::of(Bytes); }

private:
  const Program &P;
  std::string Bytes;
};

void save(Hasher &H, const Symbol &S) { H(S.hash()); }
void save(Hasher &H, const Expr *const &E) { H(E ? E->Hash : uint64_t(0)); }
void save(Hasher &H, const FunctionRef &F) { H.function(F.Id); }
template <class T> void save(Hasher &H, const std::shared_ptr<const T> &P) {
  H(bool(P));
  if (P)
    H(*P);
}

} // namespace holdfast

CEREAL_SPECIALIZE_FOR_ARCHIVE(holdfast::Hasher, const holdfast::Expr *,
                              cereal::specialization::non_member_load_save)

Digest holdfast::digestOf(const Program &P, FunctionId F) {
  const Function &Fn = P.function(F);
  Hasher H(P);
  H(Fn);
  for (uint32_t Call = 0; Call < Fn.NumCalls; ++Call) {
    const std::vector<FunctionId> &Targets = P.targets(F, Call);
    H(P.isIndirect(F, Call), P.slot(F, Call), uint64_t(Targets.size()));
    for (FunctionId T : Targets)
      H.function(T);
  }
  for (const SlotStore &Store : P.slotsOf(F))
    H(Store.Slot);
  return H.finish();
}

Digest holdfast::digestOf(const Program &P, const Summary &S) {
  Hasher H(P);
  H(S);
  return H.finish();
}

Digest holdfast::digestOfSurroundings(const Program &P, const Rules &R) {
  std::vector<std::pair<uint64_t, int64_t>> All;
  for (const auto &[Place, Value] : P.constants())
    All.emplace_back(Place->Hash, Value);
  std::sort(All.begin(), All.end());
  Hasher H(P);
  H(Symbol::get(HOLDFAST_SOLVE_DIGEST), R.Digest);
  for (const auto &[Place, Value] : All)
    H(Place, Value);
  return H.finish();
}
