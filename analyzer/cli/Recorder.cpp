// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/Recorder.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

std::string holdfast::recorderPath() {
  std::string Self = llvm::sys::fs::getMainExecutable(
      nullptr, reinterpret_cast<void *>(&holdfast::recorderPath));
  llvm::SmallString<256> Path = llvm::sys::path::parent_path(Self);
  llvm::sys::path::append(Path, "holdfast-cc");
  return std::string(Path);
}
