// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_LINK_POINTERS_H
#define HOLDFAST_LINK_POINTERS_H

#include "model/LockProgram.h"
#include <functional>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

namespace holdfast {

/// Which functions each field, global and parameter may hold: Andersen's
/// analysis restricted to pointers to functions, field-based (one node per
/// record type and field) and with parameters as the only locals.
class FunctionPointers {
public:
  /// By function, table and file: one function may be in many tables.
  using StoreSet = std::map<std::tuple<Symbol, Symbol, Symbol>, SlotStore>;
  using Lookup = std::function<const Function *(Symbol)>;

  /// \p Find gives the body of a function by name, or null.
  explicit FunctionPointers(Lookup Find) : Find(std::move(Find)) {}

  void addStore(const SlotStore &S);
  /// Collects what \p F stores and passes on.
  void addFunction(const Function &F);
  /// Runs to the fixpoint.
  void solve();

  /// What the value \p Callee, called in \p F, may be. \p Slot becomes the
  /// field or global it is read from.
  std::set<Symbol> resolve(const Function &F, const Expr *Callee, Symbol &Slot) const;
  const std::map<Symbol, StoreSet> &stores() const { return Held; }

private:
  using ParamNode = std::pair<const Function *, uint32_t>;

  void put(Symbol Node, const SlotStore &S);
  void pass(ParamNode Node, Symbol Function, Location From);
  void followParam(ParamNode Node, Symbol Function, Location From);
  std::set<Symbol> resolve(const Function &F, const Expr *Callee, Symbol &Slot,
                           unsigned Depth) const;

  Lookup Find;
  std::map<Symbol, StoreSet> Held; ///< by node
  std::unordered_map<Symbol, std::set<Symbol>> Copies; ///< node -> nodes it feeds
  std::map<std::pair<Symbol, uint32_t>, std::set<Symbol>> Params;
  struct Passed {
    ParamNode Node;
    Symbol Function;
    Location From;
  };
  std::vector<Passed> Work;
};

} // namespace holdfast

#endif
