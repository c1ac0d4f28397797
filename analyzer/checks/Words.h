// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CHECKS_WORDS_H
#define HOLDFAST_CHECKS_WORDS_H

#include "model/LockProgram.h"
#include "model/Rules.h"
#include <string>

/// \file
/// The words in which findings speak of locks, one way for all checks.
namespace holdfast {

/// `none`, `read`, `write` or `any`.
const char *modeText(LockMode M);
/// ` held for read`, ` held for write` or ` held`.
std::string heldFor(LockMode M);
/// `rec::field` reads better as a C programmer writes it: `rec.field`.
std::string dotted(const std::string &Qualified);
/// The name that users know the class by; `a lock` for none.
std::string lockName(const Rules &R, Symbol Class);
/// `F is record.field of table, set here`: how \p Function comes to be a callback.
std::string setHere(const std::string &Function, const SlotStore &Store);
/// The directory of \p File, which is one driver or subsystem mostly; empty at the
/// top of the tree.
std::string folderOf(Symbol File);

} // namespace holdfast

#endif
