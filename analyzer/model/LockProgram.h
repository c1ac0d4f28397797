// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_MODEL_LOCKPROGRAM_H
#define HOLDFAST_MODEL_LOCKPROGRAM_H

#include "model/Expr.h"
#include "model/Location.h"
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// \file
/// The lock program: what is left of a function once everything that can never
/// matter to a lock is dropped. The frontend makes it and decides nothing; all
/// later rooms see only this.
namespace holdfast {

enum class InstrKind : uint8_t {
  Assign, ///< *Place = Value
  Call,   ///< Result(Index) = Callee(Args...)
  Access, ///< a read (or Write) of member Name, which rules name, of the record at Place
  Return, ///< the result is Value; cleanups may still follow
  Leave,  ///< the function ends here
};

struct Instr {
  InstrKind Kind;
  bool Write = false;
  bool Unchecked = false;       ///< the tree asks that nothing be reported here
  uint32_t Index = 0;           ///< Call: its number in this function
  const Expr *Place = nullptr;  ///< Assign: target; Access: address of record
  const Expr *Value = nullptr;  ///< Assign, Return: value; Call: the callee
  std::vector<const Expr *> Args;
  Symbol Name;                  ///< Access: the field; Call: text for messages
  Location Loc;
};

/// How a block ends. Succs is empty for the exit and for calls that do not
/// return.
struct Terminator {
  enum KindTy : uint8_t {
    Jump,   ///< to any of Succs, nothing known
    Branch, ///< Cond nonzero: Succs[0]; zero: Succs[1]
    Switch, ///< Cond in Cases[i]: Succs[i]; otherwise the last of Succs
  } Kind = Jump;
  const Expr *Cond = nullptr;
  std::vector<ValueRange> Cases;
};

struct Block {
  std::vector<Instr> Instrs;
  Terminator Term;
  std::vector<uint32_t> Succs; ///< ~0u where the edge is known infeasible
  static constexpr uint32_t Nowhere = ~0u;
};

enum class Linkage : uint8_t {
  Static,
  Global,
  Weak,
  Declared, ///< no body was seen; Blocks is what its annotations say
};

/// One function. Locals 0..NumParams-1 are the parameters.
struct Function {
  Symbol Name;
  Linkage Link = Linkage::Global;
  bool InHeader = false; ///< shared by every unit that includes it
  bool Unchecked = false; ///< the tree asks that nothing be reported in it
  Location Loc;
  Location Body; ///< the first statement that is no declaration
  uint32_t NumParams = 0;
  uint32_t NumCalls = 0;
  std::vector<Symbol> LocalNames;
  std::vector<Block> Blocks; ///< empty when the body was not seen
  uint32_t Entry = 0;
};

/// A function put into a field of a record, or into a global variable, by an
/// initialiser: `static const struct vm_operations_struct o = {.fault = f}`.
struct SlotStore {
  Symbol Slot; ///< `record::field`, or the variable for bare pointers
  Symbol Function;
  Symbol Table; ///< name of the object initialised, may be empty
  Location Loc;
};

/// An integer member of a constant table: `.walk_lock = PGWALK_RDLOCK`.
struct TableConstant {
  Symbol Table; ///< the variable
  Symbol Field; ///< `record::field`
  int64_t Value = 0;
};

/// What one translation unit contributes. Header functions are shared between
/// the units that saw the same text.
struct TranslationUnit {
  Symbol File;
  std::vector<std::shared_ptr<const Function>> Functions;
  std::vector<SlotStore> Slots;
  std::vector<TableConstant> Constants;
};

/// The text form, one function after the other, for tests and `--dump`.
std::string dump(const Function &F);

} // namespace holdfast

#endif
