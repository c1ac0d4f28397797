// SPDX-License-Identifier: GPL-2.0-or-later
#include "shim/host/PageTables.h"
#include <iterator>
#include <vector>

namespace holdfast {

namespace {
constexpr uint64_t PageSize = 4096;
uint64_t end(const hf_pte &E) { return E.address + (PageSize << E.order); }
} // namespace

/// The first entry that ends after Address.
PageTables::Table::const_iterator PageTables::firstFrom(const Table &T,
                                                        uint64_t Address) {
  auto It = T.upper_bound(Address);
  if (It != T.begin() && end(std::prev(It)->second) > Address)
    --It;
  return It;
}

bool PageTables::set(Mm M, const hf_pte &Entry) {
  if (count(M, Entry.address, end(Entry)))
    return false;
  Tables[M][Entry.address] = Entry;
  return true;
}

bool PageTables::get(Mm M, uint64_t Address, hf_pte &Entry) const {
  auto T = Tables.find(M);
  if (T == Tables.end())
    return false;
  auto It = firstFrom(T->second, Address);
  if (It == T->second.end() || It->first > Address)
    return false;
  Entry = It->second;
  return true;
}

uint64_t PageTables::clear(Mm M, uint64_t Start, uint64_t End) {
  auto T = Tables.find(M);
  if (T == Tables.end())
    return 0;
  uint64_t Cleared = 0;
  std::vector<hf_pte> Kept;
  auto It = firstFrom(T->second, Start);
  while (It != T->second.end() && It->first < End) {
    const hf_pte E = It->second;
    It = T->second.erase(It);
    ++Cleared;
    for (uint64_t A = E.address; E.order && A < end(E); A += PageSize)
      if (A < Start || A >= End)
        Kept.push_back({A, E.pfn + (A - E.address) / PageSize, 0, E.writable});
  }
  for (const hf_pte &E : Kept)
    T->second[E.address] = E;
  return Cleared;
}

uint64_t PageTables::count(Mm M, uint64_t Start, uint64_t End) const {
  auto T = Tables.find(M);
  if (T == Tables.end())
    return 0;
  uint64_t N = 0;
  for (auto It = firstFrom(T->second, Start); It != T->second.end() && It->first < End;
       ++It)
    ++N;
  return N;
}

uint64_t PageTables::copy(Mm From, Mm To, uint64_t Start, uint64_t End, int64_t Offset) {
  std::vector<hf_pte> Entries;
  auto T = Tables.find(From);
  if (T == Tables.end())
    return 0;
  for (auto It = firstFrom(T->second, Start); It != T->second.end() && It->first < End;
       ++It)
    Entries.push_back(It->second);
  for (hf_pte &E : Entries) {
    E.address += static_cast<uint64_t>(Offset);
    set(To, E);
  }
  return Entries.size();
}

uint64_t PageTables::mapping(uint64_t First, uint64_t Last, Mm &Where,
                             hf_pte &One) const {
  uint64_t N = 0;
  for (const auto &[M, Table] : Tables)
    for (const auto &[Address, E] : Table)
      if (!Unused.count(M) && E.pfn <= Last && E.pfn + (uint64_t(1) << E.order) > First &&
          N++ == 0) {
        Where = M;
        One = E;
      }
  return N;
}

} // namespace holdfast
