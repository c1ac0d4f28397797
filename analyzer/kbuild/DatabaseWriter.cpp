// SPDX-License-Identifier: GPL-2.0-or-later
#include "kbuild/DatabaseWriter.h"
#include "kbuild/Paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include <nlohmann/json.hpp>
#include <tuple>

using llvm::StringRef;
namespace fs = llvm::sys::fs;

namespace holdfast {

/// Ours say that they were recorded in a folder of ours.
static bool isOurs(StringRef Text) {
  return Text.take_front(65536).contains("/.holdfast/");
}

static llvm::Expected<std::string> keepForeign(StringRef Path) {
  if (!fs::exists(Path) || isOurs(readText(Path)))
    return "";
  std::string Kept = (Path + ".orig").str();
  for (unsigned N = 1; fs::exists(Kept); ++N)
    Kept = (Path + ".orig." + llvm::Twine(N)).str();
  if (std::error_code Code = fs::rename(Path, Kept))
    return fileError("cannot rename", Path, Code);
  return Kept;
}

std::string entryText(const DatabaseEntry &Entry) {
  nlohmann::ordered_json Object;
  Object["directory"] = Entry.Directory;
  Object["file"] = Entry.File;
  Object["output"] = Entry.Output;
  Object["arguments"] = Entry.Args;
  // A path need not be UTF-8; a database must.
  return Object.dump(-1, ' ', /*ensure_ascii=*/false,
                     nlohmann::json::error_handler_t::replace);
}

llvm::Expected<std::string> writeDatabase(std::vector<DatabaseEntry> Entries,
                                          StringRef Path) {
  llvm::sort(Entries, [](const DatabaseEntry &A, const DatabaseEntry &B) {
    return std::tie(A.File, A.Output) < std::tie(B.File, B.Output);
  });
  std::string Text = "[";
  StringRef Separator = "\n";
  for (const DatabaseEntry &Entry : Entries) {
    Text += Separator;
    Text += entryText(Entry);
    Separator = ",\n";
  }
  Text += "\n]\n";
  llvm::Expected<std::string> Kept = keepForeign(Path);
  if (!Kept)
    return Kept.takeError();
  if (llvm::Error E = writeAtomically(Path, Text))
    return std::move(E);
  return Kept;
}

} // namespace holdfast
