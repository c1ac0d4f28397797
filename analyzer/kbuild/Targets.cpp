// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/Targets.h"
#include "kbuild/Paths.h"
#include "kbuild/Shadow.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using llvm::StringRef;
namespace fs = llvm::sys::fs;

namespace holdfast {

/// One target; "" for everything.
static llvm::Expected<std::string> normalizeTarget(StringRef Target,
                                                   StringRef Top) {
  std::string Full = absolute(Target, Top);
  // An absolute path may reach the tree by links.
  if (!isBelow(Full, Top) && fs::exists(Full))
    Full = realPath(Full);
  if (Full == Top)
    return "";
  if (isBelow(Full, Top)) {
    std::string Path = Full.substr(Top.size() + 1);
    if (fs::is_directory(Full))
      return Path + "/";
    StringRef Stem = Path;
    bool IsObject = Stem.consume_back(".o") || Stem.consume_back(".c");
    std::string Base = (Top + "/" + Stem).str();
    if (IsObject && fs::is_directory(llvm::sys::path::parent_path(Full)) &&
        (fs::exists(Base + ".c") || fs::exists(Base + ".S") ||
         StringRef(Path).ends_with(".o")))
      return (Stem + ".o").str();
  }
  return usageError("unknown target " + Target + ": " + Top +
                        " has no such folder or source",
                    "name folders (drivers/vfio) or objects "
                    "(drivers/vfio/vfio_main.o) relative to it");
}

llvm::Expected<std::vector<std::string>>
normalizeTargets(llvm::ArrayRef<std::string> Targets, StringRef Top) {
  std::vector<std::string> Result;
  for (const std::string &Target : Targets) {
    llvm::Expected<std::string> Name = normalizeTarget(Target, Top);
    if (!Name)
      return Name.takeError();
    if (Name->empty())
      return std::vector<std::string>();
    Result.push_back(*Name);
  }
  llvm::sort(Result);
  Result.erase(llvm::unique(Result), Result.end());
  return Result;
}

TargetSet::TargetSet(llvm::ArrayRef<std::string> Targets, StringRef Folder)
    : IsEverything(Targets.empty()) {
  for (StringRef Target : Targets) {
    if (Target.ends_with("/")) {
      Folders.push_back(Target.str());
      continue;
    }
    Objects.push_back(Target.str());
    std::string Parts =
        readText((Folder + "/" + Target.drop_back(2) + ".mod").str());
    llvm::SmallVector<StringRef, 8> Lines;
    StringRef(Parts).split(Lines, '\n', -1, /*KeepEmpty=*/false);
    for (StringRef Part : Lines) {
      Part.consume_front(Folder) && Part.consume_front("/");
      Objects.push_back(Part.str());
    }
  }
}

bool TargetSet::contains(StringRef Output) const {
  return IsEverything || llvm::is_contained(Objects, Output) ||
         llvm::any_of(Folders, [&](const std::string &Folder) {
           return Output.starts_with(Folder);
         });
}

} // namespace holdfast
