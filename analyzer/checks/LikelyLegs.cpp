// SPDX-License-Identifier: GPL-2.0-or-later
/// \file
/// All legs of a kernel that are likely, for cycles of more than two. To search ways for
/// every pair of classes would take long; most likely legs are short, and those that are
/// not touch user memory or start in a callback.
#include "checks/Legs.h"
#include "checks/Words.h"
#include <algorithm>

using namespace holdfast;

void Legs::keepLikely(LikelyLegs &Out, Pair P, Leg L) const {
  static constexpr size_t Few = 4;
  if (L.Path.empty() || P.first == P.second)
    return;
  judge(L, P.second);
  if (L.Sure < Confidence::Likely)
    return;
  std::vector<Leg> &Known = Out[homeOf(L)][P];
  bool New = std::none_of(Known.begin(), Known.end(),
                          [&](const Leg &K) { return K.In == L.In; });
  if (New && Known.size() < Few)
    Known.push_back(std::move(L));
}

void Legs::likelyNear(LikelyLegs &Out) const {
  for (const auto &[P, Where] : Near)
    for (uint32_t N : Where) {
      const Site &S = Sites[P.first][N];
      keepLikely(Out, P,
                 {S.In, S.Locks->Call, *S.Held, nullptr, S.Locks->Locks,
                  Acq.nearWay(S.In, S.Locks->Call, P.first, P.second)});
    }
}

void Legs::likelyToUserMemory(LikelyLegs &Out) const {
  std::vector<Pair> Wanted;
  for (ClassId C : UserMemory)
    for (ClassId Held = 0; Held < After.size(); ++Held)
      if (Held != C && After[Held].test(C))
        Wanted.push_back({Held, C});
  for (auto &[P, All] : legs(Wanted))
    for (const Leg &L : All)
      keepLikely(Out, P, L);
}

/// Only what is a part of some cycle matters: what a callback waits for must be held
/// elsewhere in its directory.
void Legs::likelyOfCallbacks(LikelyLegs &Out) const {
  std::map<std::string, ClassSet> HeldIn;
  for (const auto &[Home, Pairs] : Out)
    for (const auto &[P, All] : Pairs)
      HeldIn[Home].set(P.first);
  std::map<ClassId, WaysTo> To;
  eachCallback([&](FunctionId F, const SlotStore &Store, const RuleLock &R) {
    auto Elsewhere = HeldIn.find(folderOf(Store.Loc.File));
    ClassId Held = idOf(R);
    if (Elsewhere == HeldIn.end() || Held == Acquired::NoClass)
      return;
    Acq.all(F, Held).each([&](ClassId Next) {
      if (Next == Held || !Elsewhere->second.test(Next))
        return;
      WaysTo &Ways = To.try_emplace(Next, Acq, Next).first->second;
      Leg L{F, 0, {}, &Store, {}, Ways.with(Held).fromEntry(F)};
      L.Held.State =
          R.Mode == LockMode::Read ? LockState::HeldRead : LockState::HeldWrite;
      keepLikely(Out, {Held, Next}, std::move(L));
    });
  });
}

Legs::LikelyLegs Legs::likely() const {
  LikelyLegs Out;
  likelyNear(Out);
  likelyToUserMemory(Out);
  likelyOfCallbacks(Out);
  return Out;
}
