// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_CHECKCALL_H
#define HOLDFAST_KBUILD_CHECKCALL_H

#include "kbuild/DatabaseWriter.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

/// \file
/// The arguments with which kbuild runs a checker in place of sparse,
///
///   $(CHECK) $(CHECKFLAGS) $(c_flags) file.c
///
/// of which CHECK may have options of smatch in it and CHECKFLAGS those of sparse, of
/// the architecture and whatever CF= says. None of that has a say in how the file is
/// compiled: what has, c_flags, begins with `-Wp,-MMD,DEPFILE` in every kernel.
namespace holdfast {

/// The command that compiles the file of \p Args (without the checker), run in
/// \p Directory by \p Compiler, as a compile database has it: the same as kbuild's own
/// record of the object. Nothing if no object of the kernel is made of it: there is no
/// C file, or it is a part of the vDSO, of the boot code, of a program of the host.
std::optional<DatabaseEntry> commandOfCheck(llvm::ArrayRef<std::string> Args,
                                            llvm::StringRef Directory,
                                            llvm::StringRef Compiler);

} // namespace holdfast

#endif
