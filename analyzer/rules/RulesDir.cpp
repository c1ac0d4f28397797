// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/RulesDir.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cstdlib>

#ifndef HOLDFAST_SOURCE_RULES
#define HOLDFAST_SOURCE_RULES "rules"
#endif

namespace holdfast {

std::string defaultRulesDir() {
  if (const char *Dir = std::getenv("HOLDFAST_RULES"); Dir && *Dir)
    return Dir;
  std::string Self = llvm::sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(&defaultRulesDir));
  llvm::StringRef Bin = llvm::sys::path::parent_path(Self);
  for (const char *Near : {"../share/holdfast/rules", "../../rules"}) {
    llvm::SmallString<256> Dir(Bin);
    llvm::sys::path::append(Dir, Near);
    llvm::sys::path::remove_dots(Dir, /*remove_dot_dot=*/true);
    if (llvm::sys::fs::is_directory(Dir + "/kernel"))
      return std::string(Dir);
  }
  return HOLDFAST_SOURCE_RULES;
}

} // namespace holdfast
