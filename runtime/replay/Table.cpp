// SPDX-License-Identifier: GPL-2.0-or-later
//
// The stages of a series side by side, and a plot of what they cost.
#include "replay/Replay.h"
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

using Json = nlohmann::json;

namespace holdfast {

namespace {

using Row = std::vector<std::string>;

std::set<std::string> united(const RunResult &R, const char *Key) {
  std::set<std::string> All;
  for (const Json &P : R.Plays)
    for (const Json &Line : P[Key])
      All.insert(Line.get<std::string>());
  return All;
}

uint64_t summed(const RunResult &R, const char *Key) {
  uint64_t N = 0;
  for (const Json &P : R.Plays)
    N += P[Key].get<uint64_t>();
  return N;
}

/// Was every play explored to its end?
bool complete(const RunResult &R) {
  return std::all_of(R.Plays.begin(), R.Plays.end(),
                     [](const Json &P) { return P["complete"].get<bool>(); });
}

uint64_t checks(const RunResult &R, const char *Property) {
  uint64_t N = 0;
  for (const Json &P : R.Plays)
    N += P["checked"].value(Property, uint64_t(0));
  return N;
}

size_t violations(const RunResult &R, const std::string &Rule) {
  size_t N = 0;
  for (const Json &F : R.Findings)
    N += F["rule"] == Rule;
  return N;
}

/// Size of the BAR -> faults.
std::map<uint64_t, uint64_t> faults(const RunResult &R) {
  std::map<uint64_t, uint64_t> Values;
  for (const Json &P : R.Plays)
    if (P["measured"].contains("faults"))
      for (const Json &Pair : P["measured"]["faults"])
        Values[Pair[0].get<uint64_t>()] = Pair[1].get<uint64_t>();
  return Values;
}

std::string sized(uint64_t Bytes) {
  static const char *Units[] = {"B", "KiB", "MiB", "GiB"};
  unsigned U = 0;
  for (; Bytes >= 1024 && U < 3; ++U)
    Bytes /= 1024;
  return std::to_string(Bytes) + " " + Units[U];
}

std::string aligned(const std::vector<Row> &Rows) {
  std::vector<size_t> Widths;
  for (const Row &R : Rows)
    for (size_t I = 0; I < R.size(); ++I) {
      Widths.resize(std::max(Widths.size(), R.size()));
      Widths[I] = std::max(Widths[I], R[I].size());
    }
  std::string Text;
  for (const Row &R : Rows) {
    std::string Line;
    for (size_t I = 0; I < R.size(); ++I)
      Line += R[I] + std::string(Widths[I] - R[I].size() + 2, ' ');
    Text += Line.substr(0, Line.find_last_not_of(' ') + 1) + "\n";
  }
  return Text;
}

std::string zaps(const RunResult &R) {
  size_t Bad = violations(R, "zap-complete");
  return Bad ? "NOT COMPLETE" : checks(R, "zap-complete") ? "complete" : "-";
}

/// What came and went between two stages.
void changes(std::ostream &Out, const std::set<std::string> &Before,
             const std::set<std::string> &After) {
  for (const std::string &X : Before)
    if (!After.count(X))
      Out << "    - " << X << "\n";
  for (const std::string &X : After)
    if (!Before.count(X))
      Out << "    + " << X << "\n";
}

void faultRows(std::ostream &Out, const std::vector<Stage> &Stages) {
  std::map<uint64_t, Row> ByColumn;
  for (const Stage &S : Stages)
    for (const auto &[Size, Count] : faults(S.Result))
      ByColumn[Size];
  if (ByColumn.empty())
    return;
  std::vector<Row> Rows(Stages.size() + 1);
  Rows[0].push_back("faults to touch a BAR of");
  for (const auto &[Size, Unused] : ByColumn)
    Rows[0].push_back(sized(Size));
  for (size_t I = 0; I < Stages.size(); ++I) {
    std::map<uint64_t, uint64_t> Own = faults(Stages[I].Result);
    Rows[I + 1].push_back(std::to_string(I) + " " + Stages[I].Name);
    for (const auto &[Size, Unused] : ByColumn)
      Rows[I + 1].push_back(Own.count(Size) ? std::to_string(Own[Size]) : "-");
  }
  Out << "\n" << aligned(Rows);
}

} // namespace

std::string stageTable(const ReplayOptions &O, const std::vector<Stage> &Stages) {
  std::ostringstream Out;
  std::vector<Row> Rows = {
      {"stage", "verdict", "reports", "classes", "edges", "executions", "zap"}};
  for (size_t I = 0; I < Stages.size(); ++I) {
    const Stage &S = Stages[I];
    const RunResult &R = S.Result;
    std::string Name = std::to_string(I) + " " + S.Name;
    if (!S.Error.empty()) {
      Rows.push_back({Name, "not built"});
      continue;
    }
    Rows.push_back(
        {Name, R.verdict(), std::to_string(R.Findings.size()),
         std::to_string(united(R, "classes").size()),
         std::to_string(united(R, "edges").size()),
         std::to_string(summed(R, "executions")) + (complete(R) ? "" : ", not all"),
         zaps(R)});
  }
  Out << aligned(Rows);
  faultRows(Out, Stages);
  for (size_t I = 0; I < Stages.size(); ++I) {
    const Stage &S = Stages[I];
    Out << "\n" << I << " " << S.Name << "\n";
    if (!S.Error.empty())
      Out << "  " << S.Error << "\n";
    for (const Json &F : S.Result.Findings)
      Out << "  " << (F["incomplete"].get<bool>() ? "incomplete: " : "")
          << F["title"].get<std::string>() << " in play " << F["play"].get<std::string>()
          << (F["later"].get<bool>() ? " (a contract of later releases)" : "") << "\n    "
          << commandFor(O, S, F) << "\n";
    if (I == 0 || !S.Error.empty() || !Stages[I - 1].Error.empty())
      continue;
    Out << "  lock classes and edges, against stage " << I - 1 << ":\n";
    changes(Out, united(Stages[I - 1].Result, "classes"), united(S.Result, "classes"));
    changes(Out, united(Stages[I - 1].Result, "edges"), united(S.Result, "edges"));
  }
  return Out.str();
}

namespace {

/// How to see one mutant's report in full.
std::string example(const ReplayOptions &O, const std::vector<Stage> &Mutants) {
  for (const Stage &M : Mutants)
    for (const Json &F : M.Result.Findings)
      if (!F["incomplete"].get<bool>())
        return "one of them in full:\n  " + commandFor(O, M, F) + "\n";
  return "";
}

} // namespace

std::string mutantTable(const ReplayOptions &O, const std::vector<Stage> &Mutants) {
  std::vector<Row> Rows = {{"mutant", "caught by", "in play", "executions"}};
  size_t Caught = 0;
  for (const Stage &M : Mutants) {
    const RunResult &R = M.Result;
    Row Line = {M.Name, M.Error.empty() ? "NOT CAUGHT" : "not built", "",
                std::to_string(summed(R, "executions"))};
    for (const Json &F : R.Findings)
      if (!F["incomplete"].get<bool>()) {
        Line[1] = F["rule"].get<std::string>();
        if (Line[1].empty())
          Line[1] = F["kind"];
        Line[2] = F["play"];
        ++Caught;
        break;
      }
    Rows.push_back(Line);
  }
  return aligned(Rows) + "\n" + std::to_string(Caught) + " of " +
         std::to_string(Mutants.size()) + " mutants caught\n" + example(O, Mutants);
}

std::string faultPlot(const std::vector<Stage> &Stages) {
  static const char *Colours[] = {"#b2182b", "#ef8a62", "#2166ac", "#1b7837", "#762a83"};
  const double Left = 90, Right = 700, Bottom = 420, Top = 40;
  auto X = [&](double Size) {
    return Left + (std::log2(Size) - 14) / 16 * (Right - Left);
  };
  auto Y = [&](double N) { return Bottom - std::log10(N) / 6 * (Bottom - Top); };
  std::ostringstream S;
  S << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"760\" height=\""
    << 500 + 20 * Stages.size() << "\" font-family=\"sans-serif\" font-size=\"13\">\n"
    << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    << "<text x=\"90\" y=\"24\">Faults needed to touch every page of a BAR once</text>\n";
  for (unsigned P = 14; P <= 30; P += 2)
    S << "<line x1=\"" << X(std::exp2(P)) << "\" x2=\"" << X(std::exp2(P)) << "\" y1=\""
      << Top << "\" y2=\"" << Bottom << "\" stroke=\"#ddd\"/><text x=\""
      << X(std::exp2(P)) << "\" y=\"" << Bottom + 18 << "\" text-anchor=\"middle\">"
      << sized(uint64_t(1) << P) << "</text>\n";
  for (unsigned E = 0; E <= 6; ++E)
    S << "<line x1=\"" << Left << "\" x2=\"" << Right << "\" y1=\"" << Y(std::pow(10, E))
      << "\" y2=\"" << Y(std::pow(10, E)) << "\" stroke=\"#ddd\"/><text x=\"" << Left - 8
      << "\" y=\"" << Y(std::pow(10, E)) + 4 << "\" text-anchor=\"end\">"
      << static_cast<uint64_t>(std::pow(10, E)) << "</text>\n";
  for (size_t I = 0; I < Stages.size(); ++I) {
    const char *Colour = Colours[I % 5];
    // Equal curves would hide each other: each is drawn a little thinner.
    S << "<polyline fill=\"none\" stroke=\"" << Colour << "\" stroke-width=\""
      << 2 + 2 * (Stages.size() - 1 - I) << "\" points=\"";
    for (const auto &[Size, N] : faults(Stages[I].Result))
      S << X(static_cast<double>(Size)) << ","
        << Y(static_cast<double>(std::max<uint64_t>(N, 1))) << " ";
    S << "\"/>\n<text x=\"90\" y=\"" << 465 + 20 * I << "\" fill=\"" << Colour << "\">"
      << I << " ";
    for (char C : Stages[I].Name)
      S << (C == '<' ? std::string("&lt;") : C == '&' ? "&amp;" : std::string(1, C));
    S << "</text>\n";
  }
  S << "</svg>\n";
  return S.str();
}

} // namespace holdfast
