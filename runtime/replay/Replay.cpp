// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Replay.h"
#include "replay/Process.h"
#include "replay/Series.h"
#include "replay/Static.h"
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

namespace fs = std::filesystem;

namespace holdfast {

namespace {

class Session {
public:
  explicit Session(ReplayOptions Options) : O(std::move(Options)) {}
  int run();

private:
  void say(const std::string &Text) const {
    if (!O.Quiet)
      std::fprintf(stderr, "holdfast: %s\n", Text.c_str());
  }
  void useFinding();
  std::string scenarioNames() const;
  Scenario scenario() const;
  Tree openTree(const std::string &Path, const Scenario &How) const;
  void play(Tree &T, Stage &S, const ImageRequest &R, bool StopOnFinding) const;
  std::vector<Stage> playTrees() const;
  std::vector<Stage> playSeries();
  std::vector<SeriesStage> unpack(const SeriesFolder &Work) const;
  std::vector<Stage> playSources(Tree &T, const Scenario &How,
                                 const std::vector<SeriesStage> &Sources,
                                 bool StopOnFinding) const;
  void write(const std::vector<Stage> &Stages) const;
  void checkOutput() const;

  ReplayOptions O;
  std::vector<Stage> Mutants;
};

/// Turns a finding of the analyzer's report into an object and a scenario.
void Session::useFinding() {
  StaticFinding F = readStaticFinding(O.Report, O.Finding);
  say("finding " + O.Finding + ": " + F.Rule + " in " + F.Function + "(), " + F.File);
  if (O.Scenario.empty())
    O.Scenario = scenarioFor(O.Runtime, F);
  if (O.Objects.empty() &&
      Scenario::read(O.Runtime + "/scenarios/" + O.Scenario + ".c").Objects.empty())
    O.Objects = F.Objects;
}

/// The scenarios that come with Holdfast; what has a header is a part of others.
std::string Session::scenarioNames() const {
  std::set<std::string> Names;
  std::error_code Error;
  for (const fs::directory_entry &E :
       fs::directory_iterator(O.Runtime + "/scenarios", Error))
    if (fs::path P = E.path();
        P.extension() == ".c" && !fs::exists(P.replace_extension(".h")))
      Names.insert(P.stem().string());
  std::string Text;
  for (const std::string &Name : Names)
    Text += (Text.empty() ? "" : ", ") + Name;
  return Text;
}

Scenario Session::scenario() const {
  std::string Named = O.Runtime + "/scenarios/" + O.Scenario + ".c";
  if (O.Scenario.find('/') == std::string::npos && fs::exists(Named))
    return Scenario::read(Named);
  if (O.Scenario.empty())
    for (const std::string &Near : {O.Base + "/scenario.c", O.Base + "/../scenario.c"})
      if (!O.Base.empty() && fs::exists(Near))
        return Scenario::read(Near);
  if (O.Scenario.empty())
    throw ReplayError{"say what to drive: --scenario FILE.c, or one of " +
                      scenarioNames()};
  if (!fs::exists(O.Scenario))
    throw ReplayError{"there is no scenario " + O.Scenario +
                      "; give a C file, or one of " + scenarioNames()};
  return Scenario::read(O.Scenario);
}

Tree Session::openTree(const std::string &Path, const Scenario &How) const {
  std::vector<std::string> Fragments = {readFile(O.Corpus + "/config/replay.config")};
  if (Fragments[0].empty())
    throw ReplayError{"cannot read " + O.Corpus + "/config/replay.config"};
  Fragments.insert(Fragments.end(), How.Config.begin(), How.Config.end());
  Fragments.insert(Fragments.end(), O.Config.begin(), O.Config.end());
  return Tree(Path, O.Build, Fragments, [this](const std::string &T) { say(T); });
}

void Session::play(Tree &T, Stage &S, const ImageRequest &R, bool StopOnFinding) const {
  BuiltImage Image = buildImage(T, O.Runtime, R, O.Jobs);
  S.Missing = Image.Missing;
  S.MemoryPoints = R.MemoryPoints;
  say("playing " + S.Name);
  RunOptions How = O.Run;
  How.StopOnFinding = StopOnFinding;
  How.MemoryPoints = R.MemoryPoints;
  S.Result = runImage(Image.Path, How);
}

/// All trees are looked at before the first is played; one that does not build
/// does not take the others' results along.
std::vector<Stage> Session::playTrees() const {
  std::vector<Stage> Stages;
  std::vector<Tree> Trees;
  Scenario How = scenario();
  for (const std::string &Path : O.Trees)
    Trees.push_back(openTree(Path, How));
  for (Tree &T : Trees) {
    ImageRequest R{How,     O.Sources, O.CFlags,          O.Objects,
                   O.Zeros, O.Nulls,   O.Run.MemoryPoints};
    Stage S;
    S.Name = "Linux " + T.release();
    S.Tree = T.source();
    try {
      play(T, S, R, O.Run.StopOnFinding);
    } catch (const ReplayError &E) {
      if (Trees.size() == 1)
        throw;
      S.Error = E.Text;
    }
    Stages.push_back(std::move(S));
  }
  return Stages;
}

std::vector<SeriesStage> Session::unpack(const SeriesFolder &Work) const {
  return O.Git.empty() ? unpackMbox(O.Series, O.Base, Work)
                       : unpackGit(O.Git, O.Range, O.Base, Work);
}

/// A stage that does not build is a row too: later ones may.
std::vector<Stage> Session::playSeries() {
  Scenario How = scenario();
  Tree T = openTree(O.Trees[0], How);
  SeriesFolder Work(T.build());
  std::vector<SeriesStage> Sources = unpack(Work), Changed;
  if (!O.Mutants.empty())
    Changed = unpackMutants(O.Mutants, Sources.back(), Work);
  if (!O.Only.empty()) {
    const SeriesStage *One = findStage(Sources, O.Only);
    if (!One)
      One = findStage(Changed, O.Only);
    if (!One)
      throw ReplayError{"there is no stage " + O.Only + ": give its number, 0 to " +
                        std::to_string(Sources.size() - 1) +
                        ", or with --mutants the name of a patch without .patch"};
    return playSources(T, How, {*One}, O.Run.StopOnFinding);
  }
  std::vector<Stage> Stages = playSources(T, How, Sources, O.Run.StopOnFinding);
  Mutants = playSources(T, How, Changed, true);
  return Stages;
}

std::vector<Stage> Session::playSources(Tree &T, const Scenario &How,
                                        const std::vector<SeriesStage> &Sources,
                                        bool StopOnFinding) const {
  std::vector<Stage> Stages;
  for (const SeriesStage &Source : Sources) {
    ImageRequest R{How, {}, O.CFlags, O.Objects, O.Zeros, O.Nulls, O.Run.MemoryPoints};
    R.Options.push_back("-I" + Source.Folder);
    for (const fs::directory_entry &E : fs::recursive_directory_iterator(Source.Folder))
      if (E.path().extension() == ".c" && E.path().filename() != "scenario.c")
        R.Sources.push_back(E.path().string());
    std::sort(R.Sources.begin(), R.Sources.end());
    Stage S;
    S.Name = Source.Title;
    S.Tree = T.source();
    S.Label = Source.Label;
    S.Mutant = Source.Mutant;
    try {
      play(T, S, R, StopOnFinding);
      // A mutant that lock operations alone do not show is looked at more closely.
      if (StopOnFinding && !R.MemoryPoints && S.Result.realFindings() == 0) {
        R.MemoryPoints = true;
        play(T, S, R, StopOnFinding);
      }
    } catch (const ReplayError &E) {
      S.Error = E.Text;
      S.Result.Incomplete = true;
    }
    Stages.push_back(std::move(S));
  }
  return Stages;
}

void Session::write(const std::vector<Stage> &Stages) const {
  bool Many = Stages.size() > 1 || O.Table;
  std::string Text;
  if (O.Format == "json")
    Text = jsonReport(O, Stages, Mutants)
               .dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
           "\n";
  else if (Many)
    Text =
        stageTable(O, Stages) + (Mutants.empty() ? "" : "\n" + mutantTable(O, Mutants));
  else
    Text = textReport(O, Stages[0]);
  bool Plot = fs::path(O.Output).extension() == ".svg";
  if (O.Output.empty() || Plot)
    std::fwrite(Text.data(), 1, Text.size(), stdout);
  if (O.Output.empty())
    return;
  try {
    writeFile(O.Output, Plot ? faultPlot(Stages) : Text);
  } catch (const ReplayError &) { // a run's result is not lost with its file
    if (!Plot)
      std::fwrite(Text.data(), 1, Text.size(), stdout);
    throw;
  }
}

/// Before minutes are spent on what cannot be written.
void Session::checkOutput() const {
  if (O.Output.empty())
    return;
  const fs::path Folder = fs::absolute(O.Output).parent_path();
  if (!fs::is_directory(Folder))
    throw ReplayError{"cannot write " + O.Output + ": there is no folder " +
                      Folder.string() + "; make it, or give another --output"};
}

int Session::run() {
  if (O.Trees.empty())
    throw ReplayError{"say which kernel: --tree SRC, the folder of its sources"};
  bool Series = !O.Series.empty() || !O.Git.empty();
  if ((Series || !O.Build.empty()) && O.Trees.size() > 1)
    throw ReplayError{"one --tree only, with --series, --git or --build"};
  if (!Series && !O.Only.empty())
    throw ReplayError{"--stage names one of a series: give --series or --git too"};
  if (!O.Config.empty() && !O.Build.empty())
    throw ReplayError{"--config adds to a folder that Holdfast configures: leave --build "
                      "out, or configure that folder yourself"};
  checkOutput();
  if (!O.Finding.empty())
    useFinding();
  std::vector<Stage> Stages = Series ? playSeries() : playTrees();
  write(Stages);
  for (const Stage &S : Stages)
    if ((!Series || !O.Only.empty()) && !S.Error.empty())
      throw ReplayError{S.Error};
  int Code = 0;
  for (const Stage &S : Stages)
    Code =
        S.Result.exitCode() == 1 || Code == 1 ? 1 : std::max(Code, S.Result.exitCode());
  if (!Mutants.empty()) // what counts is the last stage, and that no mutant lives
    Code = Stages.back().Result.exitCode();
  for (const Stage &S : Mutants)
    if (S.Result.realFindings() == 0)
      Code = Code ? Code : 1;
  return Code;
}

} // namespace

int runReplay(const ReplayOptions &O) {
  try {
    return Session(O).run();
  } catch (const ReplayError &E) {
    std::fprintf(stderr, "holdfast: error: %s\n", E.Text.c_str());
  } catch (const std::exception &E) {
    std::fprintf(stderr, "holdfast: error: %s\n", E.what());
  }
  return 2;
}

} // namespace holdfast
