// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Replay.h"
#include "replay/Process.h"
#include "replay/Series.h"
#include "replay/Static.h"
#include <algorithm>
#include <cstdio>
#include <filesystem>

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
  Scenario scenario() const;
  Tree openTree(const std::string &Path, const Scenario &How) const;
  Stage play(Tree &T, const std::string &Name, const ImageRequest &R,
             bool StopOnFinding) const;
  std::vector<Stage> playTrees() const;
  std::vector<Stage> playSeries();
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

Scenario Session::scenario() const {
  std::string Named = O.Runtime + "/scenarios/" + O.Scenario + ".c";
  if (O.Scenario.find('/') == std::string::npos && fs::exists(Named))
    return Scenario::read(Named);
  if (O.Scenario.empty())
    for (const std::string &Near : {O.Base + "/scenario.c", O.Base + "/../scenario.c"})
      if (!O.Base.empty() && fs::exists(Near))
        return Scenario::read(Near);
  if (O.Scenario.empty())
    throw ReplayError{"say what to drive: --scenario NAME or FILE.c"};
  return Scenario::read(O.Scenario);
}

Tree Session::openTree(const std::string &Path, const Scenario &How) const {
  std::vector<std::string> Fragments = {readFile(O.Corpus + "/config/replay.config")};
  if (Fragments[0].empty())
    throw ReplayError{"cannot read " + O.Corpus + "/config/replay.config"};
  for (const std::string &Line : How.Config)
    Fragments.push_back(Line);
  return Tree(Path, O.Build, Fragments, [this](const std::string &T) { say(T); });
}

Stage Session::play(Tree &T, const std::string &Name, const ImageRequest &R,
                    bool StopOnFinding) const {
  Stage S;
  S.Name = Name;
  BuiltImage Image = buildImage(T, O.Runtime, R, O.Jobs);
  S.Missing = Image.Missing;
  say("playing " + Name);
  RunOptions How = O.Run;
  How.StopOnFinding = StopOnFinding;
  How.MemoryPoints = R.MemoryPoints;
  S.Result = runImage(Image.Path, How);
  return S;
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
    try {
      Stages.push_back(play(T, "Linux " + T.release(), R, O.Run.StopOnFinding));
    } catch (const ReplayError &E) {
      if (Trees.size() == 1)
        throw;
      Stages.push_back({"Linux " + T.release(), {}, {}, E.Text});
    }
  }
  return Stages;
}

/// A stage that does not build is a row too: later ones may.
std::vector<Stage> Session::playSeries() {
  Scenario How = scenario();
  Tree T = openTree(O.Trees[0], How);
  SeriesFolder Work(T.build());
  std::vector<SeriesStage> Sources = O.Git.empty()
                                         ? unpackMbox(O.Series, O.Base, Work)
                                         : unpackGit(O.Git, O.Range, O.Base, Work);
  std::vector<Stage> Stages = playSources(T, How, Sources, O.Run.StopOnFinding);
  if (!O.Mutants.empty())
    Mutants = playSources(T, How, unpackMutants(O.Mutants, Sources.back(), Work), true);
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
    try {
      Stages.push_back(play(T, Source.Title, R, StopOnFinding));
      // A mutant that lock operations alone do not show is looked at more closely.
      if (StopOnFinding && !R.MemoryPoints && Stages.back().Result.realFindings() == 0) {
        R.MemoryPoints = true;
        Stages.back() = play(T, Source.Title, R, StopOnFinding);
      }
    } catch (const ReplayError &E) {
      Stages.push_back({Source.Title, {}, {}, E.Text});
      Stages.back().Result.Incomplete = true;
    }
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
    Text = stageTable(Stages) + (Mutants.empty() ? "" : "\n" + mutantTable(Mutants));
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
  checkOutput();
  if (!O.Finding.empty())
    useFinding();
  std::vector<Stage> Stages = Series ? playSeries() : playTrees();
  write(Stages);
  for (const Stage &S : Stages)
    if (!Series && !S.Error.empty())
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
