// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_HEADERS_H
#define HOLDFAST_KBUILD_HEADERS_H

#include "kbuild/Shadow.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

/// \file
/// A kernel of which only that is at hand which modules are built with: a package of
/// headers (Debian's linux-headers, Fedora's kernel-devel: what
/// /lib/modules/VERSION/build leads to), or an object folder after `make
/// modules_prepare`.
///
/// All is in there that kbuild needs for `M=`: its makefiles, its configured
/// headers, and its tools, compiled for this machine. kbuild runs in the headers and
/// writes only below M=, which is the module's mirror (ModuleMirror.h) in a folder of
/// our own. So the headers may be read-only, and the module's folder stays as it is.
namespace holdfast {

/// The release of the headers in \p Folder, "6.1.192"; "" if it cannot be told.
std::string releaseOfHeaders(llvm::StringRef Folder);

/// The same for an object folder or sources as well.
std::string releaseOfBuild(llvm::StringRef Folder);

/// Checks Options.Headers, and that the tools are there. Errors say what is missing
/// and which package has it.
llvm::Expected<ShadowPaths> locateHeaders(const CompdbOptions &Options);

/// Empties the work folder of what an earlier run recorded, and puts in what the
/// recorder needs.
llvm::Error prepareWork(const ShadowPaths &Paths, const CompdbOptions &Options);

} // namespace holdfast

#endif
