// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef HOLDFAST_CLI_PROGRESS_H
#define HOLDFAST_CLI_PROGRESS_H

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>

namespace holdfast {

/// Says on stderr how far a long step is: in place on a terminal, one line per
/// tenth elsewhere. Thread-safe.
class Progress {
public:
  Progress(std::string What, size_t Total, bool Quiet);
  void step();

private:
  std::mutex Lock;
  std::string What;
  size_t Total, Done = 0, LastTenth = 0;
  bool Quiet, Terminal;
};

/// Collects how long each phase took.
class PhaseTimes {
public:
  /// Ends the running phase and starts \p Name; empty only ends.
  void begin(const std::string &Name);
  /// `parse 12.1 s, link 0.3 s; peak memory 512 MiB`
  std::string str();

private:
  using Clock = std::chrono::steady_clock;
  std::string Text, Current;
  Clock::time_point Since;
};

} // namespace holdfast

#endif
