// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Static.h"
#include "replay/Build.h"
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace holdfast {

namespace {

std::string objectOf(const std::string &File) {
  return fs::path(File).replace_extension(".o").string();
}

} // namespace

StaticFinding readStaticFinding(const std::string &Report,
                                const std::string &Fingerprint) {
  if (Report.empty())
    throw ReplayError{"--finding needs --report, the file that holds it"};
  Json J = Json::parse(readFile(Report), nullptr, false);
  if (!J.is_object() || !J["findings"].is_array())
    throw ReplayError{Report + " is no JSON report of 'holdfast check'"};
  for (const Json &F : J["findings"]) {
    if (F.value("fingerprint", "").rfind(Fingerprint, 0) != 0)
      continue;
    StaticFinding S{
        F.value("rule", ""), F.value("function", ""), F.value("file", ""), {}};
    std::vector<std::string> Files = {S.File};
    for (const Json &Step : F.value("steps", Json::array()))
      Files.push_back(Step.value("file", ""));
    for (const std::string &File : Files)
      if (fs::path(File).extension() == ".c" &&
          fs::path(File).parent_path() == fs::path(S.File).parent_path() &&
          std::find(S.Objects.begin(), S.Objects.end(), objectOf(File)) ==
              S.Objects.end())
        S.Objects.push_back(objectOf(File));
    if (S.Objects.empty())
      throw ReplayError{"finding " + Fingerprint + " is in no C file of the tree"};
    return S;
  }
  throw ReplayError{Report + " has no finding " + Fingerprint};
}

std::string scenarioFor(const std::string &Runtime, const StaticFinding &F) {
  std::vector<std::string> Names;
  for (const fs::directory_entry &E : fs::directory_iterator(Runtime + "/scenarios"))
    if (E.path().extension() == ".c")
      Names.push_back(E.path().string());
  std::sort(Names.begin(), Names.end());
  for (const std::string &Name : Names) {
    Scenario S = Scenario::read(Name);
    if (std::find(S.Objects.begin(), S.Objects.end(), objectOf(F.File)) !=
        S.Objects.end())
      return fs::path(Name).stem().string();
  }
  return "generic";
}

} // namespace holdfast
