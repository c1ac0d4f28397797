// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_KBUILD_RECORDED_H
#define HOLDFAST_KBUILD_RECORDED_H

#include "kbuild/Database.h"
#include "kbuild/DatabaseWriter.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

/// \file
/// What `make C=1 CHECK="holdfast kbuild"` leaves in the object folder: a file for each
/// object, OBJ/.holdfast/kbuild/drivers/uio/uio.o.json, with its command. So any number
/// of jobs write at once, each its own, and an object that is made again has its record
/// replaced. A record counts as long as its object is there: `make clean` ends it.
namespace holdfast {

/// Writes the record of \p Entry, for what is built in \p Root (the object folder, or
/// an out-of-tree module's).
llvm::Error recordCommand(const DatabaseEntry &Entry, llvm::StringRef Root);

/// All that is known of the build \p Path: a database if it is a file; if it is a
/// folder, the database in it together with what kbuild recorded there, either of which
/// may be missing. Where both know a file, the newer one counts.
llvm::Expected<Database> loadBuild(llvm::StringRef Path);

} // namespace holdfast

#endif
