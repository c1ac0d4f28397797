// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_ASSERTIONS_H
#define HOLDFAST_CHECKS_ASSERTIONS_H

#include "model/LockProgram.h"
#include "model/Rules.h"
#include "solve/Summary.h"

/// \file
/// How functions say, or could say, that they rely on a lock of their caller's.
namespace holdfast {

/// The call with which \p F can say that its caller holds \p Lock, without the
/// semicolon: `mmap_assert_locked(vma->vm_mm)`. Empty where there is none, or
/// where the lock has no name in terms of the function's parameters.
std::string assertionCall(const Rules &R, const Function &F, const Expr *Lock,
                          Symbol Class, LockMode Mode);

/// Is there an assertion made for locks of \p Class?
bool hasOwnAssertion(const Rules &R, Symbol Class);

/// Does \p I say that a lock of \p Class is held, in whatever mode?
bool assertsClass(const Rules &R, const Instr &I, Symbol Class);

/// Does the function of \p Sum say, itself or by what it calls, that the lock of
/// \p Need is held in a mode that suffices?
bool isClaimed(const Summary &Sum, const Requirement &Need);

/// The assertion in the function itself that lets any mode pass where \p Need
/// asks for write; null: there is none.
const Requirement *modelessClaim(const Rules &R, const Summary &Sum,
                                 const Requirement &Need);

} // namespace holdfast

#endif
