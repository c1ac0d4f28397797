// SPDX-License-Identifier: GPL-2.0-or-later
#include "lockdep/Graph.h"

#include <algorithm>

namespace holdfast {

namespace {

uint64_t pairKey(ClassId From, ClassId To) {
  return (static_cast<uint64_t>(From) << 32) | To;
}

unsigned depIndex(uint8_t Dep) { return static_cast<unsigned>(__builtin_ctz(Dep)); }

} // namespace

std::string_view usageName(Usage U) {
  static constexpr std::string_view Names[] = {
      "IN-HARDIRQ-W", "IN-HARDIRQ-R", "HARDIRQ-ON-W", "HARDIRQ-ON-R", "IN-SOFTIRQ-W",
      "IN-SOFTIRQ-R", "SOFTIRQ-ON-W", "SOFTIRQ-ON-R", "INITIAL USE",  "INITIAL READ USE"};
  return Names[static_cast<unsigned>(U)];
}

std::string_view usageState(Usage U) {
  static constexpr std::string_view Names[] = {"HARDIRQ", "HARDIRQ-READ", "SOFTIRQ",
                                               "SOFTIRQ-READ"};
  unsigned Bit = static_cast<unsigned>(U);
  return Names[(Bit >> 2) * 2 + (Bit & 1)];
}

uint32_t Graph::intern(std::string_view Text) {
  auto [It, New] =
      StringIds.try_emplace(std::string(Text), static_cast<uint32_t>(Strings.size()));
  if (New)
    Strings.push_back(&It->first);
  return It->second;
}

ClassId Graph::make(uint32_t Name, Key SubKey, unsigned Subclass) {
  if (ClassCount == Classes.size())
    Classes.emplace_back();
  LockClass &C = Classes[ClassCount];
  std::vector<EdgeId> After = std::move(C.After), Before = std::move(C.Before);
  C = LockClass();
  After.clear(), Before.clear(); // the memory is used again
  C.After = std::move(After), C.Before = std::move(Before);
  C.Name = Name;
  C.SubKey = SubKey;
  C.Subclass = static_cast<uint8_t>(Subclass);
  return static_cast<ClassId>(ClassCount++);
}

ClassId Graph::addClass(std::string_view Name) {
  uint32_t Id = intern(Name);
  if (const uint32_t *Known = ByName.find(Id))
    return *Known;
  ClassId C = make(Id, 0, 0);
  ByName.set(Id, C);
  return C;
}

/// Subclasses of one key share a number; other keys of that name count up.
uint32_t Graph::versionFor(uint32_t Name, Key SubKey, unsigned Subclass) const {
  uint32_t Highest = 0;
  for (size_t I = 0; I < ClassCount; ++I) {
    const LockClass &C = Classes[I];
    if (C.Dead || C.SubKey == 0)
      continue;
    if (C.SubKey - C.Subclass == SubKey - Subclass)
      return C.Version;
    if (C.Name == Name)
      Highest = std::max(Highest, C.Version);
  }
  return Highest + 1;
}

ClassId Graph::addClass(std::string_view Name, Key SubKey, unsigned Subclass) {
  ClassId Known = find(SubKey);
  if (Known != NoId)
    return Known;
  uint32_t Id = intern(Name);
  uint32_t Version = versionFor(Id, SubKey, Subclass);
  ClassId C = make(Id, SubKey, Subclass);
  Classes[C].Version = Version;
  ByKey.set(SubKey, C);
  return C;
}

ClassId Graph::find(Key SubKey) const {
  const uint32_t *C = ByKey.find(SubKey);
  return C && !Classes[*C].Dead ? *C : NoId;
}

ClassId Graph::find(std::string_view Name) const {
  auto It = StringIds.find(std::string(Name));
  if (It == StringIds.end())
    return NoId;
  const uint32_t *C = ByName.find(It->second);
  return C ? *C : NoId;
}

EdgeId Graph::findEdge(ClassId From, ClassId To) const {
  const uint32_t *E = ByPair.find(pairKey(From, To));
  return E ? *E : NoId;
}

EdgeId Graph::addEdge(ClassId From, ClassId To, ReadMode FromMode, ReadMode ToMode,
                      uint64_t Witness) {
  EdgeId Id = findEdge(From, To);
  if (Id == NoId) {
    Id = static_cast<EdgeId>(Edges.size());
    Edges.emplace_back();
    Edges[Id].From = From;
    Edges[Id].To = To;
    ByPair.set(pairKey(From, To), Id);
    Classes[From].After.push_back(Id);
    Classes[To].Before.push_back(Id);
  }
  Edge &E = Edges[Id];
  uint8_t Dep = depBit(FromMode, ToMode);
  if (E.Deps & Dep)
    return Id;
  E.Deps |= Dep;
  E.Witness[depIndex(Dep)] = Witness;
  E.FromMode[depIndex(Dep)] = FromMode;
  E.ToMode[depIndex(Dep)] = ToMode;
  return Id;
}

std::string Graph::name(ClassId Id) const {
  const LockClass &C = Classes[Id];
  std::string Text = string(C.Name);
  if (C.Version > 1)
    Text += "#" + std::to_string(C.Version);
  if (C.Subclass)
    Text += "/" + std::to_string(C.Subclass);
  return Text;
}

std::string Graph::usage(ClassId Id) const {
  UsageMask Mask = Classes[Id].Mask;
  std::string Text;
  for (Usage U :
       {Usage::InHardirq, Usage::InHardirqRead, Usage::InSoftirq, Usage::InSoftirqRead}) {
    bool In = Mask & bit(U);
    bool On = Mask & (bit(U) << 2);
    Text += In && On ? '?' : On ? '+' : In ? '-' : '.';
  }
  return Text;
}

ClassInfo Graph::info(ClassId Id) const {
  const LockClass &C = Classes[Id];
  WaitType Outer = C.Outer == WaitType::Inv ? C.Inner : C.Outer;
  return {Id, name(Id), usage(Id), Outer, C.Inner, C.SubKey};
}

void Graph::zap(ClassId Id) {
  LockClass &C = Classes[Id];
  for (EdgeId E : C.After)
    std::erase(Classes[Edges[E].To].Before, E);
  for (EdgeId E : C.Before)
    std::erase(Classes[Edges[E].From].After, E);
  C.After.clear();
  C.Before.clear();
  C.Mask = C.Refused = 0;
  C.Dead = true;
}

void Graph::clear() {
  ClassCount = 0;
  Edges.clear();
  ByKey.clear();
  ByPair.clear();
  ByName.clear();
}

} // namespace holdfast
