// SPDX-License-Identifier: GPL-2.0-or-later
/// \file The engine behind kernel/engine.c.
#pragma once

namespace holdfast::selftest {

/// Print each report of the engine to stderr.
extern bool Verbose;
/// Tell the tree of no report: what an engine would score that does nothing.
extern bool Silent;

} // namespace holdfast::selftest
