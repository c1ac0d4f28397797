// SPDX-License-Identifier: GPL-2.0-or-later
#include "rules/CheckList.h"
#include "rules/RulesFile.h"
#include "llvm/Support/MemoryBuffer.h"
#include <algorithm>

namespace holdfast {

/// The Markdown of a page, without the comment that states its licence.
static std::string readPage(const std::string &Dir, const std::string &Id) {
  std::string Path = rulesFile(Dir, "docs/" + Id + ".md");
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (Path.empty() || !Buffer)
    return "";
  llvm::StringRef Text = (*Buffer)->getBuffer();
  if (Text.starts_with("<!--"))
    Text = Text.split("-->").second.ltrim();
  return Text.str();
}

static CheckInfo readCheck(const nlohmann::json &Row, const std::string &Dir) {
  CheckInfo C;
  C.Id = Row.at("id");
  for (Level L : {Level::Note, Level::Warning, Level::Error})
    if (Row.at("level") == name(L))
      C.Severity = L;
  for (Confidence S : {Confidence::Possible, Confidence::Likely, Confidence::Certain})
    if (Row.at("confidence") == name(S))
      C.Most = S;
  C.Help = Row.at("help");
  C.HelpUri = Row.at("help_uri");
  C.Page = readPage(Dir, C.Id);
  return C;
}

llvm::Expected<std::vector<CheckInfo>> loadChecks(const std::string &Dir) {
  llvm::Expected<JsonFile> Schema = readSchema(Dir, "checks.schema.json");
  if (!Schema)
    return Schema.takeError();
  std::string Path = rulesFile(Dir, "checks.json");
  if (Path.empty())
    return llvm::createStringError(
        llvm::inconvertibleErrorCode(),
        "%s: expected checks.json beside the rules, found none", Dir.c_str());
  llvm::Expected<JsonFile> File = readAgainst(*Schema, Path);
  if (!File)
    return File.takeError();
  std::vector<CheckInfo> Checks;
  for (const nlohmann::json &Row : File->root().at("checks")) {
    CheckInfo C = readCheck(Row, Dir);
    if (findCheck(Checks, C.Id))
      return File->error({join(join("/checks", Checks.size()), "id"), "each id once",
                          "'" + C.Id + "' again"});
    Checks.push_back(std::move(C));
  }
  std::sort(Checks.begin(), Checks.end(),
            [](const auto &A, const auto &B) { return A.Id < B.Id; });
  return Checks;
}

const CheckInfo *findCheck(const std::vector<CheckInfo> &Checks, const std::string &Id) {
  for (const CheckInfo &C : Checks)
    if (C.Id == Id)
      return &C;
  return nullptr;
}

} // namespace holdfast
