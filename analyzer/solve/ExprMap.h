// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_SOLVE_EXPRMAP_H
#define HOLDFAST_SOLVE_EXPRMAP_H

#include "model/Expr.h"
#include "llvm/ADT/IntrusiveRefCntPtr.h"
#include <algorithm>
#include <utility>
#include <vector>

/// \file
/// What a state knows of some expressions. States are copied at every branch and
/// most copies change little, so a copy shares the table of its original until
/// one of the two is written. Equal expressions are one pointer: a look-up scans
/// for it, which at the sizes met (some dozens) beats comparing structure; only
/// the order of the entries is by structure, so that it is the same in every run.
namespace holdfast {

template <typename V> class ExprMap {
public:
  using Entry = std::pair<const Expr *, V>;
  using const_iterator = typename std::vector<Entry>::const_iterator;

  ExprMap() : T(new Table) {}

  const_iterator begin() const { return T->Entries.begin(); }
  const_iterator end() const { return T->Entries.end(); }
  size_t size() const { return T->Entries.size(); }
  const_iterator find(const Expr *Key) const {
    return std::find_if(begin(), end(), [&](const Entry &E) { return E.first == Key; });
  }
  bool count(const Expr *Key) const { return find(Key) != end(); }
  /// Are both one table, so that they cannot differ?
  bool sharesWith(const ExprMap &O) const { return T == O.T; }

  void set(const Expr *Key, V Value) {
    if (auto It = find(Key); It != end()) {
      size_t At = size_t(It - begin());
      if (!(It->second == Value))
        own()[At].second = std::move(Value);
      return;
    }
    std::vector<Entry> &Es = own();
    auto Place =
        std::upper_bound(Es.begin(), Es.end(), Key, [](const Expr *K, const Entry &E) {
          return exprLess(K, E.first);
        });
    Es.insert(Place, {Key, std::move(Value)});
  }
  void erase(const Expr *Key) {
    eraseIf([&](const Entry &E) { return E.first == Key; });
  }
  /// \p Gone(Entry) says whether an entry goes.
  template <typename Predicate> void eraseIf(Predicate Gone) {
    auto First = std::find_if(begin(), end(), Gone);
    if (First == end())
      return;
    size_t At = size_t(First - begin());
    std::vector<Entry> &Es = own();
    Es.erase(std::remove_if(Es.begin() + long(At), Es.end(), Gone), Es.end());
  }
  /// Replaces each value by \p To(Entry).
  template <typename Function> void mapValues(Function To) {
    for (size_t I = 0; I < size(); ++I) {
      V Value = To(T->Entries[I]);
      if (!(Value == T->Entries[I].second))
        own()[I].second = std::move(Value);
    }
  }

private:
  struct Table : llvm::RefCountedBase<Table> {
    std::vector<Entry> Entries; ///< sorted by exprLess
  };

  std::vector<Entry> &own() {
    if (T->UseCount() > 1)
      T = new Table(*T);
    return T->Entries;
  }

  llvm::IntrusiveRefCntPtr<Table> T;
};

} // namespace holdfast

#endif
