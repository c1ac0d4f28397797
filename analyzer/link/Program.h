// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_LINK_PROGRAM_H
#define HOLDFAST_LINK_PROGRAM_H

#include "model/LockProgram.h"
#include <string>
#include <unordered_map>
#include <vector>

/// \file
/// Where translation units meet: one function per name, and for every call the
/// functions it may reach. Pointers to functions are followed through fields of
/// records by type and field (`vm_operations_struct::fault`), through globals,
/// and through arguments; the rest of the program is not looked at.
namespace holdfast {

using FunctionId = uint32_t;
inline constexpr FunctionId NoFunction = ~0u;

/// Which functions a field of a record may hold, and who says so.
struct Slot {
  Symbol Name;
  std::vector<FunctionId> Targets; ///< ascending
};

/// The call at Functions[Caller] with number Call.
struct CallSite {
  FunctionId Caller = NoFunction;
  uint32_t Call = 0;
  Location Loc;
};

class Program {
public:
  /// Takes what the units contribute. The result does not depend on their
  /// order.
  static Program link(std::vector<TranslationUnit> Units);

  size_t size() const { return Functions.size(); }
  const Function &function(FunctionId F) const { return *Functions[F]; }
  /// By linker name (`name` or `name@file`); NoFunction when there is no body.
  FunctionId find(Symbol Name) const;
  /// Every function whose source name is \p Name, statics included.
  std::vector<FunctionId> findByPlainName(const std::string &Name) const;

  /// The functions call \p Call of \p F may reach, ascending; empty when
  /// nothing is known.
  const std::vector<FunctionId> &targets(FunctionId F, uint32_t Call) const;
  /// Direct calls have one name; indirect ones the slot they go through, which
  /// may be empty.
  bool isIndirect(FunctionId F, uint32_t Call) const;
  Symbol slot(FunctionId F, uint32_t Call) const;

  const std::vector<CallSite> &directCallers(FunctionId F) const { return Callers[F]; }
  const std::vector<CallSite> &callersOf(Symbol Slot) const;
  /// The slots \p F was stored in, with the place of the store.
  const std::vector<SlotStore> &slotsOf(FunctionId F) const { return StoredIn[F]; }
  /// How many functions \p Slot may hold.
  size_t targetsOf(Symbol Slot) const;
  /// Does the ops table that \p Store is part of also set \p Field? False for
  /// tables that are filled at run time: nothing is known of them.
  bool tableFills(const SlotStore &Store, Symbol Field) const;

  /// The values of members of constant tables, by place.
  const std::unordered_map<const Expr *, int64_t> &constants() const { return Constants; }

  /// The functions whose summaries \p F may ask for: those it calls, directly
  /// or through the only target of a pointer, and those it mentions. Ascending.
  std::vector<FunctionId> dependencies(FunctionId F) const;
  /// Strongly connected components of that graph, callees first.
  std::vector<std::vector<FunctionId>> components() const;

  unsigned resolvedCalls() const { return Resolved; }
  unsigned unresolvedCalls() const { return Unresolved; }

private:
  friend class Linker;
  struct Targets {
    std::vector<FunctionId> Functions;
    Symbol Slot;
    bool Indirect = false;
  };

  std::vector<std::shared_ptr<const Function>> Functions;
  std::unordered_map<Symbol, FunctionId> ByName;
  std::vector<std::vector<Targets>> Calls; ///< by function, by call number
  std::vector<std::vector<CallSite>> Callers;
  std::vector<std::vector<SlotStore>> StoredIn;
  std::unordered_map<Symbol, Slot> Slots;
  std::unordered_map<Symbol, std::vector<CallSite>> SlotCallers;
  std::unordered_map<const Expr *, int64_t> Constants;
  unsigned Resolved = 0, Unresolved = 0;
};

/// The name as written in the source: without `@file`.
std::string plainName(Symbol Name);

} // namespace holdfast

#endif
