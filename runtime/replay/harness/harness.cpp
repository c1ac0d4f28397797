// SPDX-License-Identifier: GPL-2.0-or-later
//
// The process that a linked image runs in. It knows nothing of trees and
// compilers; it plays what it is told and says each thing as one JSON line:
//
//   {"event":"image",...}    what it is, and the plays to come
//   {"event":"play",...}     a play begins
//   {"event":"finding",...}  something is wrong; after the last tally, over several plays
//   {"event":"tally",...}    a play has ended: how much was done
//   {"event":"error",...}    it was started wrongly (exit code 2)
//   {"event":"end"}          all plays have; without it the process died
#include "shim/host/Machine.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

using namespace holdfast;
using Json = nlohmann::json;

namespace {

struct Settings {
  std::string Image, Strategy = "exhaustive", Trace;
  std::vector<std::string> Plays;
  unsigned Bound = 2, Depth = 3;
  uint64_t Seed = 1;
  MachineOptions Machine;
  Machine::Limits Limits;
};

void say(const Json &Line) {
  std::string Text = Line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  std::fwrite(Text.data(), 1, Text.size(), stdout);
  std::fflush(stdout);
}

Json toJson(const std::string &Play, const Finding &F) {
  return {{"event", "finding"},     {"play", Play},
          {"kind", F.Kind},         {"rule", F.Rule},
          {"title", F.Title},       {"text", F.Text},
          {"file", F.File},         {"line", F.Line},
          {"function", F.Function}, {"task", F.Task},
          {"stack", F.Stack},       {"held", F.Held},
          {"later", F.Later},       {"fatal", F.Fatal},
          {"trace", F.Trace},       {"incomplete", F.Incomplete},
          {"steps", F.Steps},       {"plays", F.Plays}};
}

Json toJson(const std::string &Play, const Tally &T) {
  Json Measured = Json::object();
  for (const auto &[Name, Values] : T.Measured)
    for (const auto &[Index, Value] : Values)
      Measured[Name].push_back({Index, Value});
  return {{"event", "tally"},     {"play", Play},         {"executions", T.Executions},
          {"pruned", T.Pruned},   {"points", T.Points},   {"complete", T.Complete},
          {"seconds", T.Seconds}, {"checked", T.Checked}, {"measured", Measured},
          {"classes", T.Classes}, {"edges", T.Edges}};
}

std::unique_ptr<Strategy> makeStrategy(const Settings &S, bool Concurrent,
                                       std::string &Error) {
  if (!S.Trace.empty()) {
    std::optional<Trace> T = Trace::parse(S.Trace, Error);
    return T ? std::make_unique<Replay>(*T) : nullptr;
  }
  if (!Concurrent) // one order only
    return std::make_unique<Random>(0, 1);
  if (S.Strategy == "random")
    return std::make_unique<Random>(S.Seed, S.Limits.Executions);
  if (S.Strategy == "pct")
    return std::make_unique<Pct>(S.Depth, S.Seed, 500, S.Limits.Executions);
  Exhaustive::Options O;
  O.Bound = S.Bound;
  O.Iterative = true;
  return std::make_unique<Exhaustive>(O);
}

/// What the caller got wrong.
int refuse(const std::string &Text) {
  say({{"event", "error"}, {"text", Text}});
  return 2;
}

int play(Machine &M, const Settings &S, const hf_scenario &P, bool &Stop) {
  std::string Error;
  std::unique_ptr<Strategy> How = makeStrategy(S, P.flags & HF_CONCURRENT, Error);
  if (!How)
    return refuse("bad trace: " + Error + "; give it as a finding printed it");
  say({{"event", "play"}, {"play", P.name}, {"about", P.about}});
  M.LastWords = [&](const Finding &F) { say(toJson(P.name, F)); };
  bool Found = false;
  Tally T = M.explore(P, *How, S.Limits, [&](const Finding &F) {
    Found = Found || !F.Incomplete;
    say(toJson(P.name, F));
  });
  say(toJson(P.name, T));
  Stop = S.Limits.StopOnFinding && Found;
  return 0;
}

/// Those that S names, or all; an empty list, and Error names what is not there.
std::vector<const hf_scenario *> choose(const hf_image &I, const Settings &S,
                                        std::string &Error) {
  std::vector<const hf_scenario *> Chosen;
  std::string All;
  for (unsigned N = 0; N < *I.n_scenarios; ++N) {
    const char *Name = I.scenarios[N].name;
    All += std::string(" ") + Name;
    if (S.Plays.empty() ||
        std::find(S.Plays.begin(), S.Plays.end(), Name) != S.Plays.end())
      Chosen.push_back(&I.scenarios[N]);
  }
  for (const std::string &Name : S.Plays)
    if (std::none_of(Chosen.begin(), Chosen.end(),
                     [&](const hf_scenario *P) { return P->name == Name; })) {
      Error = "the scenario has no play " + Name + "; it has:" + All;
      return {};
    }
  if (Chosen.empty())
    Error = "the scenario has no play";
  return Chosen;
}

int run(const Settings &S) {
  Image Kernel;
  std::string Error;
  if (!Kernel.load(S.Image, Error))
    return refuse(Error);
  const hf_image &I = Kernel.entry();
  const std::vector<const hf_scenario *> Plays = choose(I, S, Error);
  if (Plays.empty())
    return refuse(Error);
  Json Names = Json::array();
  for (const hf_scenario *P : Plays)
    Names.push_back(P->name);
  say({{"event", "image"},
       {"release", I.release_name},
       {"code", I.release},
       {"plays", Names}});
  installTraps();
  watchForHangs(S.Machine.HangSeconds);
  Machine M(Kernel, S.Machine);
  bool Stop = false;
  for (const hf_scenario *P : Plays) {
    if (int Code = play(M, S, *P, Stop))
      return Code;
    if (Stop)
      break;
  }
  if (!Stop)
    M.playAsOneBoot([](const Finding &F) { say(toJson(F.Plays.back(), F)); });
  say({{"event", "end"}});
  return 0;
}

} // namespace

int main(int Argc, char **Argv) {
  Settings S;
  CLI::App App("Plays a linked image; holdfast replay starts it.", "holdfast-harness");
  App.add_option("image", S.Image)->required();
  App.add_option("--play", S.Plays);
  App.add_option("--strategy", S.Strategy);
  App.add_option("--bound", S.Bound);
  App.add_option("--depth", S.Depth);
  App.add_option("--seed", S.Seed);
  App.add_option("--executions", S.Limits.Executions);
  App.add_option("--trace", S.Trace);
  App.add_option("--step-limit", S.Machine.StepLimit);
  App.add_option("--hang-seconds", S.Machine.HangSeconds);
  App.add_flag("--memory-points", S.Machine.MemoryPoints);
  App.add_flag("--describe", S.Machine.Describe);
  App.add_flag("--stop-on-finding", S.Limits.StopOnFinding);
  CLI11_PARSE(App, Argc, Argv);
  return run(S);
}
