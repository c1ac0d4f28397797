// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/Sibling.h"
#include "llvm/Support/Path.h"
#include <algorithm>

using llvm::StringRef;

namespace holdfast {

std::vector<std::string> siblingArgs(llvm::ArrayRef<std::string> Args, StringRef File) {
  constexpr StringRef Basename = "-DKBUILD_BASENAME=";
  std::string Name = llvm::sys::path::stem(File).str();
  std::replace(Name.begin(), Name.end(), '-', '_');
  std::vector<std::string> Out(Args.begin(), Args.end());
  for (std::string &Arg : Out)
    if (StringRef(Arg).starts_with(Basename))
      Arg = (Basename + "\"" + Name + "\"").str();
  return Out;
}

bool isBuildFile(StringRef Path) {
  StringRef Name = llvm::sys::path::filename(Path);
  return Name == "Kbuild" || Name.starts_with("Kconfig") ||
         Name.starts_with("Makefile") || Name.ends_with("_defconfig") ||
         Name.ends_with(".config");
}

} // namespace holdfast
