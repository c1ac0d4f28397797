// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_RULES_PATHPARSER_H
#define HOLDFAST_RULES_PATHPARSER_H

#include "model/Expr.h"
#include "llvm/Support/Error.h"
#include <string_view>

/// \file
/// The paths of the rule files.
///
///   path  := '&' chain | '*'* chain | integer
///   chain := root step*
///   root  := 'p' digits          the value of a parameter
///          | 'ret'               the result
///          | '@' name            a pseudo global (@current, @rcu)
///   step  := '->' member         load a member of the record pointed to
///          | '.' member          a member of the record that lies there
///          | '<-' member         container_of(): back to the record whose
///                                member it points to
///   member := record '::' field
///
/// `p0->vm_area_struct::vm_mm` is a value; a leading `&` gives the address of
/// the place it is read from, a leading `*` what it points to.
namespace holdfast {

/// The value that \p Text denotes. The error says what was expected and where
/// (a column, from 1), and holds no file name.
llvm::Expected<const Expr *> parsePath(std::string_view Text);

/// The address of the place that \p Text denotes, for what is written to.
llvm::Expected<const Expr *> parsePlace(std::string_view Text);

} // namespace holdfast

#endif
