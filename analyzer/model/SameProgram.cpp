// SPDX-License-Identifier: GPL-2.0-or-later
#include "model/SameProgram.h"
#include <algorithm>

using namespace holdfast;

// Each structure is taken apart in full: one that gets another member does not
// compile here until somebody has thought about it.

static bool same(const Instr &A, const Instr &B) {
  const auto &[Kind, Write, Unchecked, Index, Place, Value, Args, Name, Loc] = B;
  return A.Kind == Kind && A.Write == Write && A.Unchecked == Unchecked &&
         A.Index == Index && A.Place == Place && A.Value == Value && A.Args == Args &&
         A.Name == Name;
}

static bool same(const ValueRange &A, const ValueRange &B) { return A == B; }

static bool same(const SlotStore &A, const SlotStore &B) {
  const auto &[Slot, Function, Table, Loc] = B;
  return A.Slot == Slot && A.Function == Function && A.Table == Table;
}

static bool same(const TableConstant &A, const TableConstant &B) {
  const auto &[Table, Field, Value] = B;
  return A.Table == Table && A.Field == Field && A.Value == Value;
}

static bool same(const std::shared_ptr<const Function> &A,
                 const std::shared_ptr<const Function> &B) {
  return A == B || sameProgram(*A, *B);
}

static bool same(const Block &A, const Block &B);

template <class T> static bool sameAll(const std::vector<T> &A, const std::vector<T> &B) {
  return std::equal(A.begin(), A.end(), B.begin(), B.end(),
                    [](const T &X, const T &Y) { return same(X, Y); });
}

static bool same(const Block &A, const Block &B) {
  const auto &[Instrs, Term, Succs] = B;
  const auto &[Kind, Cond, Cases] = Term;
  return A.Term.Kind == Kind && A.Term.Cond == Cond && A.Succs == Succs &&
         sameAll(A.Term.Cases, Cases) && sameAll(A.Instrs, Instrs);
}

bool holdfast::sameProgram(const Function &A, const Function &B) {
  const auto &[Name, Link, InHeader, Unchecked, Loc, Body, NumParams, NumCalls,
               LocalNames, Blocks, Entry] = B;
  return A.Name == Name && A.Link == Link && A.InHeader == InHeader &&
         A.Unchecked == Unchecked && A.NumParams == NumParams && A.NumCalls == NumCalls &&
         A.LocalNames == LocalNames && A.Entry == Entry && sameAll(A.Blocks, Blocks);
}

bool holdfast::sameProgram(const TranslationUnit &A, const TranslationUnit &B) {
  const auto &[File, Functions, Slots, Constants] = B;
  return A.File == File && sameAll(A.Functions, Functions) && sameAll(A.Slots, Slots) &&
         sameAll(A.Constants, Constants);
}
