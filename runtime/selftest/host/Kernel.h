// SPDX-License-Identifier: GPL-2.0-or-later
/// \file A process that kernel objects are linked into.
#pragma once

namespace holdfast::selftest {

using TextHook = void (*)(const char *Text);
/// If set, gets the format of each printk(), which is then not printed (that is
/// cheap), and the text of each WARN().
extern TextHook OnFormat;
/// Otherwise, gets the text (without its level; %p and its kin are as in libc).
extern TextHook OnText;

/// WARNs that the linked kernel code executed.
extern unsigned Warnings;

inline constexpr int ExitBug = 70, ExitStub = 71;

/// From here on a WARN's ud2 is counted and passed over.
void installHandlers();

} // namespace holdfast::selftest
