// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Series.h"
#include "replay/Process.h"
#include "replay/Tree.h"
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace fs = std::filesystem;

namespace holdfast {

namespace {

/// Mails begin with "From " and an id and a date; their text may hold "From "
/// too, but not followed by 40 digits.
std::vector<std::string> splitMails(const std::string &Text) {
  std::vector<std::string> Mails;
  std::istringstream In(Text);
  for (std::string Line; std::getline(In, Line);) {
    bool Starts = Line.rfind("From ", 0) == 0 && Line.size() > 45 &&
                  Line.find_first_not_of("0123456789abcdef", 5) == 45;
    if (Starts || Mails.empty())
      Mails.emplace_back();
    Mails.back() += Line + "\n";
  }
  return Mails;
}

std::string subjectOf(const std::string &Mail) {
  std::istringstream In(Mail);
  std::string Subject;
  for (std::string Line; std::getline(In, Line) && !Line.empty();) {
    if (Line.rfind("Subject: ", 0) == 0)
      Subject = Line.substr(9);
    else if (!Subject.empty() && (Line[0] == ' ' || Line[0] == '\t'))
      Subject += " " + Line.substr(1);
    else if (!Subject.empty())
      break;
  }
  if (size_t End = Subject.find("] ");
      Subject.rfind("[", 0) == 0 && End != std::string::npos)
    Subject = Subject.substr(End + 2);
  return Subject.empty() ? "(no subject)" : Subject;
}

void must(const std::vector<std::string> &Command, const std::string &Folder,
          const std::string &What) {
  std::string Tail;
  if (!runQuietly(Command, Folder, Tail, 300).ok())
    throw ReplayError{What + ":\n" + Tail};
}

} // namespace

SeriesFolder::SeriesFolder(const std::string &Near) {
  std::string Template = Near + "/holdfast-series-XXXXXX";
  if (!mkdtemp(Template.data()))
    throw ReplayError{"cannot make a folder in " + Near};
  Path = Template;
}

SeriesFolder::~SeriesFolder() {
  std::error_code Error;
  fs::remove_all(Path, Error);
}

const SeriesStage *findStage(const std::vector<SeriesStage> &Stages,
                             const std::string &Label) {
  for (const SeriesStage &S : Stages)
    if (S.Label == Label)
      return &S;
  return nullptr;
}

std::vector<SeriesStage> unpackMbox(const std::string &Mbox, const std::string &Base,
                                    const SeriesFolder &Work) {
  if (!fs::is_directory(Base))
    throw ReplayError{"--base " + Base + " is no folder"};
  std::string Text = readFile(Mbox);
  if (Text.find("\ndiff ") == std::string::npos)
    throw ReplayError{Mbox + " holds no patch"};
  std::vector<SeriesStage> Stages = {{"base", Work.path() + "/0", "0"}};
  fs::copy(Base, Stages[0].Folder, fs::copy_options::recursive);
  for (const std::string &Mail : splitMails(Text)) {
    if (Mail.find("\ndiff ") == std::string::npos)
      continue; // the cover letter
    std::string Number = std::to_string(Stages.size());
    SeriesStage S{subjectOf(Mail), Work.path() + "/" + Number, Number};
    fs::copy(Stages.back().Folder, S.Folder, fs::copy_options::recursive);
    std::string Patch = Work.path() + "/" + Number + ".patch";
    writeFile(Patch, Mail);
    // Outside of any repository, or git would look for the paths in that one.
    must({"env", "GIT_CEILING_DIRECTORIES=" + Work.path(), "git", "apply", Patch},
         S.Folder,
         "patch " + Number + " of " + Mbox + " (" + S.Title + ") does not apply");
    Stages.push_back(S);
  }
  return Stages;
}

std::vector<SeriesStage> unpackMutants(const std::string &Folder, const SeriesStage &Last,
                                       const SeriesFolder &Work) {
  std::vector<SeriesStage> Stages;
  std::vector<fs::path> Patches;
  std::error_code Error;
  for (const fs::directory_entry &E : fs::directory_iterator(Folder, Error))
    if (E.path().extension() == ".patch")
      Patches.push_back(fs::absolute(E.path()));
  if (Patches.empty())
    throw ReplayError{"there is no *.patch in " + Folder};
  std::sort(Patches.begin(), Patches.end());
  for (const fs::path &P : Patches) {
    const std::string Name = P.stem().string();
    SeriesStage S{Name, Work.path() + "/mutant-" + Name, Name, true};
    fs::copy(Last.Folder, S.Folder, fs::copy_options::recursive);
    must({"env", "GIT_CEILING_DIRECTORIES=" + Work.path(), "git", "apply", P.string()},
         S.Folder, P.string() + " does not apply");
    Stages.push_back(S);
  }
  return Stages;
}

std::vector<SeriesStage> unpackGit(const std::string &Repository,
                                   const std::string &Range, const std::string &Folder,
                                   const SeriesFolder &Work) {
  size_t Dots = Range.find("..");
  if (Dots == std::string::npos || Dots == 0)
    throw ReplayError{"--range must be A..B"};
  std::vector<std::string> Lines;
  auto Collect = [&](const std::string &L) { Lines.push_back(L); };
  Ended E = runProcess(
      {"git", "-C", Repository, "log", "--reverse", "--format=%H %s", Range, "--"}, "",
      300, false, Collect);
  std::vector<std::string> Later = std::move(Lines);
  Lines.clear();
  if (E.ok())
    E = runProcess({"git", "-C", Repository, "log", "-1", "--format=%H %s",
                    Range.substr(0, Dots), "--"},
                   "", 300, false, Collect);
  if (!E.ok() || Lines.empty())
    throw ReplayError{"git knows no range " + Range + " in " + Repository};
  Lines.insert(Lines.end(), Later.begin(), Later.end());
  std::vector<SeriesStage> Stages;
  for (const std::string &Line : Lines) {
    std::string Commit = Line.substr(0, Line.find(' '));
    std::string Number = std::to_string(Stages.size());
    SeriesStage S{Line.substr(Line.find(' ') + 1), Work.path() + "/" + Number, Number};
    fs::create_directories(S.Folder);
    std::string Archive = S.Folder + ".tar";
    std::vector<std::string> Export = {"git",
                                       "-C",
                                       Repository,
                                       "archive",
                                       "-o",
                                       Archive,
                                       Folder.empty() ? Commit : Commit + ":" + Folder};
    must(Export, "", "cannot export " + Line);
    must({"tar", "-xf", Archive, "-C", S.Folder}, "", "cannot unpack " + Archive);
    Stages.push_back(S);
  }
  return Stages;
}

} // namespace holdfast
