// SPDX-License-Identifier: GPL-2.0-or-later
#include "checks/Ways.h"
#include <algorithm>

using namespace holdfast;

void Ways::enter(const Acquired::SiteRef &R, unsigned Hops) {
  const Acquired::Site &At = A.Sites[R.In][R.Index];
  for (ClassId C : A.Lists[At.Dropped])
    Dropped.set(C);
  if (Length[R.In] || A.Lists.has(At.Dropped, Held) || A.Lists.has(At.Masked, Next))
    return;
  Length[R.In] = uint8_t(Hops);
  Found.push_back(R.In);
}

Ways::Ways(const Acquired &A, ClassId Next, ClassId Held)
    : A(A), Next(Next), Held(Held), Length(A.Sites.size()) {
  for (const Acquired::SiteRef &R : A.Waiting[Next])
    enter(R, 1);
  for (size_t I = 0; I < Found.size() && Length[Found[I]] < MaxHops; ++I)
    for (const Acquired::SiteRef &R : A.Callers[Found[I]])
      enter(R, Length[Found[I]] + 1u);
}

const Ways &WaysTo::with(ClassId Held) {
  const Ways &Any =
      Known.try_emplace(Acquired::NoClass, A, Next, Acquired::NoClass).first->second;
  return Any.drops(Held) ? Known.try_emplace(Held, A, Next, Held).first->second : Any;
}

/// Hops from here, this one included; 0: there is no way.
unsigned Ways::length(const Acquired::Site &At) const {
  if (std::count(At.Waited.begin(), At.Waited.end(), Next))
    return 1;
  if (A.Lists.has(At.Masked, Next))
    return 0;
  unsigned Least = 0;
  for (size_t N = 0; At.Targets && N < At.Targets->size(); ++N) {
    unsigned Hops = Length[(*At.Targets)[N]];
    if (Hops && (!Least || Hops + 1 < Least))
      Least = Hops + 1;
  }
  return Least;
}

void Ways::push(FunctionId F, const Acquired::Site &At,
                std::vector<Acquired::Hop> &Path) const {
  size_t Targets = At.Targets ? At.Targets->size() : 0;
  Path.push_back({F, At.Call, At.Loc, std::max<size_t>(1, Targets)});
  unsigned Hops = length(At);
  for (size_t N = 0; Hops > 1 && N < Targets; ++N) {
    FunctionId T = (*At.Targets)[N];
    if (Length[T] && Length[T] + 1u == Hops)
      return follow(T, Path);
  }
}

void Ways::follow(FunctionId F, std::vector<Acquired::Hop> &Path) const {
  for (const Acquired::Site &At : A.Sites[F])
    if (length(At) == Length[F] && !A.Lists.has(At.Dropped, Held))
      return push(F, At, Path);
}

std::vector<Acquired::Hop> Ways::fromCall(FunctionId F, uint32_t Call) const {
  std::vector<Acquired::Hop> Path;
  const Acquired::Site *At = A.site(F, Call);
  if (At && length(*At))
    push(F, *At, Path);
  return Path;
}

std::vector<Acquired::Hop> Ways::fromEntry(FunctionId F) const {
  std::vector<Acquired::Hop> Path;
  if (Length[F])
    follow(F, Path);
  return Path;
}
