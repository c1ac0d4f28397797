// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_FRONTEND_MACROINTERCEPT_H
#define HOLDFAST_FRONTEND_MACROINTERCEPT_H

#include "model/Symbol.h"
#include "clang/Lex/Preprocessor.h"
#include <string>
#include <unordered_set>

/// \file
/// Assertions such as lockdep_assert_held() expand to nothing where lockdep is
/// off, and to something else in each release where it is on. Instead of
/// recognising expansions, the definitions are replaced as they are read: the
/// macro becomes a call to a function of our own with the same arguments, and
/// every configuration shows the same program.
namespace holdfast {

/// The text each unit starts with: a declaration and a model definition for
/// each macro.
std::string interceptPrelude(const std::unordered_set<Symbol> &Macros);

/// Replaces each later definition of these macros by the prelude's.
void interceptMacros(clang::Preprocessor &PP,
                     const std::unordered_set<Symbol> &Macros);

} // namespace holdfast

#endif
