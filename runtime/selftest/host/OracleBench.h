// SPDX-License-Identifier: GPL-2.0-or-later
/// \file What an acquire and a release cost, here and in the tree's lockdep.c.
#pragma once

namespace holdfast::selftest {

/// Prints a table; always 0.
int bench();

} // namespace holdfast::selftest
