// SPDX-License-Identifier: GPL-2.0-or-later
#include "replay/Run.h"
#include "replay/Process.h"
#include "replay/Tree.h"
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>

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

/// The child died without an end: what it did last is known from its lines.
void diedIn(RunResult &R, const Ended &E, const std::string &Play) {
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
            {"trace", ""},
            {"steps", ""}};
  F["incomplete"] = true;
  F["title"] = E.TimedOut ? "the run did not end in time and was killed"
               : E.Signal
                   ? std::string("the harness died: ") + strsignal(E.Signal)
                   : "the harness ended early, with code " + std::to_string(E.Code);
  F["fingerprint"] = fingerprintOf(F);
  R.Findings.push_back(F);
  R.Incomplete = true;
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
  std::string Play, About, Noise;
  bool Finished = false;
  std::set<std::string> Seen;
  Ended E =
      runProcess(commandOf(Image, O), "", O.Timeout, false, [&](const std::string &Line) {
        Json J = Json::parse(Line, nullptr, false);
        if (!J.is_object() || !J.contains("event"))
          return;
        const std::string Event = J["event"];
        if (Event == "image") {
          R.Release = J["release"];
        } else if (Event == "play") {
          Play = J["play"];
          About = J["about"];
        } else if (Event == "finding") {
          J["fingerprint"] = fingerprintOf(J);
          R.Incomplete = R.Incomplete || J["incomplete"].get<bool>();
          if (Seen.insert(J["fingerprint"].get<std::string>() +
                          J["title"].get<std::string>())
                  .second)
            R.Findings.push_back(J);
        } else if (Event == "tally") {
          J["about"] = About;
          R.Plays.push_back(J);
        } else if (Event == "end") {
          Finished = true;
        }
      });
  if (E.Code == 2 || E.Code == 126 || E.Code == 127)
    throw ReplayError{"the harness " + O.Harness +
                      " cannot be started, or does not "
                      "take the image " +
                      Image};
  if (!Finished)
    diedIn(R, E, Play);
  if (R.Plays.empty() && Finished) {
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
