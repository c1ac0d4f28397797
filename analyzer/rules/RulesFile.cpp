// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/RulesFile.h"
#include "rules/RulesDir.h"
#include "rules/SchemaCheck.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace holdfast {

std::string rulesFile(const std::string &Dir, const std::string &Name) {
  for (const std::string &In : {Dir, defaultRulesDir()}) {
    llvm::SmallString<256> Path(In);
    llvm::sys::path::append(Path, Name);
    if (llvm::sys::fs::exists(Path))
      return std::string(Path);
  }
  return "";
}

llvm::Expected<JsonFile> readSchema(const std::string &Dir, const std::string &Name) {
  std::string Path = rulesFile(Dir, Name);
  if (Path.empty())
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "%s: expected %s beside the rules, found none",
                                   Dir.c_str(), Name.c_str());
  return JsonFile::read(Path);
}

llvm::Expected<JsonFile> readAgainst(const JsonFile &Schema, const std::string &Path) {
  llvm::Expected<JsonFile> File = JsonFile::read(Path);
  if (!File)
    return File.takeError();
  try {
    if (std::optional<Problem> P = checkSchema(Schema.root(), File->root()))
      return File->error(*P);
  } catch (const std::exception &E) {
    return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                   "%s: not a usable JSON Schema: %s",
                                   Schema.path().c_str(), E.what());
  }
  return File;
}

} // namespace holdfast
