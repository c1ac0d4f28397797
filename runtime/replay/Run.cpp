// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Run.h"
#include "replay/Process.h"
#include "replay/Tree.h"
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace holdfast {

namespace {

std::vector<std::string> commandOf(const std::string &Image, const RunOptions &O) {
  std::vector<std::string> C = {O.Harness, Image};
  for (const std::string &P : O.Plays) {
    C.push_back("--play");
    C.push_back(P);
  }
  for (const std::string &A :
       {std::string("--strategy"), O.Strategy, std::string("--bound"),
        std::to_string(O.Bound), std::string("--depth"), std::to_string(O.Depth),
        std::string("--seed"), std::to_string(O.Seed), std::string("--executions"),
        std::to_string(O.Executions), std::string("--step-limit"),
        std::to_string(O.StepLimit)})
    C.push_back(A);
  if (!O.Trace.empty())
    C.insert(C.end(), {"--trace", O.Trace});
  if (O.Describe)
    C.push_back("--describe");
  if (O.MemoryPoints)
    C.push_back("--memory-points");
  if (O.StopOnFinding)
    C.push_back("--stop-on-finding");
  return C;
}

/// Survives a rebuild: names, no addresses or lines.
std::string fingerprintOf(const Json &F) {
  std::string Key = F["kind"].get<std::string>() + "|" + F["rule"].get<std::string>() +
                    "|" + F["file"].get<std::string>();
  unsigned N = 0;
  for (const Json &Line : F["stack"]) {
    std::string Name = Line.get<std::string>();
    Key += "|" + Name.substr(0, Name.find('+'));
    if (++N == 6)
      break;
  }
  if (F["stack"].empty())
    Key += "|" + F["title"].get<std::string>();
  return digestOf(Key);
}

/// The child died without a word.
Json silentEnd(const Ended &E, const std::string &Play) {
  Json F = {{"event", "finding"},
            {"play", Play},
            {"kind", "harness"},
            {"rule", ""},
            {"text", ""},
            {"file", ""},
            {"line", 0},
            {"function", ""},
            {"task", ""},
            {"stack", Json::array()},
            {"held", Json::array()},
            {"later", false},
            {"fatal", true},
            {"incomplete", true},
            {"trace", ""},
            {"steps", ""},
            {"plays", Json::array()}};
  F["title"] = E.TimedOut ? "the run did not end in time and was killed"
               : E.Signal
                   ? std::string("the harness died: ") + strsignal(E.Signal)
                   : "the harness ended early, with code " + std::to_string(E.Code);
  return F;
}

/// One child process, and what it says.
class Child {
public:
  Child(const std::string &Image, const RunOptions &O, RunResult &R)
      : Image(Image), O(O), R(R) {}
  /// True if it played all that it was to play.
  bool run();
  /// After one that did not: tells of it.
  void mourn();

  /// What it did not come to.
  std::vector<std::string> Left;
  bool TimedOut = false;

private:
  void event(Json J);
  void keep(Json F);

  const std::string &Image;
  const RunOptions &O;
  RunResult &R;
  Ended How;
  Json Last; ///< its last finding, if that is its own death
  std::string Play, About, Refusal;
  bool Finished = false;
};

void Child::keep(Json F) {
  F["fingerprint"] = fingerprintOf(F);
  R.Incomplete = R.Incomplete || F["incomplete"].get<bool>();
  for (const Json &Known : R.Findings)
    if (Known["fingerprint"] == F["fingerprint"] && Known["title"] == F["title"])
      return;
  R.Findings.push_back(std::move(F));
}

void Child::event(Json J) {
  const std::string Event = J["event"];
  if (Event == "image") {
    R.Release = J["release"];
    Left = J["plays"].get<std::vector<std::string>>();
  } else if (Event == "play") {
    Play = J["play"];
    About = J["about"];
    Left.erase(std::remove(Left.begin(), Left.end(), Play), Left.end());
  } else if (Event == "finding") {
    if (J["kind"] == "harness")
      Last = std::move(J);
    else
      keep(std::move(J));
  } else if (Event == "tally") {
    J["about"] = About;
    R.Plays.push_back(J);
  } else if (Event == "error") {
    Refusal = J["text"];
  } else if (Event == "end") {
    Finished = true;
  }
}

bool Child::run() {
  How = runProcess(commandOf(Image, O), "", O.Timeout, false,
                   [this](const std::string &Line) {
                     Json J = Json::parse(Line, nullptr, false);
                     if (J.is_object() && J.contains("event"))
                       event(std::move(J));
                   });
  if (!Refusal.empty())
    throw ReplayError{Refusal};
  if (How.Code == 2 || How.Code == 126 || How.Code == 127)
    throw ReplayError{"the harness " + O.Harness +
                      " cannot be started, or does not take the image " + Image +
                      "; build Holdfast again, or set HOLDFAST_HARNESS to the one that "
                      "was built with it"};
  TimedOut = How.TimedOut;
  return Finished;
}

/// A death that was told is played once more, with every step described.
void Child::mourn() {
  if (Last.is_null())
    return keep(silentEnd(How, Play));
  RunOptions Again = O;
  Again.Plays = {Play};
  Again.Trace = Last["trace"];
  Again.Describe = true;
  Again.Timeout = 60;
  RunResult Aside;
  Child Second(Image, Again, Aside);
  const bool Same =
      !Second.run() && !Second.Last.is_null() && Second.Last["trace"] == Last["trace"];
  keep(Same ? Second.Last : Last);
}

} // namespace

size_t RunResult::realFindings() const {
  size_t N = 0;
  for (const Json &F : Findings)
    N += !F["incomplete"].get<bool>();
  return N;
}

int RunResult::exitCode() const { return realFindings() ? 1 : Incomplete ? 3 : 0; }

std::string RunResult::verdict() const {
  return realFindings() ? "findings" : Incomplete ? "incomplete" : "clean";
}

RunResult runImage(const std::string &Image, const RunOptions &O) {
  RunResult R;
  RunOptions Rest = O;
  const auto Start = std::chrono::steady_clock::now();
  for (;;) {
    Child C(Image, Rest, R);
    if (C.run())
      break;
    C.mourn();
    const auto Spent = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::steady_clock::now() - Start);
    if (C.Left.empty() || C.TimedOut || Spent.count() >= O.Timeout)
      break;
    Rest.Plays = C.Left;
    Rest.Timeout = O.Timeout - static_cast<unsigned>(Spent.count());
  }
  if (R.Plays.empty() && R.Findings.empty()) {
    R.Incomplete = true;
    R.WhyIncomplete = "nothing was played";
  }
  return R;
}

std::string findHarness() {
  if (const char *Given = std::getenv("HOLDFAST_HARNESS"); Given && *Given)
    return Given;
  std::error_code Error;
  fs::path Self = fs::read_symlink("/proc/self/exe", Error);
  return (Self.parent_path() / "holdfast-harness").string();
}

} // namespace holdfast
