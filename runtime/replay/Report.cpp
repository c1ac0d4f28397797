// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Process.h"
#include "replay/Replay.h"
#include <sstream>

using Json = nlohmann::json;

namespace holdfast {

namespace {

const char *Rule = "------------------------------------------------------";

void option(std::ostream &Out, const char *Name, const std::string &Value) {
  if (!Value.empty())
    Out << " " << Name << " " << quoted(Value);
}

} // namespace

std::string commandFor(const ReplayOptions &O, const Stage &S, const Json &F) {
  std::ostringstream C;
  C << "holdfast replay";
  option(C, "--tree", S.Tree);
  option(C, "--build", O.Build);
  option(C, "--scenario", O.Scenario);
  option(C, "--series", O.Series);
  option(C, "--git", O.Git);
  option(C, "--range", O.Range);
  option(C, "--base", O.Base);
  option(C, "--mutants", S.Mutant ? O.Mutants : "");
  option(C, "--stage", S.Label);
  for (const std::string &X : O.Config)
    option(C, "--config", X);
  for (const std::string &X : O.Objects)
    C << " --object " << quoted(X);
  for (const std::string &X : O.Sources)
    C << " --source " << quoted(X);
  for (const std::string &X : O.CFlags)
    C << " --cflag=" << quoted(X);
  for (const std::string &X : O.Zeros)
    C << " --zero " << quoted(X);
  for (const std::string &X : O.Nulls)
    C << " --null " << quoted(X);
  if (S.MemoryPoints)
    C << " --points memory";
  if (O.Run.StepLimit != RunOptions().StepLimit)
    C << " --step-limit " << O.Run.StepLimit;
  if (F["plays"].empty())
    option(C, "--play", F["play"]);
  for (const Json &Play : F["plays"])
    option(C, "--play", Play);
  option(C, "--trace", F["trace"]);
  return C.str();
}

namespace {

void indented(std::ostream &Out, const std::string &Text) {
  std::istringstream In(Text);
  for (std::string Line; std::getline(In, Line);)
    Out << "  " << Line << "\n";
}

void finding(std::ostream &Out, const ReplayOptions &O, const Stage &S, const Json &F) {
  const std::string Title = F["title"], Kind = F["kind"], Text = F["text"];
  Out << "\n" << Rule << "\n";
  if (F["incomplete"].get<bool>())
    Out << "INCOMPLETE: ";
  else if (Kind == "property" || Kind == "contract")
    Out << "WARNING: ";
  Out << Title;
  const std::string Name = F["rule"];
  Out << " [" << (Name.empty() ? Kind : Name) << "]\n";
  if (F["later"].get<bool>())
    Out << "note: this is a contract of later releases; Linux " << S.Result.Release
        << " itself asserts nothing here\n";
  if (!F["plays"].empty())
    Out << "note: no execution shows this alone; together they do, as within one boot\n";
  if (!Text.empty()) {
    Out << Rule << "\n" << Text;
  } else {
    const Json &Held = F["held"];
    Out << Rule << "\n"
        << F["task"].get<std::string>() << (Held.empty() ? " holds no lock" : " holds:")
        << "\n";
    for (size_t I = 0; I < Held.size(); ++I)
      Out << " #" << I << ": " << Held[I].get<std::string>() << "\n";
    if (!F["stack"].empty())
      Out << "\nstack backtrace:\n";
    for (const Json &Line : F["stack"])
      Out << " " << Line.get<std::string>() << "\n";
  }
  if (const std::string Steps = F["steps"]; !Steps.empty()) {
    Out << "\nthe interleaving that leads here (! is a preemption):\n";
    indented(Out, Steps);
  }
  Out << "\nplay it again:\n  " << commandFor(O, S, F) << "\n";
}

std::string pad(const std::string &Text, size_t Width) {
  return Text.size() < Width ? Text + std::string(Width - Text.size(), ' ') : Text;
}

size_t findingsOf(const RunResult &R, const Json &Play) {
  size_t N = 0;
  for (const Json &F : R.Findings)
    N += F["play"] == Play["play"];
  return N;
}

} // namespace

std::string textReport(const ReplayOptions &O, const Stage &S) {
  std::ostringstream Out;
  const RunResult &R = S.Result;
  if (S.Label.empty())
    Out << S.Name << ", scenario " << O.Scenario << "\n";
  else
    Out << "Linux " << R.Release << ", stage " << S.Label
        << (S.Label == S.Name ? "" : ": " + S.Name) << "\n";
  for (const Json &F : R.Findings)
    finding(Out, O, S, F);
  Out << "\n";
  for (const Json &P : R.Plays) {
    uint64_t Executions = P["executions"];
    Out << pad(P["play"], 24) << pad(std::to_string(findingsOf(R, P)) + " new", 8)
        << Executions << (Executions == 1 ? " execution" : " executions");
    if (!P["complete"].get<bool>())
      Out << ", not all";
    if (double Seconds = P["seconds"]; Executions > 100 && Seconds > 0)
      Out << ", " << static_cast<uint64_t>(static_cast<double>(Executions) / Seconds)
          << "/s";
    Out << "\n";
  }
  uint64_t Executions = 0, Checks = 0;
  for (const Json &P : R.Plays) {
    Executions += P["executions"].get<uint64_t>();
    for (const auto &[Name, Count] : P["checked"].items())
      Checks += Count.get<uint64_t>();
  }
  if (!R.WhyIncomplete.empty())
    Out << "incomplete: " << R.WhyIncomplete << "\n";
  Out << "\n"
      << R.verdict() << ": " << R.realFindings() << " finding"
      << (R.realFindings() == 1 ? "" : "s") << " in " << Executions << " execution"
      << (Executions == 1 ? "" : "s") << " of " << R.Plays.size() << " play"
      << (R.Plays.size() == 1 ? "" : "s") << ", " << Checks << " properties checked"
      << (R.Incomplete ? "; incomplete" : "") << "\n";
  return Out.str();
}

namespace {

Json jsonStages(const ReplayOptions &O, const std::vector<Stage> &Stages) {
  Json All = Json::array();
  for (const Stage &S : Stages) {
    Json Findings = Json::array();
    for (Json F : S.Result.Findings) {
      F.erase("event");
      F["replay"] = commandFor(O, S, F);
      Findings.push_back(F);
    }
    Json Plays = Json::array();
    for (Json P : S.Result.Plays) {
      P.erase("event");
      Plays.push_back(P);
    }
    All.push_back({{"name", S.Name},
                   {"kernel", S.Result.Release},
                   {"verdict", S.Error.empty() ? S.Result.verdict() : "not built"},
                   {"error", S.Error},
                   {"findings", Findings},
                   {"plays", Plays},
                   {"not_modelled", S.Missing}});
  }
  return All;
}

} // namespace

Json jsonReport(const ReplayOptions &O, const std::vector<Stage> &Stages,
                const std::vector<Stage> &Mutants) {
  return {{"version", 1},
          {"tool", {{"name", "holdfast"}, {"command", "replay"}}},
          {"scenario", O.Scenario},
          {"stages", jsonStages(O, Stages)},
          {"mutants", jsonStages(O, Mutants)}};
}

} // namespace holdfast
